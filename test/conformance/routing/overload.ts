import { runLoad } from "../../rigs/load/run-load.ts";
import type { LoadResult } from "../../rigs/load/send-scheduled.ts";
import { gateway, provider, UNLIMITED_RETRIES } from "../faults/policy-objects.ts";
import { chatBody } from "./ask-chat.ts";
import { type FleetLab, startFleetLab } from "./fleet-lab.ts";
import { group, ruled } from "./rule-objects.ts";
import { percentile } from "./statistics.ts";

export interface OverloadOptions {
  /** What the upstream serves at once, and milliseconds that each takes. */
  readonly slots: number;
  readonly serviceMs: number;
  readonly processes: number;
  /** Offered load, as multiples of what the upstream can serve. */
  readonly steps: readonly number[];
  readonly secondsPerStep: number;
  /** Of each step, before it is counted: limits need a moment to find their level. */
  readonly settleSeconds: number;
}

export interface OverloadStep {
  readonly offered: number;
  readonly requests: number;
  /** 200 a second, both priorities. */
  readonly goodput: number;
  /** Refusals that cost the upstream nothing, and their latency. */
  readonly shed: number;
  readonly shedP99Ms: number;
  /** Refused without `retry-after`, with another status than 429 and 503, or not answered. */
  readonly wrong: number;
  /** Share of requests that were served. */
  readonly servedInteractive: number;
  readonly servedBatch: number;
}

export interface OverloadFigures {
  /** Requests a second that the upstream can serve. */
  readonly capacity: number;
  readonly steps: readonly OverloadStep[];
}

const MODEL = "capacity";
const PATIENCE_MS = 20_000;
const QUIET_SECONDS = 3;

/** An open loop over an upstream with a capacity: interactive and batch requests by turns, ever more of them. */
export async function runOverload(options: OverloadOptions): Promise<OverloadFigures> {
  const { processes, serviceMs, slots, steps } = options;
  const capacity = (slots * 1_000) / serviceMs;
  const lab = await startFleetLab({
    processes,
    keepsContents: false,
    objects: ({ url }) => [
      gateway([url], { retryBudget: UNLIMITED_RETRIES }),
      provider("one", url),
      ruled("x-interactive", { groups: [group("only", [`one/${MODEL}`])], failover: { maxAttempts: 1 } }),
      ruled("x-batch", { groups: [group("only", [`one/${MODEL}`])], failover: { maxAttempts: 1 }, priority: "Batch" }),
    ],
  });
  try {
    lab.upstream.setFault(MODEL, `F32@slots=${slots}@service=${serviceMs}@queue=${slots}@seconds=1`);
    const done: OverloadStep[] = [];
    for (const offered of steps) {
      done.push(await runStep(lab, offered * capacity, { ...options, offered }));
      await new Promise((resume) => setTimeout(resume, QUIET_SECONDS * 1_000));
    }
    return { capacity, steps: done };
  } finally {
    await lab.close();
  }
}

async function runStep(
  lab: FleetLab,
  perSecond: number,
  { offered, secondsPerStep, settleSeconds }: OverloadOptions & { readonly offered: number },
): Promise<OverloadStep> {
  // Two loads side by side, so that each process gets both.
  const load = (model: string): Promise<readonly LoadResult[]> =>
    runLoad({
      urls: lab.urls(),
      key: lab.router(0).key,
      perSecond: perSecond / 2,
      seconds: secondsPerStep,
      patienceMs: PATIENCE_MS,
      body: () => chatBody(model),
    });
  const [interactive, batch] = await Promise.all([load("x-interactive"), load("x-batch")]);
  const from = Math.min(...interactive.map(({ scheduledAtMs }) => scheduledAtMs)) + settleSeconds * 1_000;
  const isCounted = ({ scheduledAtMs }: LoadResult): boolean => scheduledAtMs >= from;
  const counted = [...interactive, ...batch].filter(isCounted);
  const shed = counted.filter(({ attempts, status }) => status !== 200 && (attempts ?? 0) === 0);
  return {
    offered,
    requests: counted.length,
    goodput: counted.filter(isServed).length / (secondsPerStep - settleSeconds),
    shed: shed.length,
    shedP99Ms: percentile(
      shed.map(({ latencyMs }) => latencyMs),
      0.99,
    ),
    wrong: counted.filter((result) => !isServed(result) && !isRightRefusal(result)).length,
    servedInteractive: shareServed(interactive.filter(isCounted)),
    servedBatch: shareServed(batch.filter(isCounted)),
  };
}

function isServed({ status, whole }: LoadResult): boolean {
  return status === 200 && whole;
}

function isRightRefusal({ retryAfterSeconds, status }: LoadResult): boolean {
  return (status === 429 || status === 503) && retryAfterSeconds !== null;
}

function shareServed(results: readonly LoadResult[]): number {
  return results.filter(isServed).length / results.length;
}
