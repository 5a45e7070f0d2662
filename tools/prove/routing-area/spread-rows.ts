import { runHubBeside } from "../../../test/conformance/routing/hub-beside.ts";
import type { AllStickyFigures } from "../../../test/conformance/routing/sticky.ts";
import { ROUTING_LIMITS } from "../limits.ts";
import type { ProveRow } from "../row.ts";

const { hubBeside, processes, sticky } = ROUTING_LIMITS;

/** How requests are spread, over the wire. */
export function createSpreadRows(stickyRun: () => Promise<AllStickyFigures>): readonly ProveRow[] {
  return [
    {
      promise: `A split gives each of ${sticky.callers} callers the same variant, and a consistent hash each of ${sticky.callers} keys the same target, at ${processes} processes and after a restart`,
      run: async () => {
        const { hash, split } = await stickyRun();
        const show = ({ asked, flipped, shares }: typeof hash): string =>
          `${asked} answers, ${flipped} flipped, ${Object.entries(shares)
            .map(([target, share]) => `${target} ${(share * 100).toFixed(1)} %`)
            .join(" ")}`;
        return {
          holds: [hash, split].every(({ answered, asked, flipped }) => flipped === 0 && answered === asked),
          figure: `split: ${show(split)}; hash: ${show(hash)}`,
        };
      },
    },
    {
      promise: `No request waits for the hub on its way to the upstream, ${hubBeside.delayMs} ms away or at hand, also when the answer does`,
      run: async () => {
        const { pauses, steady } = hubBeside;
        const [near, far] = await Promise.all([0, hubBeside.delayMs].map((delayMs) => runHubBeside({ delayMs, pauses, steady })));
        if (near === undefined || far === undefined) throw new Error("Two runs were expected.");
        const differenceMs = far.afterPause.arrivedMedianMs - near.afterPause.arrivedMedianMs;
        return {
          holds:
            far.afterPause.arrivedMaxMs < hubBeside.arrivedMs &&
            far.steady.arrivedMaxMs < hubBeside.arrivedMs &&
            // Else nobody asked the hub, and nothing is shown.
            far.afterPause.answeredMedianMs >= hubBeside.delayMs,
          figure: `after a pause ${far.afterPause.arrivedMedianMs} ms (median) and ${far.afterPause.arrivedMaxMs} ms (latest), ${differenceMs} ms more than with the hub at hand; otherwise ${far.steady.arrivedMedianMs} ms and ${far.steady.arrivedMaxMs} ms; answers after a pause ${far.afterPause.answeredMedianMs.toFixed(0)} ms`,
        };
      },
    },
  ];
}
