import { createIdentity } from "../../../src/cli/local-identity.ts";
import { askRouter, type AskOptions, type Heard } from "../faults/ask-router.ts";
import { gateway, type PolicyObject, unwatchedProvider } from "../faults/policy-objects.ts";
import { type FleetLab, startFleetLab } from "../routing/fleet-lab.ts";
import { createCaller, type NewCaller } from "../routing/new-caller.ts";
import { group, ruled } from "../routing/rule-objects.ts";

/** A consumer's `spec` beside its keys. */
export type ConsumerSpec = Readonly<Record<string, unknown>>;

export interface LimitsLab extends FleetLab {
  /** One chat request of a consumer at a process, for its own model unless it says another. */
  ask(consumer: string, process: number, asking?: Asking): Promise<Heard>;
  /** The key that a consumer calls with. */
  keyOf(consumer: string): string;
}

interface Asking extends AskOptions {
  readonly model?: string;
  /** Fields of the body beside model and messages, or in place of those. */
  readonly more?: object;
}

interface LimitsLabOptions {
  readonly processes: number;
  /** Consumers by name, each with a key of its own. */
  readonly consumers: Readonly<Record<string, ConsumerSpec>>;
  readonly delayMs?: number;
  /** Of the gateway. */
  readonly spec?: PolicyObject;
  /** Keeps the books instead of the host of objects. */
  readonly redis?: { readonly url: string; readonly token: string; readonly requestRates?: "UpstashRatelimit" };
}

/** One that answers inside the router. */
export const INSIDE = "x-inside";
/** One that all callers together may ask five times an hour. */
export const SHARED = "x-shared";
/** What callers ask. */
export const QUESTION = { messages: [{ role: "user", content: "Where is the harbour?" }] };

/** The variable that `TOKEN_REF` means. */
const TOKEN = "UPSTASH_REDIS_REST_TOKEN";
const TOKEN_REF = { name: "upstash-redis-rest", key: "token" };

/**
 * Routers whose callers have limits, over one host of objects. The upstream takes all that comes; each consumer's own model
 * bears its name there, at a dollar per million input tokens and ten per million of output.
 */
export async function startLimitsLab({ consumers, delayMs, processes, redis, spec = {} }: LimitsLabOptions): Promise<LimitsLab> {
  const identity = createIdentity();
  const callers = new Map<string, NewCaller>();
  for (const name of Object.keys(consumers)) callers.set(name, await createCaller(name, identity.pepper));
  const lab = await startFleetLab({
    processes,
    identity,
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(redis === undefined ? {} : { env: () => ({ [TOKEN]: redis.token }) }),
    keepsContents: false,
    objects: ({ url }) => [
      redis === undefined ? gateway([url], spec) : gateway([url, redis.url], { ...spec, ledger: { redis: redisOf(redis) } }),
      priced(unwatchedProvider("rig", url)),
      {
        apiVersion: "fairlead.dev/v1alpha1",
        kind: "LLMProvider",
        metadata: { name: "inside" },
        spec: { simulator: {}, health: "Disabled" },
      },
      ...[...callers.keys()].map((name) => ruled(`x-${name}`, { groups: [group("only", [`rig/${name}`])] })),
      ruled(INSIDE, { groups: [group("only", ["inside/sim-small"])] }),
      withSpec(ruled(SHARED, { groups: [group("only", ["inside/sim-small"])] }), {
        models: [{ name: SHARED, limits: [{ requests: 5, per: "1h" }] }],
      }),
      ...[...callers.values()].map(({ name, object }) => withSpec(object, consumers[name] ?? {})),
    ],
  });
  const keyOf = (consumer: string): string => callers.get(consumer)?.key ?? "";
  return {
    ...lab,
    keyOf,
    ask: (consumer, process, { model = `x-${consumer}`, more = {}, ...options } = {}) =>
      askRouter({ url: lab.router(process).url, key: keyOf(consumer) }, { ...QUESTION, model, ...more }, options),
  };
}

function redisOf({ requestRates, url }: NonNullable<LimitsLabOptions["redis"]>): PolicyObject {
  return { baseURL: url, secretKeyRef: TOKEN_REF, ...(requestRates === undefined ? {} : { requestRates }) };
}

function withSpec(object: PolicyObject, spec: ConsumerSpec): PolicyObject {
  return { ...object, spec: { ...(object["spec"] as PolicyObject), ...spec } }; // `consumer` writes it
}

function priced(object: PolicyObject): PolicyObject {
  return withSpec(object, { models: [{ name: "*", price: { inputPerMillion: "1", outputPerMillion: "10" } }] });
}
