import { createIdentity } from "../../../src/cli/local-identity.ts";
import { askRouter, type Heard } from "../faults/ask-router.ts";
import { gateway, type PolicyObject, provider } from "../faults/policy-objects.ts";
import { type FleetLab, startFleetLab } from "../routing/fleet-lab.ts";
import { createCaller, type NewCaller } from "../routing/new-caller.ts";
import { group, ruled } from "../routing/rule-objects.ts";

/** A consumer's `spec` beside its keys. */
export type ConsumerSpec = Readonly<Record<string, unknown>>;

export interface LimitsLab extends FleetLab {
  /** One chat request of a consumer at a process. */
  ask(consumer: string, process: number, body?: object): Promise<Heard>;
}

interface LimitsLabOptions {
  readonly processes: number;
  /** Consumers by name, each with a key of its own. */
  readonly consumers: Readonly<Record<string, ConsumerSpec>>;
  readonly delayMs?: number;
  /** Of the gateway. */
  readonly spec?: PolicyObject;
}

/** A model of the rig without faults, at a dollar per million input tokens and ten per million of output. */
export const MODEL = "x-limited";
const QUESTION = { model: MODEL, messages: [{ role: "user", content: "Where is the harbour?" }] };

/** Routers whose callers have limits, over one host of objects. */
export async function startLimitsLab({ consumers, delayMs, processes, spec = {} }: LimitsLabOptions): Promise<LimitsLab> {
  const identity = createIdentity();
  const callers = new Map<string, NewCaller>();
  for (const name of Object.keys(consumers)) callers.set(name, await createCaller(name, identity.pepper));
  const lab = await startFleetLab({
    processes,
    identity,
    ...(delayMs === undefined ? {} : { delayMs }),
    keepsContents: false,
    objects: ({ url }) => [
      gateway([url], spec),
      priced(provider("rig", url)),
      ruled(MODEL, { groups: [group("only", ["rig/steady"])] }),
      ...[...callers.values()].map(({ name, object }) => withSpec(object, consumers[name] ?? {})),
    ],
  });
  return {
    ...lab,
    ask: (consumer, process, body = QUESTION) => {
      const { url } = lab.router(process);
      return askRouter({ url, key: callers.get(consumer)?.key ?? "" }, body);
    },
  };
}

function withSpec(object: PolicyObject, spec: ConsumerSpec): PolicyObject {
  return { ...object, spec: { ...(object["spec"] as PolicyObject), ...spec } }; // `consumer` writes it
}

function priced(object: PolicyObject): PolicyObject {
  return withSpec(object, { models: [{ name: "*", price: { inputPerMillion: "1", outputPerMillion: "10" } }] });
}
