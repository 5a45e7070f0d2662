import { askRouter, type Heard } from "./ask-router.ts";
import { type Lab, rigAt, startLab } from "./lab.ts";
import { gateway, type PolicyObject, unwatchedProvider, route, UNLIMITED_RETRIES } from "./policy-objects.ts";

/** Live streams this lab's gateway allows. */
export const STREAM_CAP = 3;
/** Whole-request deadline of every route here. */
export const TOTAL_MS = 2_000;

const ENV = { KEYS_FIRST: "sk-first-7f1c0e", KEYS_SECOND: "sk-second-2b9d4a", HEADER_KEY_ONLY: "hk-only-5e8a31" };
/** Secrets of the providers, which only their own origin may see. */
export const SECRETS = Object.values(ENV);
export const BEARER = { first: `Bearer ${ENV.KEYS_FIRST}`, second: `Bearer ${ENV.KEYS_SECOND}` };

/** Rig 0 is reached with keys, rig 1 is another origin without any. */
export function startRulesLab(): Promise<Lab> {
  return startLab({
    rigCount: 2,
    env: ENV,
    objects: (rigs) => {
      const [keyed, open] = [rigAt(rigs, 0).url, rigAt(rigs, 1).url];
      const timeouts = { ttft: `${TOTAL_MS}ms`, idle: `${TOTAL_MS}ms`, total: `${TOTAL_MS}ms` };
      const serve = (model: string, targets: readonly string[], maxAttempts: number): PolicyObject =>
        route(model, { targets, timeouts, failover: { maxAttempts } });
      return [
        gateway([keyed, open], { retryBudget: UNLIMITED_RETRIES, caps: { liveStreams: STREAM_CAP } }),
        unwatchedProvider("keys", keyed, ["first", "second"]),
        headerKeyProvider(keyed),
        unwatchedProvider("open", open),
        serve("x-keys", ["keys/one"], 3),
        serve("x-keys-two-models", ["keys/one", "keys/two"], 4),
        serve("x-two-models", ["open/one", "open/two"], 2),
        serve("x-again", ["open/one"], 2),
        serve("x-once", ["open/one"], 1),
        serve("x-bearer-redirect", ["keys/one", "open/two"], 3),
        serve("x-header-redirect", ["header-key/one", "open/two"], 3),
      ];
    },
  });
}

function headerKeyProvider(baseURL: string): PolicyObject {
  const base = unwatchedProvider("header-key", baseURL, ["only"]);
  const credentials = [{ name: "only", secretKeyRef: { name: "header-key", key: "only" } }];
  return { ...base, spec: { health: "Disabled", endpoint: { baseURL, auth: { header: "x-api-key" } }, credentials } };
}

interface Ask {
  readonly model: string;
  readonly stream?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request to the lab's router. */
export function ask(lab: Lab, { model, stream = false, headers = {} }: Ask): Promise<Heard> {
  const body = { model, messages: [{ role: "user", content: "Hello." }], ...(stream ? { stream } : {}) };
  return askRouter(lab.router, body, { headers });
}

/** The code of an error answer; empty when it is none. */
export function errorCodeOf({ body }: Heard): string {
  return /"code":"([a-z_]+)"/.exec(body.toString())?.[1] ?? "";
}
