import { describe, expect, it } from "vitest";
import { LookUpEconomy } from "../../../src/core/cache/look-up-economy.ts";

const NOW = 1_800_000_000_000;

interface Seen {
  readonly lookUpMs: number;
  readonly upstreamMs: number;
  readonly hits?: number;
  readonly misses?: number;
}

function learnt({ hits = 0, lookUpMs, misses = 0, upstreamMs }: Seen): LookUpEconomy {
  const economy = new LookUpEconomy();
  economy.learnUpstream(upstreamMs, NOW);
  for (let count = 0; count < hits; count++) economy.learnLookUp(lookUpMs, true);
  for (let count = 0; count < misses; count++) economy.learnLookUp(lookUpMs, false);
  return economy;
}

describe("looking up before upstream is asked", () => {
  it("is not done while nothing is known", () => {
    expect(new LookUpEconomy().serialMs(NOW)).toBe(0);
  });

  it("pays where hits may be as frequent as that", () => {
    expect(learnt({ lookUpMs: 5, upstreamMs: 1_500, hits: 5, misses: 20 }).serialMs(NOW)).toBe(10);
  });

  it("pays a while without hits, and then no more", () => {
    expect(learnt({ lookUpMs: 20, upstreamMs: 200, misses: 3 }).serialMs(NOW)).toBe(40);
    expect(learnt({ lookUpMs: 20, upstreamMs: 200, misses: 200 }).serialMs(NOW)).toBe(0);
  });

  it("never pays where the look-up takes as long as upstream, or longer than anybody waits", () => {
    expect(learnt({ lookUpMs: 30, upstreamMs: 20, hits: 50 }).serialMs(NOW)).toBe(0);
    expect(learnt({ lookUpMs: 80, upstreamMs: 10_000, hits: 50 }).serialMs(NOW)).toBe(0);
  });

  it("is bounded by 50 ms", () => {
    expect(learnt({ lookUpMs: 45, upstreamMs: 10_000, hits: 50 }).serialMs(NOW)).toBe(50);
  });

  it("ends when the store falls silent, until it is quick again", () => {
    const economy = learnt({ lookUpMs: 5, upstreamMs: 1_500, hits: 10 });
    economy.learnSilence(1_000);
    expect(economy.serialMs(NOW)).toBe(0);
    for (let count = 0; count < 40; count++) economy.learnLookUp(5, true);
    expect(economy.serialMs(NOW)).toBeGreaterThan(0);
  });
});

describe("waiting for the answer of another", () => {
  it("lasts twice what is usual, and never more than 10 s", () => {
    expect(new LookUpEconomy().patienceMs(NOW)).toBe(10_000);
    expect(learnt({ lookUpMs: 5, upstreamMs: 1_000 }).patienceMs(NOW)).toBeGreaterThan(1_600);
    expect(learnt({ lookUpMs: 5, upstreamMs: 1_000 }).patienceMs(NOW)).toBeLessThan(2_500);
    expect(learnt({ lookUpMs: 5, upstreamMs: 60_000 }).patienceMs(NOW)).toBe(10_000);
  });
});
