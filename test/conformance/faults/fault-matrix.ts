import type { UsageEvent } from "../../../src/ports/usage-sink.ts";
import { askRouter, type Heard, readUsage } from "./ask-router.ts";
import { createDraw } from "./draws.ts";
import { casesInForm, type Ending, FAULT_CASES, type FaultCase, IDLE_MS } from "./fault-cases.ts";
import { judgeEnding } from "./judge-ending.ts";
import { type Lab, mapConcurrently, rigAt, startLab } from "./lab.ts";
import { type Form, gateway, inForm, unwatchedProvider, route, UNLIMITED_RETRIES } from "./policy-objects.ts";

const SECOND = { provider: "second", model: "second" };
/** How many requests are under way at once; small, so that timers on a busy machine stay what they are. */
const WIDTH = 24;
/** The usage log shows a thousand requests; a batch stays well below. */
const CASES_PER_BATCH = 20;
/** A run that takes so much longer than its timer hangs. */
const PATIENCE_MS = 12_000;
/** Beyond its timer a run may take so long: the second attempt and the machine. */
const GRACE_MS = 1_000;

/** What the runs of one case ended in. */
export interface CaseFigures {
  readonly name: string;
  readonly endings: Readonly<Partial<Record<Ending, number>>>;
  /** How the first attempt was classed, as the usage log has it. */
  readonly classes: readonly string[];
  readonly problems: readonly string[];
  /** Runs that took longer than their timer and a second. */
  readonly late: number;
  readonly slowestMs: number;
}

export interface FaultMatrixFigures {
  readonly requests: number;
  readonly cases: readonly CaseFigures[];
  readonly problems: readonly string[];
  readonly late: number;
  readonly redirectsFollowed: number;
}

