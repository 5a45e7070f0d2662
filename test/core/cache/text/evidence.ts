import { readFileSync } from "node:fs";
import { canonicalText } from "../../../../src/core/cache/text/canonical-text.ts";
import { passesSequenceGate } from "../../../../src/core/cache/text/sequence-gate.ts";
import { type Veto, vetoOf } from "../../../../src/core/cache/text/veto.ts";
import { type AnsweredText, type Pair } from "./pairs.ts";

/** What became of the pairs of one phenomenon. */
export interface Phenomenon {
  readonly set: Pair["set"];
  readonly phenomenon: string;
  readonly isSame: boolean;
  readonly pairs: number;
  /** Pairs with one canonical form, and without a veto. */
  readonly canonical: number;
  /** Pairs that the sequence gate lets pass; those with one canonical form among them. */
  readonly gate: number;
  /** Pairs by the veto that refuses them. */
  readonly vetoes: ReadonlyMap<Veto, number>;
}

/** Runs pairs through what the cache runs them through. One row for each phenomenon, in the order of the pairs. */
export function judgePairs(pairs: readonly Pair[]): readonly Phenomenon[] {
  const groups = Map.groupBy(pairs, ({ isSame, phenomenon }) => `${phenomenon} ${isSame}`);
  return [...groups.values()].map(judgeGroup);
}

function judgeGroup(pairs: readonly Pair[]): Phenomenon {
  const vetoes = new Map<Veto, number>();
  let [canonical, gate] = [0, 0];
  for (const { a, b } of pairs) {
    const veto = vetoOf(a, b);
    if (veto !== null) vetoes.set(veto, (vetoes.get(veto) ?? 0) + 1);
    if (veto === null && canonicalText(a) === canonicalText(b)) canonical += 1;
    if (passesSequenceGate(a, b)) gate += 1;
  }
  const [first] = pairs;
  if (first === undefined) throw new Error("A phenomenon has at least one pair.");
  return { set: first.set, phenomenon: first.phenomenon, isSame: first.isSame, pairs: pairs.length, canonical, gate, vetoes };
}

/** Sums over phenomena: of the pairs with one answer, or of those with two. */
export function sumOf(
  phenomena: readonly Phenomenon[],
  isSame: boolean,
): Pick<Phenomenon, "pairs" | "canonical" | "gate"> & { readonly vetoed: number } {
  const chosen = phenomena.filter((each) => each.isSame === isSame);
  const add = (numberOf: (each: Phenomenon) => number): number => chosen.reduce((sum, each) => sum + numberOf(each), 0);
  return {
    pairs: add(({ pairs }) => pairs),
    canonical: add(({ canonical }) => canonical),
    gate: add(({ gate }) => gate),
    vetoed: add(({ vetoes }) => [...vetoes.values()].reduce((sum, count) => sum + count, 0)),
  };
}

/** Two different texts that would be given one answer. */
export interface Merge {
  readonly a: AnsweredText;
  readonly b: AnsweredText;
  readonly by: "canonical" | "gate";
}

/** Every two texts of a corpus that the canonical form or the sequence gate would give one answer. */
export function findMerges(corpus: readonly AnsweredText[]): readonly Merge[] {
  return [...Map.groupBy(corpus, ({ text }) => signatureOf(text)).values()].flatMap(mergesOf);
}

/** The same for any two texts that the gate can let pass: what differs in misspellings, plurals and British spelling is left out. */
function signatureOf(text: string): string {
  const words = canonicalText(text).split(" ");
  return words.map((word) => [...new Set(word.replaceAll(/[esiyzu]/g, ""))].toSorted().join("")).join(" ");
}

function mergesOf(texts: readonly AnsweredText[]): readonly Merge[] {
  return texts.flatMap((a, at) =>
    texts.slice(at + 1).flatMap((b) => {
      if (a.text === b.text || !passesSequenceGate(a.text, b.text)) return [];
      return [{ a, b, by: canonicalText(a.text) === canonicalText(b.text) ? ("canonical" as const) : ("gate" as const) }];
    }),
  );
}

/** How somebody who read them judged two texts that are merged although their labels differ. */
export type Judgement = "same" | "order" | "unread";

/** Merges of the corpus whose labels differ, as they were read. */
export function judgeMerges(merges: readonly Merge[]): ReadonlyMap<Judgement, readonly Merge[]> {
  const read = readJudgements();
  const differing = merges.filter(({ a, b }) => a.answerId === "" || a.answerId !== b.answerId);
  return Map.groupBy(differing, ({ a, b }) => read.get(keyOf(a.text, b.text)) ?? "unread");
}

function readJudgements(): ReadonlyMap<string, Judgement> {
  const file = new URL("../../../fixtures/semantic/hwu64_merges.tsv", import.meta.url);
  const [, ...rows] = readFileSync(file, "utf8").trimEnd().split("\n");
  return new Map(
    rows.map((row) => {
      const [judgement, a = "", b = ""] = row.split("\t");
      return [keyOf(a, b), judgement === "order" ? "order" : "same"];
    }),
  );
}

function keyOf(a: string, b: string): string {
  return [a, b].toSorted().join("\t");
}
