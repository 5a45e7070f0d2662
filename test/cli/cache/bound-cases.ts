import { readFileSync } from "node:fs";
import type { AnswerRow } from "../../../src/cli/cache/answer-row.ts";
import { type Evaluated, evaluate, type Evaluation, shareOf } from "../../../src/cli/cache/evaluate.ts";
import { readAnswerRows } from "../../../src/cli/cache/read-answer-rows.ts";
import { wilsonInterval } from "../../../src/core/cache/semantic/binomial.ts";
import type { Embedder } from "../../../src/core/cache/embedder.ts";

const FIXTURES = new URL("../../fixtures/semantic/", import.meta.url);

/** A kind of traffic. */
export interface BoundCase {
  readonly name: string;
  readonly rows: () => readonly AnswerRow[];
  readonly outOfScope: number;
  readonly exponent: number;
  readonly drift: number;
  readonly labelNoise: number;
}

const readFixture = (name: string): string => readFileSync(new URL(name, FIXTURES), "utf8");
/** Answers fixed by what is asked for and about what. */
const withSlots = (): readonly AnswerRow[] => readAnswerRows(readFixture("hwu64_answers.tsv"));
/** By what is asked for alone. */
const byIntent = (): readonly AnswerRow[] =>
  withSlots().map(({ answer, text }) => ({ answer: answer.split("|")[0] ?? "", text }));
/** Without the texts that no answer serves. */
const inScope = (): readonly AnswerRow[] => byIntent().filter(({ answer }) => answer !== "");
/** With pairs of questions that are nearly the same and are not, and some that are the same. */
const withNearMisses = (): readonly AnswerRow[] => [
  ...byIntent(),
  ...pairRows("gen_pairs.jsonl"),
  ...pairRows("checklist_qqp_mft_pairs.jsonl"),
];

const USUAL = { rows: byIntent, outOfScope: 0.2, exponent: 1, drift: 0, labelNoise: 0 };

/** Streams as the bound is promised for: several kinds of answers, of traffic, and of labels. */
export const BOUND_CASES = [
  { ...USUAL, name: "by intent" },
  { ...USUAL, name: "by intent, in scope alone", rows: inScope, outOfScope: 0 },
  { ...USUAL, name: "by intent, all answers alike often", exponent: 0 },
  { ...USUAL, name: "by intent, few answers very often", exponent: 1.4 },
  { ...USUAL, name: "by intent, with near misses", rows: withNearMisses },
  { ...USUAL, name: "by intent and slots", rows: withSlots },
  { ...USUAL, name: "by intent, 10 % of the labels wrong", labelNoise: 0.1 },
  { ...USUAL, name: "by intent, a fifth of the answers changing half-way", drift: 0.2 },
] as const satisfies readonly BoundCase[];

export type BoundOptions = Pick<Evaluation, "bounds" | "seeds" | "directory"> & {
  readonly embedder: Embedder;
  readonly arrivals: number;
};

/** One bound over all seeds. */
export interface BoundFigures {
  readonly bound: number;
  readonly hits: number;
  readonly wrong: number;
  /** Of the false-hit rate of all seeds together. */
  readonly high: number;
  /** Seeds whose whole interval lies above the bound. */
  readonly broken: number;
  /** Hits of the static threshold with the same false-hit rate, over the same requests: all of them, and those since the first hit. */
  readonly best: number;
  readonly bestSince: number;
  /** False-hit rate of a threshold of 0.80. */
  readonly fixed: number;
  readonly perSeed: readonly Evaluated[];
}

export async function runBoundCase(one: BoundCase, { arrivals, ...options }: BoundOptions): Promise<readonly BoundFigures[]> {
  const all = await evaluate({
    ...options,
    rows: one.rows(),
    traffic: { arrivals, outOfScope: one.outOfScope, exponent: one.exponent, drift: one.drift },
    settings: { per: "Hit", mode: "Enforce", shadowBudget: 0 },
    labelNoise: one.labelNoise,
    progress: () => undefined,
  });
  return options.bounds.map((bound) =>
    summarise(
      bound,
      all.filter((evaluated) => evaluated.bound === bound),
    ),
  );
}

function summarise(bound: number, perSeed: readonly Evaluated[]): BoundFigures {
  const sum = (figure: (one: Evaluated) => number): number => perSeed.reduce((total, one) => total + figure(one), 0);
  const [hits, wrong] = [sum(({ run }) => run.semantic.hits), sum(({ run }) => run.semantic.wrong)];
  return {
    bound,
    hits,
    wrong,
    high: wilsonInterval(wrong, hits).high,
    broken: perSeed.filter(({ run }) => wilsonInterval(run.semantic.wrong, run.semantic.hits).low > bound).length,
    best: sum(({ best }) => best.hits),
    bestSince: sum(({ bestSince }) => bestSince.hits),
    fixed: shareOf({ hits: sum(({ fixed }) => fixed.hits), wrong: sum(({ fixed }) => fixed.wrong) }),
    perSeed,
  };
}

/** Texts of pairs: those of a pair that is the same share an answer, and all that are the same as one of them. */
function pairRows(name: string): readonly AnswerRow[] {
  const leaders = new Map<string, string>();
  const leaderOf = (text: string): string => {
    const leader = leaders.get(text) ?? text;
    return leader === text ? text : leaderOf(leader);
  };
  const lines = readFixture(name)
    .split("\n")
    .filter((line) => line !== "");
  for (const line of lines) {
    const { a, b, y } = JSON.parse(line) as { readonly a: string; readonly b: string; readonly y: number };
    for (const text of [a, b]) if (!leaders.has(text)) leaders.set(text, text);
    if (y === 1) leaders.set(leaderOf(a), leaderOf(b));
  }
  return [...leaders.keys()].map((text) => ({ answer: `as ${leaderOf(text)}`, text }));
}