/** Every fault in a stream and in a JSON answer, `runs` times each, before a healthy second target. */
export async function runFaultMatrix({
  form = "native",
  runs,
  seed,
}: {
  readonly form?: Form;
  readonly runs: number;
  readonly seed: number;
}): Promise<FaultMatrixFigures> {
  const lab = await startMatrixLab(form);
  try {
    const draw = createDraw(seed);
    const cases: CaseFigures[] = [];
    for (let start = 0; start < FAULT_CASES.length; start += CASES_PER_BATCH) {
      cases.push(...(await runBatch(lab, { form, from: start, runs }, draw)));
    }
    return {
      requests: runs * FAULT_CASES.length,
      cases,
      problems: cases.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`)),
      late: cases.reduce((sum, { late }) => sum + late, 0),
      redirectsFollowed: lab.rigs.reduce((sum, rig) => sum + rig.redirectHits().length, 0),
    };
  } finally {
    await lab.close();
  }
}

/** Rig 0 is the healthy second target; every case has a rig of its own, so that runs of all cases can go on at once. */
async function startMatrixLab(form: Form): Promise<Lab> {
  return startLab({
    rigCount: FAULT_CASES.length + 1,
    objects: (rigs) => {
      const healthy = rigAt(rigs, 0);
      const urls = FAULT_CASES.map(({ fault }, index) => (fault === "F01" ? healthy.refusedUrl : rigAt(rigs, index + 1).url));
      return [
        gateway([healthy.url, ...urls], { retryBudget: UNLIMITED_RETRIES }),
        unwatchedProvider(SECOND.provider, healthy.url),
        ...FAULT_CASES.map(({ name }, index) => inForm(form, unwatchedProvider(name, urls[index] ?? ""))),
        ...FAULT_CASES.map((faultCase) =>
          route(virtualModel(faultCase), {
            targets: [`${faultCase.name}/${firstModel(faultCase)}`, `${SECOND.provider}/${SECOND.model}`],
            timeouts: { ttft: `${faultCase.ttftMs}ms`, idle: `${IDLE_MS}ms`, total: `${faultCase.totalSeconds}s` },
          }),
        ),
      ];
    },
  });
}

const virtualModel = ({ name }: FaultCase): string => `x-${name}`;
/** Names its fault, because the rig's healthy bytes for F22 depend on the name. */
const firstModel = ({ fault }: FaultCase): string => `first-${fault}`;

interface Run {
  readonly faultCase: FaultCase;
  readonly marker: string;
}

interface Outcome extends Run {
  readonly heard: Heard;
  readonly ending: Ending | null;
  readonly problems: readonly string[];
}

async function runBatch(
  lab: Lab,
  { form, from, runs }: { readonly form: Form; readonly from: number; readonly runs: number },
  draw: () => number,
): Promise<readonly CaseFigures[]> {
  const batch = casesInForm(form).slice(from, from + CASES_PER_BATCH);
  for (const [index, { behave }] of batch.entries()) {
    rigAt(lab.rigs, from + index + 1).script(Array.from({ length: runs }, () => ({ behave: behave(draw) })));
  }
  // Round by round, so that slow cases do not queue behind each other.
  const planned = Array.from({ length: runs }, (_, run) =>
    batch.map((faultCase) => ({ faultCase, marker: `${faultCase.name} run ${run}.` })),
  ).flat();
  const outcomes = await mapConcurrently(planned, WIDTH, (run) => runOnce(lab, run));
  const usage = await readUsageOf(lab, outcomes);
  return batch.map((faultCase) =>
    summarise(
      faultCase,
      outcomes.filter((outcome) => outcome.faultCase === faultCase),
      usage,
    ),
  );
}

async function runOnce(lab: Lab, run: Run): Promise<Outcome> {
  const { faultCase, marker } = run;
  const messages = [{ role: "user", content: marker }];
  const body = { model: virtualModel(faultCase), messages, ...(faultCase.stream ? { stream: true } : {}) };
  const heard = await askRouter(lab.router, body, { patienceMs: PATIENCE_MS });
  const verdict = judgeEnding({ faultCase, messages, firstModel: firstModel(faultCase), secondModel: SECOND.model, heard });
  const seen = lab.countAttempts(marker) + (faultCase.fault === "F01" ? 1 : 0);
  const counted = String(seen) === heard.headers["x-fairlead-attempts"];
  const problems = [
    ...(verdict.kind === "wrong" ? [`${verdict.says} (${marker})`] : []),
    ...(counted
      ? []
      : [`${seen} attempts came, the header says ${heard.headers["x-fairlead-attempts"] ?? "nothing"} (${marker})`]),
  ];
  return { ...run, heard, ending: verdict.kind === "right" ? verdict.ending : null, problems };
}

type UsageById = ReadonlyMap<string, UsageEvent>;

const requestIdOf = ({ heard }: Outcome): string => heard.headers["x-fairlead-request-id"] ?? "";

/** Settlement comes after the answer, so the log is asked again until it has every request. */
async function readUsageOf(lab: Lab, outcomes: readonly Outcome[]): Promise<UsageById> {
  for (let patience = 20; ; patience -= 1) {
    const byId = new Map((await readUsage(lab.router)).map((event) => [event.requestId, event]));
    if (patience === 0 || outcomes.every((outcome) => byId.has(requestIdOf(outcome)))) return byId;
    await new Promise((done) => setTimeout(done, 100));
  }
}

function summarise(faultCase: FaultCase, outcomes: readonly Outcome[], usage: UsageById): CaseFigures {
  const endings: Partial<Record<Ending, number>> = {};
  for (const { ending } of outcomes) if (ending !== null) endings[ending] = (endings[ending] ?? 0) + 1;
  const events = outcomes.map((outcome) => usage.get(requestIdOf(outcome)));
  const times = outcomes.map(({ heard }) => heard.tookMs);
  return {
    name: faultCase.name,
    endings,
    classes: [...new Set(events.map((event) => describeFirst(event)))],
    problems: outcomes.flatMap((outcome, index) => [...outcome.problems, ...judgeUsage(outcome, events[index])]),
    late: times.filter((time) => time > faultCase.timerMs + GRACE_MS).length,
    slowestMs: Math.round(Math.max(...times)),
  };
}

function describeFirst(event: UsageEvent | undefined): string {
  const first = event?.attempts[0]?.outcome ?? "not logged";
  return first === "ok" && event?.failure !== null ? `ok, then ${event?.failure ?? ""}` : first;
}

function judgeUsage({ ending, marker }: Outcome, event: UsageEvent | undefined): readonly string[] {
  if (ending === null) return [];
  if (event === undefined) return [`not in the usage log (${marker})`];
  const isFailed = ending === "interrupted" || ending === "upstream_error";
  const isRight =
    event.outcome === (isFailed ? "failed" : "ok") &&
    (isFailed ? event.failure !== null : (ending === "recorded" ? ["malformed", null] : [null]).includes(event.failure));
  return isRight ? [] : [`${ending}, but the usage log says ${event.outcome}, ${event.failure ?? "no failure"} (${marker})`];
}
