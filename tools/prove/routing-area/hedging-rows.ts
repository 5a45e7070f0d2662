import { runHedging } from "../../../test/conformance/routing/hedging.ts";
import { ROUTING_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { ProveRow } from "../row.ts";
import { judgeSuite, runSuite } from "../run-suite.ts";

const { hedged, hedging } = ROUTING_LIMITS;
const SHOWN = 5;

/** P8: a second target beside a slow one. */
export function createHedgingRows(): readonly ProveRow[] {
  const ran = once(() => runHedging(hedging));
  return [
    {
      promise: `With ${hedging.slowPercent} % of a target's answers slow, hedging takes at least ${hedged.lessAtLeast * 100} % off the 99th percentile of the time to the first byte, for at most ${hedged.extraAtMost * 100} % more upstream requests`,
      run: async () => {
        const { extraShare, p99Ms, raced, requests } = await ran();
        const less = 1 - p99Ms.hedged / p99Ms.plain;
        return {
          holds: raced > 0 && less >= hedged.lessAtLeast && extraShare <= hedged.extraAtMost,
          figure: `${p99Ms.plain.toFixed(0)} → ${p99Ms.hedged.toFixed(0)} ms (${(less * 100).toFixed(0)} % less) in ${requests} requests by turns; ${raced} raced, ${(extraShare * 100).toFixed(2)} % more`,
        };
      },
    },
    {
      promise: `In ${hedging.requests.toLocaleString("en-GB")} requests on a hedged route no answer holds bytes of two attempts`,
      run: async () => {
        const { broken, mixed, raced, requests } = await ran();
        return {
          holds: requests === hedging.requests && raced > 0 && mixed.length === 0 && broken.length === 0,
          figure: `${mixed.length} mixed, ${broken.length} broken; ${raced} were raced`,
          details: [...mixed.slice(0, SHOWN), ...broken.slice(0, SHOWN)],
        };
      },
    },
    {
      promise: "In 5,000 races of which either may win the caller gets all of one answer and no byte of the other",
      run: async () => judgeSuite(await runSuite("test/pipeline/hedge.workerd.test.ts"), "5,000 raced in workerd"),
    },
    {
      promise: `Who loses is ended within ${hedged.abortMs} ms of the winner's first content`,
      run: async () => {
        const { abortMs } = await ran();
        return {
          holds: abortMs.length > 0 && abortMs.every((ms) => ms <= hedged.abortMs),
          figure: `${abortMs.length} losers, the last ${Math.max(...abortMs)} ms after it`,
        };
      },
    },
  ];
}
