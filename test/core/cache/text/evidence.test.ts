import { describe, expect, it } from "vitest";
import { eligibilityOf } from "../../../../src/core/cache/text/eligibility.ts";
import { vetoOf } from "../../../../src/core/cache/text/veto.ts";
import { ATTACK_KINDS, drawAttacks } from "./attacks.ts";
import { findMerges, judgeMerges, judgePairs, sumOf } from "./evidence.ts";
import { CACHE_LIMITS } from "../../../../tools/prove/limits.ts";
import { NOTHING_ELSE } from "./facts.ts";
import { readCorpus, readPairs } from "./pairs.ts";
import { runsOf } from "../../../judges/runs.ts";

describe.each(["own", "CheckList"] as const)("the %s pairs", (set) => {
  const phenomena = judgePairs(readPairs(set));

  it("are all refused where they ask two things", () => {
    const merged = phenomena.filter(({ canonical, gate, isSame }) => !isSame && canonical + gate > 0);
    expect(merged).toEqual([]);
    expect(sumOf(phenomena, false).pairs).toBe(CACHE_LIMITS.pairs[set].different);
  });

  it("are recognised where they ask one thing, as often as when the rules were designed", () => {
    const { canonical, gate, pairs } = sumOf(phenomena, true);
    const { canonical: canonicalBefore, gate: gateBefore, same } = CACHE_LIMITS.pairs[set];
    expect(pairs).toBe(same);
    expect(canonical).toBeGreaterThanOrEqual(canonicalBefore);
    expect(gate).toBeGreaterThanOrEqual(gateBefore);
  });
});

/** `prove` looks at every text. */
const EVERY = runsOf(4, 1);

describe("a corpus of questions to a home assistant", () => {
  const judged = judgeMerges(findMerges(readCorpus().filter((_, at) => at % EVERY === 0)));

  it("merges nothing that was not read", () => {
    expect(judged.get("unread") ?? []).toEqual([]);
  });

  it("merges what an article parts in orders alone, which only the exact tier may answer", () => {
    for (const { a, b } of judged.get("order") ?? []) {
      expect(eligibilityOf(a.text, NOTHING_ELSE).canonical || eligibilityOf(b.text, NOTHING_ELSE).canonical).toBe(false);
    }
  });
});

describe("attacks G03 and G04", () => {
  const attacks = drawAttacks(runsOf(100, CACHE_LIMITS.attacks.count), CACHE_LIMITS.attacks.seed);

  it.each(ATTACK_KINDS)("are refused: %s", (kind) => {
    const passing = attacks.filter((attack) => attack.kind === kind && vetoOf(attack.victim, attack.text) === null);
    expect(passing).toEqual([]);
  });

  it("are refused where two prompts differ in a number, a negation or a name", () => {
    expect(vetoOf("transfer 100 to A", "transfer 1000 to B")).toBe("number");
    expect(vetoOf("Transfer it to Anna today", "Transfer it to Otto today")).toBe("name");
    expect(vetoOf("Do transfer it", "Do not transfer it")).toBe("negation");
  });
});
