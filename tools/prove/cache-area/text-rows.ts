import { vetoOf } from "../../../src/core/cache/text/veto.ts";
import { drawAttacks } from "../../../test/core/cache/text/attacks.ts";
import { findMerges, judgeMerges, judgePairs, sumOf } from "../../../test/core/cache/text/evidence.ts";
import { readCorpus, readPairs } from "../../../test/core/cache/text/pairs.ts";
import { CACHE_LIMITS } from "../limits.ts";
import type { ProveRow, Seen } from "../row.ts";
import { judgeSuite, runSuite } from "../run-suite.ts";

const { attacks, corpus, pairs } = CACHE_LIMITS;
const SETS = ["own", "CheckList"] as const;
const SHOWN = 10;

/** Which texts ask the same, by rules alone. */
export function createTextRows(): readonly ProveRow[] {
  const different = SETS.reduce((sum, set) => sum + pairs[set].different, 0);
  return [
    {
      promise: `Of ${count(different)} pairs that ask two things (own and CheckList) the exact tier, the canonical form and the sequence gate merge none, and recognise at least as many of those that ask one as when they were designed`,
      run: async () => judgeSets(),
    },
    {
      promise: `Of any two of ${count(corpus)} questions to a home assistant none that ask two things are merged: whatever is merged under two labels was read`,
      run: async () => judgeCorpus(),
    },
    {
      promise: `Attacks G03 and G04: of ${attacks.count} texts made to be taken for another's question, ${100 * attacks.refused} % are refused by a veto`,
      run: async () => judgeAttacks(),
    },
    {
      promise:
        "Every veto refuses what it is for and leaves paraphrases alone; canonical forms are their own; what other caches answer wrongly is refused",
      run: async () => judgeSuite(await runSuite("test/core/cache/text")),
    },
  ];
}

function judgeSets(): Seen {
  const judged = SETS.map((set) => ({ set, phenomena: judgePairs(readPairs(set)) }));
  const lines = judged.map(({ phenomena, set }) => {
    const [same, different] = [sumOf(phenomena, true), sumOf(phenomena, false)];
    const wanted = pairs[set];
    const isWhole = same.pairs === wanted.same && different.pairs === wanted.different;
    return {
      holds:
        isWhole && different.canonical + different.gate === 0 && same.canonical >= wanted.canonical && same.gate >= wanted.gate,
      text: `${set}: ${different.gate} of ${different.pairs} merged; ${percent(same.canonical, same.pairs)} of ${same.pairs} share a form, ${percent(same.gate, same.pairs)} pass the gate`,
    };
  });
  return { holds: lines.every(({ holds }) => holds), figure: lines.map(({ text }) => text).join("; ") };
}

function judgeCorpus(): Seen {
  const texts = readCorpus();
  const merges = findMerges(texts);
  const judged = judgeMerges(merges);
  const [same, order, unread] = [judged.get("same") ?? [], judged.get("order") ?? [], judged.get("unread") ?? []];
  return {
    holds: texts.length === corpus && merges.length > 0 && unread.length === 0,
    figure: `${merges.length} pairs merged; of those with two labels ${same.length} ask the same, ${order.length} are orders that an article parts, ${unread.length} were not read`,
    details: unread.slice(0, SHOWN).map(({ a, b }) => `${a.text} | ${b.text}`),
  };
}

function judgeAttacks(): Seen {
  const drawn = drawAttacks(attacks.count, attacks.seed);
  const passing = drawn.filter(({ text, victim }) => vetoOf(victim, text) === null);
  return {
    holds: drawn.length === attacks.count && passing.length <= (1 - attacks.refused) * drawn.length,
    figure: `${drawn.length - passing.length} of ${drawn.length} refused`,
    details: passing.slice(0, SHOWN).map(({ kind, text }) => `${kind}: ${text}`),
  };
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

function count(number: number): string {
  return number.toLocaleString("en-GB");
}
