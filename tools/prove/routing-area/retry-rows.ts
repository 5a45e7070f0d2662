import { runAmplification } from "../../../test/conformance/routing/amplification.ts";
import { CHI_SQUARE_LIMIT, measureBackoff } from "../../../test/conformance/routing/backoff.ts";
import { compareSeeds } from "../../../test/conformance/routing/seeds.ts";
import { runWaiting } from "../../../test/conformance/routing/waiting.ts";
import { ROUTING_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { ProveRow } from "../row.ts";

const { amplification, backoff, processes, seeds, waiting } = ROUTING_LIMITS;
const SHOWN = 20;
/** Waits are spread by up to a tenth, so that those who were told the same do not come back together. */
const SPREAD = 1.1;

/** P9, P10 and P11: how often, and when, something is tried again. */
export function createRetryRows(): readonly ProveRow[] {
  const stormed = once(() => runAmplification(amplification));
  const waited = once(() => runWaiting(waiting));
  return [
    {
      promise: `With every upstream failing, ${amplification.perSecond} requests a second for ${amplification.seconds} s over ${processes} processes make at most a tenth more attempts, and one a second for each process, in any minute; at most ${amplification.perRequest} each`,
      run: async () => {
        const { attempts, mostPerRequest, requests, statuses, worstWindow } = await stormed();
        return {
          holds:
            requests === amplification.perSecond * amplification.seconds &&
            attempts > requests &&
            worstWindow.attempts <= worstWindow.allowed &&
            mostPerRequest <= amplification.perRequest &&
            statuses["503"] === requests,
          figure: `${attempts} attempts for ${requests} requests (${(attempts / requests).toFixed(3)}×), worst minute ${worstWindow.attempts} of ${Math.floor(worstWindow.allowed)} allowed, at most ${mostPerRequest} each; ${Object.entries(
            statuses,
          )
            .map(([status, count]) => `${count} × ${status}`)
            .join(", ")}`,
        };
      },
    },
    {
      promise: `With the stock openai SDK in front, which retries twice by itself, there are at most ${amplification.sdkFactor} attempts a call`,
      run: async () => {
        const { attempts, calls, failed } = (await stormed()).sdk;
        return {
          holds: calls === amplification.sdkCalls && failed === calls && attempts <= calls * amplification.sdkFactor,
          figure: `${attempts} attempts for ${calls} calls (${(attempts / calls).toFixed(3)}×), ${failed} raised`,
        };
      },
    },
    {
      promise: `Delays before repeats are spread evenly from 0 to their cap (chi-square of ${backoff.samples.toLocaleString("en-GB")} each, p > 0.01)`,
      run: () => {
        const measured = measureBackoff(backoff);
        return Promise.resolve({
          holds: measured.length > 0 && measured.every(({ chiSquare }) => chiSquare < CHI_SQUARE_LIMIT),
          figure: `${measured.map(({ capMs, chiSquare }) => `${capMs} ms: ${chiSquare.toFixed(1)}`).join(", ")}; limit ${CHI_SQUARE_LIMIT}`,
        });
      },
    },
    {
      promise: `No two of ${seeds.processes} new processes draw alike`,
      run: async () => {
        const { choices, distinct, mostInCommon, processes: count } = await compareSeeds(seeds);
        return {
          holds: distinct === count && mostInCommon < choices,
          figure: `${distinct} of ${count} sequences of ${choices} choices between two are distinct; two have at most ${mostInCommon} in common`,
        };
      },
    },
    {
      promise: `In ${waiting.trials.toLocaleString("en-GB")} trials no attempt comes before the time that was asked for, by the upstream's clock, in whatever form it was asked`,
      run: async () => {
        const { early, forms, leastAfterMs, misread, trials } = await waited();
        return {
          holds: trials >= waiting.trials && early.length === 0 && misread.length === 0,
          figure: `${early.length} of ${trials} early, the nearest ${leastAfterMs} ms after its time; ${forms} forms, ${misread.length} told wrongly to the caller`,
          details: [...early.slice(0, SHOWN), ...misread],
        };
      },
    },
    {
      promise:
        "A wait beyond the deadline or ten seconds is not waited for: the next target answers at once, or the caller is told 429 with the smallest wait",
      run: async () => {
        const { deadlineMs, longWaitMs, nextTargetMs, smallest } = (await waited()).atOnce;
        const least = Math.min(...smallest.asked);
        return {
          holds:
            [deadlineMs, longWaitMs, nextTargetMs].every((ms) => ms <= waiting.atOnceMs) &&
            smallest.told.every((seconds) => seconds > least - 1 && seconds <= least * SPREAD),
          figure: `next target ${nextTargetMs.toFixed(0)} ms, told ${longWaitMs.toFixed(0)} ms (long wait) and ${deadlineMs.toFixed(0)} ms (deadline); of ${smallest.asked.join(", ")} s told ${smallest.told.map((seconds) => seconds.toFixed(1)).join(" and ")} s`,
        };
      },
    },
  ];
}
