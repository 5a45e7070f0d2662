import type { PolicyObject } from "../faults/policy-objects.ts";
import { type WireName, WIRES } from "./wires/index.ts";
import type { Wire } from "./wires/wire.ts";

/** An upstream as a policy declares it. */
interface Backend {
  readonly dialect: WireName;
  readonly model: string;
  /** What stands before the dialect's own paths. */
  readonly root: string;
  readonly repair: "Enabled" | "Disabled";
  /** Of `endpoint`, beside its address and dialect. */
  readonly endpoint: PolicyObject;
}

const CHAT = { dialect: "openai-chat", model: "up-chat", root: "/v1", endpoint: {} } as const;
const RESPONSES = { dialect: "openai-responses", model: "up-responses", root: "/v1", endpoint: {} } as const;
const MESSAGES = {
  dialect: "anthropic-messages",
  model: "up-messages",
  root: "/v1",
  endpoint: { auth: { header: "x-api-key" } },
} as const;

/** Every wire format; those that may be mended in both forms. */
export const BACKENDS = {
  "openai-chat": { ...CHAT, repair: "Disabled" },
  "openai-chat-mended": { ...CHAT, repair: "Enabled" },
  "openai-responses": { ...RESPONSES, repair: "Disabled" },
  "openai-responses-mended": { ...RESPONSES, repair: "Enabled" },
  "openai-completions": { dialect: "openai-completions", model: "up-completions", root: "/v1", repair: "Disabled", endpoint: {} },
  "anthropic-messages": { ...MESSAGES, repair: "Disabled" },
  "anthropic-messages-mended": { ...MESSAGES, repair: "Enabled" },
  gemini: {
    dialect: "gemini",
    model: "gemini-3-up",
    root: "/v1beta",
    repair: "Disabled",
    endpoint: { auth: { header: "x-goog-api-key" } },
  },
  "bedrock-converse": {
    dialect: "bedrock-converse",
    model: "anthropic.claude-sonnet-4-6-up",
    root: "",
    repair: "Disabled",
    endpoint: { auth: { sigv4: { region: "us-east-1", service: "bedrock" } } },
  },
} as const satisfies Readonly<Record<string, Backend>>;

export type BackendName = keyof typeof BACKENDS;

/** One backend for each wire format, as its author speaks it. */
export const PLAIN_BACKENDS = [
  "openai-chat",
  "openai-responses",
  "openai-completions",
  "anthropic-messages",
  "gemini",
  "bedrock-converse",
] as const satisfies readonly BackendName[];

export const BACKEND_NAMES = Object.keys(BACKENDS) as readonly BackendName[]; // exactly the keys above

/** Read as an AWS credential where one is needed; nobody but the upstream may ever see it. */
export const UPSTREAM_SECRET = "AKIACROSSING00000000:secret-0123456789abcdefghij";

export function wireOf(name: BackendName): Wire {
  return WIRES[BACKENDS[name].dialect];
}

/** What differs in a provider from the backend it stands for. */
interface Variant {
  readonly as?: string;
  /** More fields, beside `endpoint` and inside it. */
  readonly spec?: PolicyObject;
  readonly endpoint?: PolicyObject;
}

/** The provider behind `upstreamUrl/name`, and the variable that its credential is in. */
export function declareBackend(
  name: BackendName,
  upstreamUrl: string,
  { as = name, endpoint: more = {}, spec = {} }: Variant = {},
): { readonly object: PolicyObject; readonly variable: string } {
  const { dialect, endpoint, repair, root }: Backend = BACKENDS[name];
  const object = {
    apiVersion: "fairlead.dev/v1alpha1",
    kind: "LLMProvider",
    metadata: { name: as },
    spec: {
      endpoint: { baseURL: `${upstreamUrl}/${name}${root}`, dialect, ...endpoint, ...more },
      repair,
      health: "Disabled", // every case meets its backend as if it were the first
      credentials: [{ name: "key", secretKeyRef: { name: as, key: "key" } }],
      ...spec,
    },
  };
  return { object, variable: `${as.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_KEY` };
}
