import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { vetoOf } from "../src/core/cache/text/veto.ts";
import { ATTACK_KINDS, drawAttacks } from "../test/core/cache/text/attacks.ts";
import { findMerges, judgeMerges, judgePairs, type Phenomenon, sumOf } from "../test/core/cache/text/evidence.ts";
import { PAIR_SETS, type PairSet, readCorpus, readPairs } from "../test/core/cache/text/pairs.ts";
import { CACHE_LIMITS } from "./prove/limits.ts";

const PAGE = "docs/cache-quality.md";
const FILE = join(fileURLToPath(new URL("../", import.meta.url)), PAGE);

/** Where pairs come from, and whether whoever wrote them knew the rules. */
const SOURCES: Readonly<Record<PairSet, string>> = {
  own: "written with the rules, by the same hand: a regression test, no proof",
  CheckList:
    "made of templates by others, to fool models of question pairs; its phenomena were known when the rules were written, its words were not fitted",
  GPTCache:
    "whole sentences reworded by a language model: none is a near-duplicate, all that is seen here is how often a veto is wrong",
  "Semantic Router": "three questions, each in five other words",
};

const INTRODUCTION = `<!-- Written by \`npm run generate:quality\` from src/core/cache/text/ and test/fixtures/semantic/. Do not edit. -->

# What counts as the same question

Before any model is asked, rules read the two questions. One *canonical form*, or the *sequence gate* (the same words in the same order but for British spelling and
misspellings), says that they are the same; a *veto* says that they are not, however near their vectors are. The rules are tables of
English; in other languages only case, white space and the last punctuation are looked past. What they do with labelled pairs:
`;

/** Says that the page is not what the code does now; nothing when it is. */
export function checkCacheQuality(): string {
  const committed = existsSync(FILE) ? readFileSync(FILE, "utf8") : "";
  return committed === cacheQualityPage() ? "" : `${PAGE} is stale: run npm run generate:quality.`;
}

function cacheQualityPage(): string {
  const judged = PAIR_SETS.map((set) => ({ set, phenomena: judgePairs(readPairs(set)) }));
  return [
    INTRODUCTION,
    ...table([
      [
        "pairs",
        "ask the same",
        "one canonical form",
        "pass the gate",
        "vetoed",
        "ask two things",
        "one canonical form",
        "pass the gate",
        "vetoed",
      ],
      ...judged.map(({ phenomena, set }) => [set, ...sumCells(phenomena, true), ...sumCells(phenomena, false)]),
    ]),
    "",
    ...PAIR_SETS.map((set) => `- **${set}**: ${SOURCES[set]}.`),
    "",
    "A veto between two that ask the same costs a hit. No veto between two that ask two things costs nothing yet: similarity, the learned model and its",
    "certificate come after it ([how the bound is kept](cache.md)).",
    "",
    "## A corpus",
    "",
    ...corpusLines(),
    "",
    "## Attacks",
    "",
    ...attackLines(),
    ...judged.flatMap(({ phenomena, set }) => ["", `## ${set}, by phenomenon`, "", ...phenomenonTable(phenomena)]),
    "",
  ].join("\n");
}

function sumCells(phenomena: readonly Phenomenon[], isSame: boolean): readonly string[] {
  const { canonical, gate, pairs, vetoed } = sumOf(phenomena, isSame);
  const share = (count: number): string =>
    pairs === 0 ? "" : isSame ? `${((100 * count) / pairs).toFixed(1)} %` : String(count);
  return [pairs === 0 ? "" : String(pairs), share(canonical), share(gate), share(vetoed)];
}

function phenomenonTable(phenomena: readonly Phenomenon[]): readonly string[] {
  const rows = phenomena.map(({ canonical, gate, isSame, pairs, phenomenon, vetoes }) => [
    phenomenon.replaceAll("|", "\\|"),
    isSame ? "yes" : "no",
    String(pairs),
    String(canonical),
    String(gate),
    [...vetoes]
      .toSorted(([, a], [, b]) => b - a)
      .map(([veto, count]) => `${veto} ${count}`)
      .join(", "),
  ]);
  return table([["phenomenon", "the same", "pairs", "one form", "pass the gate", "vetoes"], ...rows]);
}

function corpusLines(): readonly string[] {
  const corpus = readCorpus();
  const merges = findMerges(corpus);
  const judged = judgeMerges(merges);
  const countOf = (judgement: "same" | "order" | "unread"): number => judged.get(judgement)?.length ?? 0;
  const differing = countOf("same") + countOf("order") + countOf("unread");
  return [
    `Of any two of ${corpus.length.toLocaleString("en-GB")} questions to a home assistant (HWU64, labels of others, approximate), ${merges.length} pairs of different texts are merged, ${merges.length - differing} of them with`,
    `one label. The other ${differing} were read one by one: ${countOf("same")} ask the same and are labelled twice or not at all, ${countOf("order")} are orders that \`a\` and \`the\` part`,
    "(`remove a list`, `remove the list`), which the exact tier alone may answer. Whatever would be merged and was not read fails a test.",
  ];
}

function attackLines(): readonly string[] {
  const { count, seed } = CACHE_LIMITS.attacks;
  const attacks = drawAttacks(count, seed);
  const rows = ATTACK_KINDS.map((kind) => {
    const tried = attacks.filter((attack) => attack.kind === kind);
    const refused = tried.filter(({ text, victim }) => vetoOf(victim, text) !== null);
    return [kind, String(tried.length), String(refused.length)];
  });
  return [
    `${count} texts made to be taken for another's question:`,
    "",
    ...table([["what was done", "texts", "vetoed"], ...rows]),
  ];
}

function table([head = [], ...rows]: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

if (import.meta.main) writeFileSync(FILE, cacheQualityPage());
