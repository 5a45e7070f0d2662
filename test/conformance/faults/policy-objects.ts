const API_VERSION = "fairlead.dev/v1alpha1";

/** A policy document; JSON, which is YAML too. */
export type PolicyObject = Readonly<Record<string, unknown>>;

/** Beyond any load of these suites: a test of one fault is no test of the retry budget. */
export const UNLIMITED_RETRIES = { percent: "100%", minPerSecond: 1_000 };

/** The gateway of a suite: loopback origins of the rigs are allowed. `spec` adds caps, retry budget and the like. */
export function gateway(baseUrls: readonly string[], spec: PolicyObject = {}): PolicyObject {
  const allowPrivate = [...new Set(baseUrls.map((url) => new URL(url).origin))];
  return {
    apiVersion: API_VERSION,
    kind: "LLMGateway",
    metadata: { name: "faults" },
    spec: { network: { allowPrivate }, ...spec },
  };
}

/** An endpoint that is passed on as it is; each credential named here is the variable NAME_CREDENTIAL, upper case with `_`. */
export function provider(name: string, baseURL: string, credentials: readonly string[] = []): PolicyObject {
  const refs = credentials.map((key) => ({ name: key, secretKeyRef: { name, key } }));
  const spec = { endpoint: { baseURL }, repair: "Disabled", ...(refs.length === 0 ? {} : { credentials: refs }) };
  return { apiVersion: API_VERSION, kind: "LLMProvider", metadata: { name }, spec };
}

/** One that is asked again whatever it did: a test of one fault is no test of what later requests make of it. */
export function unwatchedProvider(...described: Parameters<typeof provider>): PolicyObject {
  const object = provider(...described);
  return { ...object, spec: { ...(object["spec"] as PolicyObject), health: "Disabled" } }; // `provider` writes it
}

/** `provider/model`, in order; each target is a group of its own. */
export interface RouteOptions {
  readonly targets: readonly string[];
  readonly timeouts?: { readonly ttft?: string; readonly idle?: string; readonly total?: string };
  readonly failover?: { readonly on?: readonly string[]; readonly maxAttempts?: number };
}

/** How an upstream's streams reach a caller of its own dialect: piped as they are, or mended event by event. */
export type Form = "native" | "mended";

/** A provider's streams in the form. */
export function inForm(form: Form, object: PolicyObject): PolicyObject {
  return { ...object, spec: { ...(object["spec"] as PolicyObject), repair: form === "mended" ? "Enabled" : "Disabled" } }; // `provider` writes it
}

/** A virtual model and what answers it. */
export function route(model: string, { targets, timeouts, failover }: RouteOptions): PolicyObject {
  const groups = targets.map((target, index) => {
    const [providerName = "", upstreamModel = ""] = target.split("/");
    return { name: `group-${index + 1}`, targets: [{ provider: providerName, model: upstreamModel }] };
  });
  const rule = {
    name: "everyone",
    groups,
    ...(timeouts === undefined ? {} : { timeouts }),
    ...(failover === undefined ? {} : { failover }),
  };
  return {
    apiVersion: API_VERSION,
    kind: "RoutingPolicy",
    metadata: { name: model.toLowerCase() },
    spec: { models: [{ name: model }], rules: [rule] },
  };
}
