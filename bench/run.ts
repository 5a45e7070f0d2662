import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { readAnswer, refuseDifference } from "./answer.ts";
import { killOwnedProcesses } from "./processes.ts";
import type { BenchRow } from "./row.ts";
import { SCENARIOS } from "./scenarios/all.ts";
import type { Effort, GatewayScenario, Rig, Scenario } from "./scenarios/scenario.ts";
import { GATEWAYS, SUBJECTS } from "./subjects/all.ts";
import type { RunningSubject, Subject } from "./subjects/subject.ts";
import { buildGoPrograms, MissingToolError } from "./tools.ts";
import { startUpstream } from "./upstream.ts";
import type { Upstream } from "./upstream.ts";
import { createRunDirectory, removeRunDirectories } from "./workspace.ts";

export interface BenchOptions {
  /** Names of scenarios; absent means all. */
  readonly only?: readonly string[] | undefined;
  /** Names of subjects; absent means all. Ratios need `bare`. */
  readonly subjects?: readonly string[] | undefined;
  /** Default 5; scenarios with streams in real time take at most 3. */
  readonly rounds?: number | undefined;
  /** Seconds of one subject's turn at full speed, whole, default 4. */
  readonly seconds?: number | undefined;
  /** Where progress goes; nowhere by default. */
  readonly log?: ((message: string) => void) | undefined;
}

/**
 * Measures the chosen scenarios. A subject that cannot be had or does not answer rightly gives a row that says so.
 * @throws RangeError for a name that does not exist; Error when the machine cannot run the benchmark at all
 */
export async function runBench(options: BenchOptions = {}): Promise<readonly BenchRow[]> {
  const scenarios = chooseNamed("scenario", SCENARIOS, options.only);
  const subjects = chooseNamed("subject", SUBJECTS, options.subjects);
  const effort: Effort = { rounds: options.rounds ?? 5, seconds: options.seconds ?? 4, log: options.log ?? (() => undefined) };
  if (process.platform !== "linux") throw new Error("The benchmark reads CPU time from /proc: it runs on Linux only.");
  const release = cleanUpOnSignals();
  try {
    const rows: BenchRow[] = [];
    for (const scenario of scenarios) rows.push(...(await runScenario(scenario, { effort, subjects })));
    return rows;
  } finally {
    cleanUp();
    release();
  }
}

function chooseNamed<Named extends { readonly name: string }>(
  kind: string,
  all: readonly Named[],
  names?: readonly string[],
): readonly Named[] {
  const known = all.map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new RangeError(`There is no ${kind} "${unknown}"; there are ${known.join(", ")}.`);
  return names === undefined ? all : all.filter(({ name }) => names.includes(name));
}

function cleanUp(): void {
  killOwnedProcesses();
  removeRunDirectories();
}

/** A signal ends this process as it would have, after the children. */
function cleanUpOnSignals(): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const onSignal = (signal: NodeJS.Signals): void => {
    cleanUp();
    release();
    process.kill(process.pid, signal);
  };
  const release = (): void => {
    process.off("exit", cleanUp);
    for (const signal of signals) process.off(signal, onSignal);
  };
  process.on("exit", cleanUp);
  for (const signal of signals) process.on(signal, onSignal);
  return release;
}

async function runScenario(
  scenario: Scenario,
  setting: { readonly effort: Effort; readonly subjects: readonly Subject[] },
): Promise<readonly BenchRow[]> {
  if (scenario.kind === "offline") return scenario.measure(setting.effort);
  const wanted = setting.subjects.filter(({ name }) => (scenario.subjects ?? GATEWAYS).includes(name));
  const binaries = await buildGoPrograms();
  const upstream = await startUpstream(binaries);
  const directory = createRunDirectory();
  const running: RunningSubject[] = [];
  const excluded: BenchRow[] = [];
  for (const subject of wanted) {
    const started = await startChecked({ subject, scenario, upstream, directory });
    if ("url" in started) running.push(started);
    else excluded.push(started);
  }
  const rows = await measureOrExplain(scenario, { ...setting.effort, upstream, subjects: running, binaries, directory });
  await Promise.allSettled([...running.map((subject) => subject.close()), upstream.close()]);
  removeRunDirectories();
  return [...rows, ...excluded];
}

/** A scenario that breaks down says so for every subject; the others still run. */
async function measureOrExplain(scenario: GatewayScenario, rig: Rig): Promise<readonly BenchRow[]> {
  if (rig.subjects.length === 0) return [];
  try {
    return await scenario.measure(rig);
  } catch (error) {
    return rig.subjects.map((subject) => ({ scenario: scenario.name, subject: subject.name, failure: String(error) }));
  }
}

/** Starts a subject and compares its answers with the stub's. Returns the row that says why it cannot take part instead. */
async function startChecked(request: {
  readonly subject: Subject;
  readonly scenario: GatewayScenario;
  readonly upstream: Upstream;
  readonly directory: string;
}): Promise<RunningSubject | BenchRow> {
  const { subject, scenario, upstream } = request;
  const row = { scenario: scenario.name, subject: subject.name };
  const directory = join(request.directory, subject.name);
  mkdirSync(directory);
  let running: RunningSubject | undefined;
  try {
    running = await subject.start({ upstream, directory });
    await checkAnswers(running, scenario, upstream);
    return running;
  } catch (error) {
    await running?.close();
    return error instanceof MissingToolError ? { ...row, missing: error.message } : { ...row, failure: String(error) };
  }
}

/** An endless stream has no answer to compare; its scenario looks at the status itself. */
async function checkAnswers(subject: RunningSubject, scenario: GatewayScenario, upstream: Upstream): Promise<void> {
  const direct = { url: `${upstream.origin}/v1/chat/completions`, headersFor: () => ({}), modelFor: (model: string) => model };
  for (const request of scenario.requests) {
    if (request.stream && request.events === undefined) continue;
    const [seen, expected] = await Promise.all([readAnswer(subject, request), readAnswer(direct, request)]);
    refuseDifference(seen, expected, request);
  }
}
