import { unwatchedProvider } from "../faults/policy-objects.ts";
import type { PolicyObject } from "../faults/policy-objects.ts";
import type { RecordedStep } from "../../rigs/replay-upstream/recorded-steps.ts";

/** How a replaying upstream is declared in policies. */
interface Backend {
  readonly dialect: string;
  /** What stands before the dialect's own paths. */
  readonly root: string;
  readonly repair: boolean;
  readonly auth?: PolicyObject;
}

const OPENAI = { root: "/v1", repair: false };

const ANTHROPIC = { dialect: "anthropic-messages", root: "/v1", auth: { header: "x-api-key" } };

/** Every dialect of a backend; those with imitators once as their author speaks them and once as others do. */
const BACKENDS = {
  "up-openai-chat": { ...OPENAI, dialect: "openai-chat" },
  "up-openai-compat": { ...OPENAI, dialect: "openai-chat", repair: true },
  "up-openai-responses": { ...OPENAI, dialect: "openai-responses" },
  "up-openai-responses-compat": { ...OPENAI, dialect: "openai-responses", repair: true },
  "up-openai-completions": { ...OPENAI, dialect: "openai-completions" },
  "up-anthropic": { ...ANTHROPIC, repair: false },
  "up-anthropic-compat": { ...ANTHROPIC, repair: true },
  "up-gemini": { dialect: "gemini", root: "/v1beta", repair: false, auth: { header: "x-goog-api-key" } },
  "up-bedrock": {
    dialect: "bedrock-converse",
    root: "",
    repair: false,
    auth: { sigv4: { region: "us-east-1", service: "bedrock" } },
  },
} as const satisfies Readonly<Record<string, Backend>>;

export type BackendName = keyof typeof BACKENDS;
export const BACKEND_NAMES = Object.keys(BACKENDS) as readonly BackendName[]; // exactly the keys above

const BY_PROTOCOL: Readonly<Record<string, BackendName>> = {
  "openai-chat": "up-openai-chat",
  "openai-compat": "up-openai-compat",
  "openai-responses": "up-openai-responses",
  "openai-responses-compat": "up-openai-responses-compat",
  "openai-completions": "up-openai-completions",
  "anthropic-messages": "up-anthropic",
  gemini: "up-gemini",
  "bedrock-converse": "up-bedrock",
};

/** Who mends what imitators break. */
const COMPAT: Readonly<Partial<Record<BackendName, BackendName>>> = {
  "up-openai-chat": "up-openai-compat",
  "up-openai-responses": "up-openai-responses-compat",
  "up-anthropic": "up-anthropic-compat",
};

/** Recorded behind something that broke its provider's format, or with an event that the provider's own SDK refuses. */
const SPLICED: ReadonlySet<string> = new Set([
  "anthropic-messages/vai-duplicate-message-start",
  "openai-responses/vai-openai-apply-patch-tool.1",
]);

/** Which backend plays a step; null for one that is no answer of a model. What was authored breaks its own format. */
export function backendOf({ framing, id, protocol }: RecordedStep): BackendName | null {
  const name = BY_PROTOCOL[protocol] ?? null;
  const isBroken = framing === "synthetic" || SPLICED.has(id);
  return name !== null && isBroken ? (COMPAT[name] ?? name) : name;
}

/** The wire format a backend speaks. */
export function dialectOf(name: BackendName): string {
  return BACKENDS[name].dialect;
}

/** Its policy object, and the variable that its credential is in. */
export function declareBackend(
  name: BackendName,
  upstreamUrl: string,
): { readonly object: PolicyObject; readonly variable: string } {
  const { auth, dialect, repair, root }: Backend = BACKENDS[name];
  const { spec, ...rest } = unwatchedProvider(name, upstreamUrl, ["key"]);
  const endpoint = { baseURL: upstreamUrl + root, dialect, ...(auth === undefined ? {} : { auth }) };
  const object = { ...rest, spec: { ...(spec as PolicyObject), endpoint, repair: repair ? "Enabled" : "Disabled" } }; // `provider` makes an object
  return { object, variable: `${name.toUpperCase().replaceAll("-", "_")}_KEY` };
}
