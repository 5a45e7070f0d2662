import { setTimeout as sleep } from "node:timers/promises";
import { askRouter } from "../faults/ask-router.ts";
import { gateway, provider } from "../faults/policy-objects.ts";
import { chatBody } from "./ask-chat.ts";
import { type FleetLab, startFleetLab } from "./fleet-lab.ts";
import { group, ruled } from "./rule-objects.ts";
import { percentile } from "./statistics.ts";

export interface HubBesideOptions {
  /** What a call to the hub takes longer, in milliseconds. */
  readonly delayMs: number;
  /** Of requests that come while what an isolate knows is too old to go by, each after a pause. */
  readonly pauses: number;
  /** Requests between the pauses, at intervals of 50 ms for each process. */
  readonly steady: number;
}

/** From a caller's sending to the arrival at the upstream, and to the answer. Milliseconds. */
export interface Arrivals {
  readonly requests: number;
  readonly arrivedMedianMs: number;
  readonly arrivedMaxMs: number;
  readonly answeredMedianMs: number;
}

export interface HubBesideFigures {
  readonly delayMs: number;
  readonly afterPause: Arrivals;
  readonly steady: Arrivals;
}

const PROCESSES = 4;
/** Longer than what an isolate knows may be old without its being asked for first. */
const PAUSE_MS = 9_000;
const INTERVAL_MS = 50;

/** When requests reach the upstream while the hub is asked beside them. */
export async function runHubBeside({ delayMs, pauses, steady }: HubBesideOptions): Promise<HubBesideFigures> {
  const lab = await startFleetLab({
    processes: PROCESSES,
    delayMs,
    objects: ({ url }) => [gateway([url]), provider("one", url), ruled("x-beside", { groups: [group("only", ["one/steady"])] })],
  });
  try {
    await askAll(lab, "Warm-up.");
    const afterPause: Arrival[] = [];
    const between: Arrival[] = [];
    for (let pause = 0; pause < pauses; pause += 1) {
      await sleep(PAUSE_MS);
      afterPause.push(...(await askAll(lab, `After pause ${pause}.`)));
      for (let index = 0; index < steady; index += 1) {
        await sleep(INTERVAL_MS);
        between.push(...(await askAll(lab, `Between ${pause}, ${index}.`)));
      }
    }
    return { delayMs, afterPause: describe(afterPause), steady: describe(between) };
  } finally {
    await lab.close();
  }
}

interface Arrival {
  readonly arrivedMs: number;
  readonly answeredMs: number;
}

/** One request at each process, one after the other: nothing else is under way. */
async function askAll(lab: FleetLab, marker: string): Promise<readonly Arrival[]> {
  const arrivals: Arrival[] = [];
  for (const [process, router] of lab.fleet.routers.entries()) {
    const content = `${marker} Process ${process}.`;
    const sentAt = Date.now();
    const { tookMs } = await askRouter(router, chatBody("x-beside", { messages: [{ role: "user", content }] }));
    const attempt = lab.upstream.attempts().find(({ body }) => body.includes(content));
    arrivals.push({ arrivedMs: (attempt?.startedAtMs ?? Number.NaN) - sentAt, answeredMs: tookMs });
  }
  return arrivals;
}

function describe(arrivals: readonly Arrival[]): Arrivals {
  const arrived = arrivals.map(({ arrivedMs }) => arrivedMs);
  return {
    requests: arrivals.length,
    arrivedMedianMs: percentile(arrived, 0.5),
    arrivedMaxMs: Math.max(...arrived),
    answeredMedianMs: percentile(
      arrivals.map(({ answeredMs }) => answeredMs),
      0.5,
    ),
  };
}
