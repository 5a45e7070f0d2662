import { tmpdir } from "node:os";
import { join } from "node:path";
import { BOUND_CASES, type BoundCase, type BoundFigures, runBoundCase } from "../../../test/cli/cache/bound-cases.ts";
import { simulateDrift } from "../../../test/core/cache/semantic/simulate-drift.ts";
import { simulateEarning } from "../../../test/core/cache/semantic/simulate-earning.ts";
import { createDraw } from "../../../test/rigs/chaos-upstream/draw.ts";
import { type RealEmbedder, startRealEmbedder } from "../../../test/rigs/embedder/real-embedder.ts";
import type { Embedder } from "../../../src/core/cache/embedder.ts";
import { CACHE_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { ProveRow, Seen } from "../row.ts";
import { judgeSuite, runSuite } from "../run-suite.ts";

const { bound, drift } = CACHE_LIMITS;
const [USUAL, ...OTHERS] = BOUND_CASES;

/** That what the semantic tier gives is wrong no more often than was promised. */
export function createJudgeRows(): { readonly rows: readonly ProveRow[]; readonly close: () => Promise<void> } {
  const server = once(startRealEmbedder);
  let isStarted = false;
  const real = async (): Promise<Embedder> => {
    isStarted = true;
    return asEmbedder(await server());
  };
  const rows = [
    ...rowsFor("feature hashing", async () => ({ kind: "hash" })),
    ...rowsFor("a real model", real),
    { promise: "A drift to four times the bound is stopped, and no breaker opens without one", run: async () => proveDrift() },
    { promise: "A certificate is earned by mistake in one life of ten at most", run: async () => proveEarning() },
    {
      promise: "Answers compared, model, certificate, breaker, curve: all of their tests, at full size",
      run: async () => judgeSuite(await runSuite("test/core/cache/semantic", "test/cli/cache")),
    },
  ];
  const stop = async (): Promise<void> => (await server()).close();
  return { rows, close: async () => (isStarted ? stop().catch(() => undefined) : undefined) };
}

function rowsFor(name: string, embedder: () => Promise<Embedder>): readonly ProveRow[] {
  const run = async (one: BoundCase, seeds: number): Promise<readonly BoundFigures[]> =>
    runBoundCase(one, {
      embedder: await embedder(),
      arrivals: bound.arrivals,
      bounds: bound.shares,
      seeds: Array.from({ length: seeds }, (_, at) => at + 1),
      directory: join(tmpdir(), "fairlead-vectors"),
    });
  return [
    {
      promise: `Arrival streams, ${name}: the bound is kept where a fixed threshold of 0.80 breaks it, with no fewer hits than the static threshold as seldom wrong`,
      run: async () => judgeBound(await run(USUAL, bound.seeds), { isFixedBroken: true }),
    },
    ...OTHERS.map((one) => ({
      promise: `Arrival streams, ${name}, ${one.name}: the bound is kept`,
      run: async () => judgeBound(await run(one, bound.otherSeeds), { isFixedBroken: false }),
    })),
  ];
}

function judgeBound(all: readonly BoundFigures[], { isFixedBroken }: { readonly isFixedBroken: boolean }): Seen {
  const isKept = all.every(({ bound: share, broken, hits, wrong }) => broken === 0 && wrong <= share * hits);
  const isBetter = all.every(({ best, bestSince, hits }) => hits >= best && hits >= bestSince);
  const isHard = all.every(({ bound: share, fixed }) => fixed > share);
  return {
    holds: isKept && (!isFixedBroken || (isBetter && isHard)),
    figure: all.map(figureOf).join("; "),
    details: all.flatMap(({ bound: share, perSeed }) => perSeed.map((one) => `${percent(share)}, ${lineOf(one)}`)),
  };
}

function figureOf({ best, bestSince, bound: share, fixed, high, hits, wrong }: BoundFigures): string {
  const rate = hits === 0 ? "nothing given" : `${percent(wrong / hits)} of ${hits} hits wrong, ${percent(high)} at most (95 %)`;
  return `at ${percent(share)}: ${rate}; static, as seldom wrong: ${best} hits, ${bestSince} since the first of ours; at 0.80 ${percent(fixed)} wrong`;
}

function lineOf({ best, run: { checks, decided, semantic, trips, warmUp }, seed }: BoundFigures["perSeed"][number]): string {
  const warm = `${warmUp.decided} upstream before the first, ${warmUp.withheld} of them withheld, ${warmUp.labels} labels`;
  return `seed ${seed}: ${semantic.wrong} of ${semantic.hits} hits of ${decided.length} wrong; static ${best.hits}; ${warm}; ${checks} checks; opened ${trips} times`;
}

function proveDrift(): Seen {
  const drifted = bound.shares.map((share) => ({
    share,
    ...simulateDrift({ ...drift, bound: share, draw: createDraw(drift.seed) }),
  }));
  return {
    holds: drifted.every(({ byMistake, lives, most }) => byMistake <= drift.mistakes * lives && most <= drift.mostWrong),
    figure: drifted
      .map(
        ({ byMistake, lives, median, most, share }) =>
          `at ${percent(share)}, after ${drift.hits} hits: ${median} wrong answers until it opens (median), ${most} in 95 of 100 lives; opened by mistake in ${byMistake} of ${lives}`,
      )
      .join("; "),
  };
}

function proveEarning(): Seen {
  const [share] = bound.shares;
  const draw = createDraw(drift.seed);
  const earned = simulateEarning({ bound: share, share, lives: drift.lives, checks: drift.hits * 2, draw });
  return {
    holds: earned <= drift.earned * drift.lives,
    figure: `${earned} of ${drift.lives} lives in which exactly ${percent(share)} was wrong`,
  };
}

function asEmbedder({ dimensions, model, url }: RealEmbedder): Embedder {
  return { kind: "http", url, model, dimensions, headers: {}, prefix: "" };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
