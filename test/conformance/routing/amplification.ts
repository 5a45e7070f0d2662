import OpenAI from "openai";
import { runLoad } from "../../rigs/load/run-load.ts";
import { mapConcurrently } from "../faults/lab.ts";
import { gateway, provider } from "../faults/policy-objects.ts";
import { chatBody } from "./ask-chat.ts";
import { type FleetLab, startFleetLab } from "./fleet-lab.ts";
import { group, ruled } from "./rule-objects.ts";

export interface AmplificationOptions {
  readonly perSecond: number;
  readonly seconds: number;
  /** Calls by the stock SDK, `perSecond` of them as well. */
  readonly sdkCalls: number;
}

export interface AmplificationFigures {
  readonly requests: number;
  readonly attempts: number;
  /** The worst window of up to a minute: attempts, and those that the budget allows there. */
  readonly worstWindow: { readonly attempts: number; readonly allowed: number };
  readonly mostPerRequest: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly sdk: { readonly calls: number; readonly failed: number; readonly attempts: number };
}

const PROCESSES = 4;
const MODEL = "x-storm";
/** The built-in retry budget: no policy field sets it here. */
const PERCENT = 10;
const FLOOR_PER_SECOND = 1;
const WINDOW_SECONDS = 60;
/** As the SDK has it when nobody says anything. */
const SDK_RETRIES = 2;
const SDK_WIDTH = 200;

/** Every upstream fails, under the default retry budget; then the same with the stock SDK in front. */
export async function runAmplification({ perSecond, sdkCalls, seconds }: AmplificationOptions): Promise<AmplificationFigures> {
  const lab = await startFleetLab({
    processes: PROCESSES,
    keepsContents: false,
    objects: ({ url }) => [
      gateway([url]),
      provider("one", url),
      provider("two", url),
      // F10 by name: all answer 503.
      ruled(MODEL, { groups: [group("first", ["one/one-F10", "two/two-F10"]), group("second", ["one/three-F10"])] }),
    ],
  });
  try {
    const { key } = lab.router(0);
    const results = await runLoad({ urls: lab.urls(), key, perSecond, seconds, body: () => chatBody(MODEL) });
    const attempts = lab.upstream.attempts().map(({ startedAtMs }) => startedAtMs);
    // A request's attempts come right before its end, however late a busy machine sends it.
    const firsts = results.map(({ latencyMs, scheduledAtMs }) => scheduledAtMs + latencyMs).toSorted((one, other) => one - other);
    const statuses: Record<string, number> = {};
    for (const { status } of results) statuses[status] = (statuses[status] ?? 0) + 1;
    lab.upstream.reset();
    return {
      requests: results.length,
      attempts: attempts.length,
      worstWindow: worstWindow(firsts, attempts),
      mostPerRequest: Math.max(...results.map(({ attempts: made }) => made ?? 0)),
      statuses,
      sdk: await callThroughSdk(lab, sdkCalls, perSecond),
    };
  } finally {
    await lab.close();
  }
}

/** Of all windows of a minute, second by second, the one with the most attempts for what is allowed in it. */
function worstWindow(firsts: readonly number[], attempts: readonly number[]): AmplificationFigures["worstWindow"] {
  const from = firsts[0] ?? 0;
  const secondsLong = Math.ceil(((firsts.at(-1) ?? from) - from) / 1_000);
  const windows = Array.from({ length: Math.max(1, secondsLong - WINDOW_SECONDS + 1) }, (_, second) => {
    const start = from + second * 1_000;
    const isInside = (time: number): boolean => time >= start && time < start + WINDOW_SECONDS * 1_000;
    const length = Math.min(WINDOW_SECONDS, secondsLong);
    const allowed = firsts.filter(isInside).length * (1 + PERCENT / 100) + FLOOR_PER_SECOND * PROCESSES * length;
    return { attempts: attempts.filter(isInside).length, allowed };
  });
  return windows.toSorted((left, right) => right.attempts / right.allowed - left.attempts / left.allowed)[0] ?? NOTHING;
}

const NOTHING = { attempts: 0, allowed: 0 };

async function callThroughSdk(lab: FleetLab, calls: number, perSecond: number): Promise<AmplificationFigures["sdk"]> {
  const clients = lab
    .urls()
    .map((url) => new OpenAI({ baseURL: `${url}/v1`, apiKey: lab.router(0).key, maxRetries: SDK_RETRIES }));
  const startedAt = Date.now();
  const failed = await mapConcurrently(Array.from({ length: calls }), SDK_WIDTH, async (_, index) => {
    const dueIn = startedAt + (index * 1_000) / perSecond - Date.now();
    if (dueIn > 0) await new Promise((done) => setTimeout(done, dueIn));
    const client = clients[index % clients.length];
    const ask = client?.chat.completions.create({ model: MODEL, messages: [{ role: "user", content: "Hello." }] });
    return (await ask?.then(() => 0).catch(() => 1)) ?? 0;
  });
  return { calls, failed: failed.filter((one) => one === 1).length, attempts: lab.upstream.attempts().length };
}
