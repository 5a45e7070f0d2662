import { mapConcurrently } from "../faults/lab.ts";
import { gateway, provider, UNLIMITED_RETRIES } from "../faults/policy-objects.ts";
import { askChat, targetOf } from "./ask-chat.ts";
import { type FleetLab, startFleetLab } from "./fleet-lab.ts";
import { group, ruled } from "./rule-objects.ts";

export interface TimeoutOptions {
  /** Streams for each fault. */
  readonly runs: number;
  /** Under way at once. */
  readonly width: number;
}

export interface TtftFigures {
  readonly fault: string;
  readonly runs: number;
  /** Answered by the other target, after two attempts. */
  readonly answered: number;
  /** From the arrival of the attempt at the upstream to the end of its connection. Milliseconds. */
  readonly abortedMs: readonly number[];
}

export interface IdleFigures {
  readonly runs: number;
  /** Ended in one error event and without `[DONE]`. */
  readonly told: number;
  /** From the last byte that came to the end of the answer. Milliseconds. */
  readonly endedMs: readonly number[];
}

export interface TimeoutFigures {
  readonly ttft: readonly TtftFigures[];
  readonly idle: IdleFigures;
}

/** Time limits of the routes here. */
export const TTFT_MS = 1_000;
export const IDLE_MS = 1_500;

const PROCESSES = 4;
/** Silence before and after the head, and a stream of pings and of deltas that name a role. */
const SILENT = ["F05", "F07", "F08"];
const STALLED = "F20";
/** So often may a target fail before it is taken out: each has as many routes as that takes. */
const RUNS_PER_TARGET = PROCESSES;

/** Streams whose first content does not come, and streams that fall silent. */
export async function runTimeouts({ runs, width }: TimeoutOptions): Promise<TimeoutFigures> {
  const lab = await startTimeoutLab(Math.ceil(runs / RUNS_PER_TARGET));
  try {
    const ttft: TtftFigures[] = [];
    for (const fault of SILENT) ttft.push(await runSilent(lab, fault, { runs, width }));
    return { ttft, idle: await runStalled(lab, { runs, width }) };
  } finally {
    await lab.close();
  }
}

/** The rig takes the fault from the model's name. */
const modelOf = (fault: string, target: number): string => `t${target}-${fault}`;

function startTimeoutLab(targets: number): Promise<FleetLab> {
  const timeouts = { ttft: `${TTFT_MS}ms`, idle: `${IDLE_MS}ms`, total: "20s" };
  return startFleetLab({
    processes: PROCESSES,
    objects: ({ url }) => [
      gateway([url], { retryBudget: UNLIMITED_RETRIES }),
      provider("first", url),
      provider("second", url),
      ...[...SILENT, STALLED].flatMap((fault) =>
        Array.from({ length: targets }, (_, target) => {
          const groups = [group("first", [`first/${modelOf(fault, target)}`]), group("second", ["second/steady"])];
          return ruled(`x-${fault.toLowerCase()}-${target}`, { groups, timeouts });
        }),
      ),
    ],
  });
}

/** Each target is asked once by each process. */
async function runSilent(lab: FleetLab, fault: string, { runs, width }: TimeoutOptions): Promise<TtftFigures> {
  const heard = await mapConcurrently(Array.from({ length: runs }), width, (_, run) => askRun(lab, fault, run));
  const attempts = lab.upstream.attempts().filter(({ model }) => model.endsWith(fault));
  return {
    fault,
    runs,
    answered: heard.filter((answer) => targetOf(answer) === "second/steady" && answer.headers["x-fairlead-attempts"] === "2")
      .length,
    abortedMs: attempts.map(({ closedAtMs, startedAtMs }) => (closedAtMs ?? Infinity) - startedAtMs),
  };
}

async function runStalled(lab: FleetLab, { runs, width }: TimeoutOptions): Promise<IdleFigures> {
  const heard = await mapConcurrently(Array.from({ length: runs }), width, (_, run) => askRun(lab, STALLED, run));
  const bodies = heard.map(({ body }) => body.toString());
  return {
    runs,
    told: bodies.filter((body) => body.split('data: {"error":').length === 2 && !body.includes("[DONE]")).length,
    endedMs: heard.map(({ firstByteMs, tookMs }) => tookMs - (firstByteMs ?? Number.NaN)),
  };
}

function askRun(lab: FleetLab, fault: string, run: number): ReturnType<typeof askChat> {
  const model = `x-${fault.toLowerCase()}-${Math.floor(run / RUNS_PER_TARGET)}`;
  return askChat(lab.router(run % PROCESSES), model, { stream: true });
}
