import { readFileSync } from "node:fs";

/** Two questions, and whether one answer is right for both. */
export interface Pair {
  readonly set: PairSet;
  /** What the pair is an example of. */
  readonly phenomenon: string;
  readonly a: string;
  readonly b: string;
  readonly isSame: boolean;
}

export type PairSet = keyof typeof READERS;

/** A question, and what its answer depends on; two questions share an answer where they have the same, and none where it is empty. */
export interface AnsweredText {
  readonly answerId: string;
  readonly text: string;
}

const FOLDER = new URL("../../../fixtures/semantic/", import.meta.url);

// What is parsed here has the fixtures' own shapes.
const READERS = {
  own: () =>
    (readLines("gen_pairs.jsonl") as readonly (Labelled & { readonly cls: string })[]).map(({ a, b, cls, y }) => {
      return { phenomenon: cls.replaceAll("_", " "), a, b, isSame: y === 1 };
    }),
  CheckList: () =>
    (readLines("checklist_qqp_mft_pairs.jsonl") as readonly (Labelled & { readonly test: string })[]).map(({ a, b, test, y }) => {
      return { phenomenon: test, a, b, isSame: y === 1 };
    }),
  GPTCache: () =>
    (readJson("gptcache_mock_pairs.json") as readonly { origin: string; similar: string }[]).map(({ origin, similar }) => {
      return { phenomenon: "statements reworded by a model", a: origin, b: similar, isSame: true };
    }),
  "Semantic Router": () =>
    (readJson("vllm_sr_cache_cases.json") as readonly Case[]).flatMap(({ original_question: a, similar_questions: others }) =>
      others.map((b) => ({ phenomenon: "questions reworded", a, b, isSame: true })),
    ),
} as const;

interface Labelled {
  readonly a: string;
  readonly b: string;
  /** 1 where one answer is right for both. */
  readonly y: number;
}

interface Case {
  readonly original_question: string;
  readonly similar_questions: readonly string[];
}

export const PAIR_SETS = Object.keys(READERS) as readonly PairSet[]; // Its own keys, which TypeScript reads as any text.

/** All pairs of a set, in the order of its file. */
export function readPairs(set: PairSet): readonly Pair[] {
  return READERS[set]().map((pair) => ({ ...pair, set }));
}

/** The corpus of questions to a home assistant. */
export function readCorpus(): readonly AnsweredText[] {
  const [, ...rows] = readFileSync(new URL("hwu64_answers.tsv", FOLDER), "utf8").trimEnd().split("\n");
  return rows.map((row) => {
    const [answerId = "", text = ""] = row.split("\t");
    return { answerId, text };
  });
}

function readLines(file: string): readonly unknown[] {
  const text = readFileSync(new URL(file, FOLDER), "utf8").trimEnd();
  return text.split("\n").map((line): unknown => JSON.parse(line));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));
}
