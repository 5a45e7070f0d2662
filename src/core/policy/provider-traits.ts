import type { CatalogueRow } from "./catalogue.ts";
import type { CompiledAuth, CompiledProvider, CompiledQuirks, DialectName } from "./compiled.ts";
import { defaultQuirks } from "./default-quirks.ts";
import type { Endpoint } from "./schema/endpoint.ts";
import type { LLMProvider } from "./schema/llm-provider.ts";

const BEARER = { kind: "header", header: "authorization", prefix: "Bearer " } as const;
const DEFAULT_DIALECT = "openai-chat";

type Traits = Pick<CompiledProvider, "dialect" | "natives" | "family" | "paths" | "quirks">;

/** How a provider is spoken to: what its row or its endpoint says, over what is assumed of its dialect. */
export function traitsOf(spec: LLMProvider["spec"], row: CatalogueRow | null): Traits {
  const traits = row === null ? endpointTraits(spec) : rowTraits(row);
  return spec.repair === undefined ? traits : { ...traits, quirks: { ...traits.quirks, repair: isOn(spec.repair) } };
}

function rowTraits({ dialect, alsoSpeaks, family, paths, quirks }: CatalogueRow): Traits {
  return { dialect, natives: [dialect, ...alsoSpeaks], family, paths, quirks };
}

function endpointTraits({ endpoint, simulator }: LLMProvider["spec"]): Traits {
  const dialect = endpoint?.dialect ?? DEFAULT_DIALECT;
  const natives: readonly DialectName[] = [...new Set([dialect, ...(endpoint?.alsoSpeaks ?? [])])];
  const { chat, stream, embeddings, count_tokens } = endpoint?.paths ?? {};
  const written = { chat, stream, embeddings, count_tokens };
  const paths: CompiledProvider["paths"] = Object.fromEntries(Object.entries(written).filter(([, path]) => path !== undefined));
  const quirks = { ...defaultQuirks(dialect), ...(simulator === undefined ? {} : { repair: false }), ...quirksOf(endpoint) };
  return { dialect, natives, family: endpoint?.family ?? null, paths, quirks };
}

/** Only what is written. */
function quirksOf(endpoint: Partial<Endpoint> = {}): Partial<CompiledQuirks> {
  const { maxTokensField, developerRole, callIds, streamUsage, anthropicVersion } = endpoint;
  return {
    ...(maxTokensField === undefined ? {} : { maxTokensField }),
    ...(developerRole === undefined ? {} : { developerRole: isOn(developerRole) }),
    ...(callIds === undefined ? {} : { callIds: callIds === "Alnum9" ? "alnum9" : "any" }),
    ...(streamUsage === undefined ? {} : { streamUsage: isOn(streamUsage) }),
    ...(anthropicVersion === undefined ? {} : { anthropicVersion }),
  };
}

function isOn(position: "Enabled" | "Disabled"): boolean {
  return position === "Enabled";
}

/** How a credential is sent. `region` is the policy's own for a row that has regions. */
export function authOf(spec: LLMProvider["spec"], row: CatalogueRow | null): CompiledAuth {
  if (row === null) return endpointAuth(spec.endpoint?.auth ?? {});
  return row.auth.kind === "sigv4" ? { ...row.auth, region: spec.aws?.region ?? "" } : row.auth;
}

function endpointAuth({ header, prefix, sigv4, googleServiceAccount }: NonNullable<Endpoint["auth"]>): CompiledAuth {
  if (sigv4 !== undefined) return { kind: "sigv4", region: sigv4.region, service: sigv4.service };
  if (googleServiceAccount !== undefined) return { kind: "google-service-account" };
  if (header === undefined || header === BEARER.header) return { ...BEARER, prefix: prefix ?? BEARER.prefix };
  return { kind: "header", header, prefix: prefix ?? "" };
}
