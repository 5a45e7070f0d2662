import { createIdentity } from "../../../src/cli/local-identity.ts";
import { runKeys } from "../../../src/cli/keys.ts";
import { type AskOptions, askRouter, type Heard } from "../faults/ask-router.ts";
import { gateway, type PolicyObject } from "../faults/policy-objects.ts";
import { chatBody } from "../routing/ask-chat.ts";
import { type FleetLab, startFleetLab } from "../routing/fleet-lab.ts";
import { createCaller, type NewCaller } from "../routing/new-caller.ts";
import { consumer, group, ruled } from "../routing/rule-objects.ts";

/** Answers inside the router. */
export const INSIDE = "x-inside";

/** What the admin API said. */
export interface AdminAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Routers over one host of objects, whose callers get their keys while they run. */
export interface KeysLab extends FleetLab {
  /** Its key stands in the policy; `app` and, in the tenant `acme`, `theirs` have none there. */
  readonly written: NewCaller;
  /** One chat request by a key at a process. */
  ask(key: string, process: number, options?: AskOptions): Promise<Heard>;
  /** One call of the admin API at the first process. */
  administer(method: "GET" | "POST", path: string, body?: object): Promise<AdminAnswer>;
  /** Runs `fairlead keys …` against the first process; its lines on standard output. @throws Error with what it said */
  keys(...args: readonly string[]): Promise<readonly string[]>;
}

interface KeysLabOptions {
  readonly processes: number;
  /** What a call to the objects takes longer, in milliseconds. */
  readonly delayMs?: number;
}

export async function startKeysLab({ delayMs, processes }: KeysLabOptions): Promise<KeysLab> {
  const identity = createIdentity();
  const written = await createCaller("written", identity.pepper);
  const lab = await startFleetLab({
    processes,
    identity,
    ...(delayMs === undefined ? {} : { delayMs }),
    keepsContents: false,
    objects: ({ url }) => [
      gateway([url], {}),
      INSIDE_PROVIDER,
      ruled(INSIDE, { groups: [group("only", ["inside/sim-small"])] }),
      written.object,
      consumer("app", []),
      { ...consumer("theirs", []), metadata: { name: "theirs", namespace: "acme" } },
    ],
  });
  const { adminKey } = identity;
  return {
    ...lab,
    written,
    ask: (key, process, options) => askRouter({ url: lab.router(process).url, key }, chatBody(INSIDE), options),
    administer: async (method, path, body) => {
      const response = await fetch(lab.router(0).url + path, {
        method,
        headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as AdminAnswer["body"] }; // our own admin API
    },
    keys: async (...args) => {
      const [out, err]: [string[], string[]] = [[], []];
      const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line), env: {}, cwd: process.cwd() };
      const code = await runKeys([...args, "--url", lab.router(0).url, "--admin-key", adminKey], io);
      if (code !== 0) throw new Error(`fairlead keys ${args.join(" ")} ended with ${code}: ${err.join(" ")}`);
      return out;
    },
  };
}

const INSIDE_PROVIDER: PolicyObject = {
  apiVersion: "fairlead.dev/v1alpha1",
  kind: "LLMProvider",
  metadata: { name: "inside" },
  spec: { simulator: {}, health: "Disabled" },
};
