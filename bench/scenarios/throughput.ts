import { runWrk } from "../load/wrk.ts";
import type { WrkRun } from "../load/wrk.ts";
import { readUsage } from "../process-usage.ts";
import { interleave, toRows } from "../rounds.ts";
import type { BenchRequest } from "../requests.ts";
import type { BenchRow } from "../row.ts";
import { median, roundFigure } from "../statistics.ts";
import type { RunningSubject } from "../subjects/subject.ts";
import { writeBody } from "./scenario.ts";
import type { GatewayScenario, Rig } from "./scenario.ts";

export interface ThroughputPlan {
  readonly name: string;
  readonly about: string;
  readonly request: BenchRequest;
  readonly connections: number;
  /** Load before each turn, for what begins anew after others' turns. Seconds; default 0. */
  readonly leadSeconds?: number;
  /** Names of the subjects it is for; absent means every gateway. */
  readonly subjects?: readonly string[];
}

interface Sample extends WrkRun {
  readonly cpuMicros: number;
}

const WARM_UP_SECONDS = 2;
/** Below this many times a subject's rate the stub and the load generator are part of what is measured. */
const HEADROOM = 2;

/** A closed loop at full speed: answers a second and CPU time of each. */
export function createThroughputScenario(plan: ThroughputPlan): GatewayScenario {
  return {
    kind: "gateway",
    name: plan.name,
    about: plan.about,
    ...(plan.subjects === undefined ? {} : { subjects: plan.subjects }),
    requests: [plan.request],
    measure: async (rig) => {
      const direct = await measureDirect(rig, plan);
      const sampled = await interleave({
        scenario: plan.name,
        rig,
        rounds: rig.rounds,
        warmUp: (subject) => load({ rig, plan, subject, seconds: WARM_UP_SECONDS }),
        measure: (subject) => measureTurn({ rig, plan, subject, direct }),
      });
      const rows = toRows(plan.name, sampled, {
        compare: (sample) => sample.rps,
        figures: (samples) => summarise(samples, direct),
      });
      return [...rows, renderDirect(plan.name, direct)];
    },
  };
}

/** The stub without anything before it: the guard for every other row. */
async function measureDirect(rig: Rig, plan: ThroughputPlan): Promise<WrkRun> {
  rig.log(`${plan.name}: the stub alone`);
  const subject = {
    name: "direct",
    url: `${rig.upstream.origin}/v1/chat/completions`,
    headersFor: () => ({}),
    modelFor: (model: string) => model,
  };
  await load({ rig, plan, subject, seconds: 1 });
  return load({ rig, plan, subject, seconds: rig.seconds });
}

function load(turn: {
  readonly rig: Rig;
  readonly plan: ThroughputPlan;
  readonly subject: Pick<RunningSubject, "name" | "url" | "headersFor" | "modelFor">;
  readonly seconds: number;
}): Promise<WrkRun> {
  const { rig, plan, subject, seconds } = turn;
  const bodyFile = writeBody(rig, subject, plan.request);
  const headers = subject.headersFor(plan.request.upstreamModel);
  return runWrk({ url: subject.url, headers, bodyFile, connections: plan.connections, seconds });
}

async function measureTurn(turn: {
  readonly rig: Rig;
  readonly plan: ThroughputPlan;
  readonly subject: RunningSubject;
  readonly direct: WrkRun;
}): Promise<Sample> {
  const { rig, plan, subject, direct } = turn;
  if (plan.leadSeconds !== undefined) await load({ rig, plan, subject, seconds: plan.leadSeconds });
  const upstreamBefore = (await rig.upstream.stats()).requests;
  const cpuBefore = readUsage(subject.pids).cpuMicros;
  const run = await load({ rig, plan, subject, seconds: rig.seconds });
  const cpuMicros = (readUsage(subject.pids).cpuMicros - cpuBefore) / run.requests;
  const asked = (await rig.upstream.stats()).requests - upstreamBefore;
  if (subject.answersAlone === true) {
    if (asked > 0) throw new Error(`Was to answer alone and asked the upstream ${asked} times.`);
  } else if (asked < run.requests * 0.98)
    throw new Error(`Gave ${run.requests} answers but asked the upstream only ${asked} times.`);
  if (run.bytesPerAnswer < direct.bytesPerAnswer * 0.9) {
    throw new Error(
      `Answers had ${Math.round(run.bytesPerAnswer)} bytes, the upstream's have ${Math.round(direct.bytesPerAnswer)}.`,
    );
  }
  return { ...run, cpuMicros };
}

function summarise(samples: readonly Sample[], direct: WrkRun): Partial<BenchRow> {
  const rps = median(samples.map((sample) => sample.rps));
  return {
    rps: roundFigure(rps),
    cpuMicros: roundFigure(median(samples.map((sample) => sample.cpuMicros))),
    p50Micros: roundFigure(median(samples.map((sample) => sample.p50Micros))),
    p99Micros: roundFigure(median(samples.map((sample) => sample.p99Micros))),
    ...(direct.rps < rps * HEADROOM
      ? { notes: [`bound by stub and load generator too (the stub alone: ${Math.round(direct.rps)} rps): a lower bound`] }
      : {}),
  };
}

function renderDirect(scenario: string, direct: WrkRun): BenchRow {
  return {
    scenario,
    subject: "direct",
    rps: roundFigure(direct.rps),
    p50Micros: direct.p50Micros,
    p99Micros: direct.p99Micros,
    notes: ["the stub alone, one turn"],
  };
}
