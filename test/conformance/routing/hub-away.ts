import { setTimeout as sleep } from "node:timers/promises";
import { runLoad } from "../../rigs/load/run-load.ts";
import type { LoadResult } from "../../rigs/load/send-scheduled.ts";
import { administer } from "./administer.ts";
import { askChat, chatBody, codeOf } from "./ask-chat.ts";
import { type DecisionsLab, startDecisionsLab } from "./decisions-lab.ts";
import { percentile } from "./statistics.ts";

export interface HubAwayOptions {
  readonly delayMs: number;
  readonly perSecond: number;
  /** With the hub, and each time without it; beyond ten, so that what an isolate knows is too old to go by. */
  readonly seconds: number;
}

/** Streams, timed to their first byte. */
export interface Passed {
  readonly asked: number;
  readonly answered: number;
  readonly medianMs: number;
  readonly slowestMs: number;
}

export interface HubAwayFigures {
  readonly reached: Passed;
  /** The host of the hub was ended: connections are refused. */
  readonly refused: Passed;
  /** It was stopped: it neither answers nor refuses. */
  readonly hanging: Passed;
  /** What was switched off before stays off. */
  readonly obeyed: { readonly asked: number; readonly refused: number };
  /** First answer of a process that was started while the hub hung. */
  readonly whenNew: Passed;
}

const PROCESSES = 4;

/** Requests while the hub cannot be reached: they pass, by what was known last. */
export async function runHubAway(options: HubAwayOptions): Promise<HubAwayFigures> {
  const lab = await startDecisionsLab(PROCESSES, options.delayMs);
  try {
    const reached = await passThrough(lab, options);
    await administer(lab.router(0), "kill", ["model", "x-model"]);
    await sleep(5_000);
    await Promise.all(lab.fleet.routers.map((router) => askChat(router, "x-model")));
    process.kill(lab.fleet.objectHost.pid, "SIGKILL");
    const refused = await passThrough(lab, options);
    await lab.fleet.restartObjectHost();
    await passThrough(lab, { ...options, seconds: 5 });
    process.kill(lab.fleet.objectHost.pid, "SIGSTOP");
    const hanging = await passThrough(lab, options);
    const obeyed = await Promise.all(lab.fleet.routers.map((router) => askChat(router, "x-model")));
    await lab.fleet.restartRouter(PROCESSES - 1);
    const whenNew = describe(await load(lab, { perSecond: 1, seconds: 1, from: PROCESSES - 1 }));
    return {
      reached,
      refused,
      hanging,
      obeyed: { asked: obeyed.length, refused: obeyed.filter((heard) => codeOf(heard) === "model_disabled").length },
      whenNew,
    };
  } finally {
    await lab.close();
  }
}

async function passThrough(lab: DecisionsLab, { perSecond, seconds }: HubAwayOptions): Promise<Passed> {
  return describe(await load(lab, { perSecond, seconds, from: 0 }));
}

function load(
  lab: DecisionsLab,
  { from, perSecond, seconds }: { readonly from: number; readonly perSecond: number; readonly seconds: number },
): Promise<readonly LoadResult[]> {
  return runLoad({ urls: lab.urls(from), key: lab.router(0).key, perSecond, seconds, body: streamBody });
}

function streamBody(): object {
  return chatBody("x-credential", { stream: true });
}

function describe(results: readonly LoadResult[]): Passed {
  const times = results.map(({ latencyMs, ttftMs }) => ttftMs ?? latencyMs);
  return {
    asked: results.length,
    answered: results.filter(({ status, whole }) => status === 200 && whole).length,
    medianMs: percentile(times, 0.5),
    slowestMs: Math.max(...times),
  };
}
