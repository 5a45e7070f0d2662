import { setTimeout as sleep } from "node:timers/promises";
import type { BenchRow } from "./row.ts";
import type { Rig } from "./scenarios/scenario.ts";
import { ratioOfRounds } from "./statistics.ts";
import { BASELINE } from "./subjects/subject.ts";
import type { RunningSubject } from "./subjects/subject.ts";

/** What one subject gave, a sample a round; a failure ends its part, its earlier samples are not to be used. */
export interface Sampled<Sample> {
  readonly subject: RunningSubject;
  readonly samples: readonly Sample[];
  readonly failure: string | undefined;
}

export interface RoundsPlan<Sample> {
  readonly scenario: string;
  readonly rig: Rig;
  readonly rounds: number;
  /** Once for each subject before the first round; its result is not kept. */
  warmUp?(subject: RunningSubject): Promise<unknown>;
  measure(subject: RunningSubject): Promise<Sample>;
}

/** Between turns: the requests that the last load run left behind are done by then. */
const SETTLE_MS = 200;

/** Measures A, B, C, A, B, C, …: whatever disturbs the machine for a while disturbs all subjects alike. */
export async function interleave<Sample>(plan: RoundsPlan<Sample>): Promise<readonly Sampled<Sample>[]> {
  const failures = new Map<string, string>();
  const samples = new Map<string, Sample[]>(plan.rig.subjects.map(({ name }) => [name, []]));
  const attempt = async (subject: RunningSubject, run: () => Promise<unknown>): Promise<void> => {
    if (failures.has(subject.name)) return;
    await sleep(SETTLE_MS);
    await run().catch((error: unknown) => failures.set(subject.name, String(error)));
  };
  for (const subject of plan.rig.subjects) await attempt(subject, async () => plan.warmUp?.(subject));
  for (let round = 1; round <= plan.rounds; round += 1) {
    plan.rig.log(`${plan.scenario}: round ${round} of ${plan.rounds}`);
    for (const subject of plan.rig.subjects) {
      await attempt(subject, async () => samples.get(subject.name)?.push(await plan.measure(subject)));
    }
  }
  return plan.rig.subjects.map((subject) => ({
    subject,
    samples: samples.get(subject.name) ?? [],
    failure: failures.get(subject.name),
  }));
}

/** One row for each subject: its failure, or its figures with the ratio to the baseline of the number that `compare` picks. */
export function toRows<Sample>(
  scenario: string,
  sampled: readonly Sampled<Sample>[],
  render: { compare(sample: Sample): number; figures(samples: readonly Sample[]): Partial<BenchRow> },
): readonly BenchRow[] {
  const baseline = sampled.find(({ subject, failure }) => subject.name === BASELINE && failure === undefined)?.samples ?? [];
  return sampled.map(({ subject, samples, failure }) => {
    const row = { scenario, subject: subject.name };
    if (failure !== undefined) return { ...row, failure };
    return { ...row, ...ratioOfRounds(samples.map(render.compare), baseline.map(render.compare)), ...render.figures(samples) };
  });
}
