import type { AskOptions, Heard } from "../faults/ask-router.ts";
import { askRouter } from "../faults/ask-router.ts";
import { gateway, type PolicyObject, unwatchedProvider } from "../faults/policy-objects.ts";
import { createIdentity } from "../../../src/cli/local-identity.ts";
import { createCaller } from "../routing/new-caller.ts";
import { type FleetLab, startFleetLab } from "../routing/fleet-lab.ts";
import { group, ruled } from "../routing/rule-objects.ts";

/** Routers whose answers are kept, over one host of objects and one upstream that counts. */
export interface FlowLab extends FleetLab {
  /** One question at a process, to the model whose rule has the cache of that name. */
  ask(question: string, asking: Asking): Promise<Heard>;
  /** Of the stranger. */
  readonly strangersKey: string;
  /** Calls that reached that model's upstream. */
  calls(model: string): number;
}

export interface Asking extends AskOptions {
  readonly model: string;
  /** Default: the first. */
  readonly process?: number;
  readonly stream?: boolean;
  /** Another Consumer's key. */
  readonly key?: string;
  /** Fields of the body beside these. */
  readonly more?: object;
}

export interface FlowLabOptions {
  readonly processes: number;
  /** The `cache` of each model's rule. Upstream it has its own name, and what follows a space: options of the rig's. */
  readonly models: Readonly<Record<string, PolicyObject>>;
  /** What a call to the objects takes longer, in milliseconds. */
  readonly delayMs?: number;
  /** Of the gateway. */
  readonly spec?: PolicyObject;
  /** A further Consumer, who asks with `as`. */
  readonly stranger?: string;
  /** A provider that the gateway names. */
  readonly embedder?: PolicyObject;
}

/** Starts them. */
export async function startFlowLab({
  delayMs,
  embedder,
  models,
  processes,
  spec = {},
  stranger,
}: FlowLabOptions): Promise<FlowLab> {
  const identity = createIdentity();
  const caller = stranger === undefined ? null : await createCaller(stranger, identity.pepper);
  const others = embedder === undefined ? [] : [embedder];
  const lab = await startFleetLab({
    processes,
    identity,
    ...(delayMs === undefined ? {} : { delayMs }),
    keepsContents: false,
    objects: ({ url }) => [
      gateway([url, ...others.map(baseUrlOf)], spec),
      ...others,
      ...(caller === null ? [] : [caller.object]),
      unwatchedProvider("rig", url),
      ...Object.entries(models).map(([name, cache]) => {
        const [model = "", options = ""] = name.split(" ");
        return ruled(model, { groups: [group("only", [`rig/${model}${options}`])], cache });
      }),
    ],
  });
  return {
    ...lab,
    strangersKey: caller?.key ?? "",
    calls: (model) => lab.attemptsAt(model).length,
    ask: (question, { key = lab.router(0).key, model, more = {}, process = 0, stream = false, ...options }) =>
      askRouter(
        { url: lab.router(process).url, key },
        {
          model,
          messages: [{ role: "user", content: question }],
          ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
          ...more,
        },
        options,
      ),
  };
}

function baseUrlOf({ spec }: PolicyObject): string {
  return (spec as { readonly endpoint: { readonly baseURL: string } }).endpoint.baseURL; // as `provider` writes it
}

/** How an answer came about. */
export function stateOf({ headers }: Pick<Heard, "headers">): string {
  return headers["x-fairlead-cache"] ?? "none";
}
