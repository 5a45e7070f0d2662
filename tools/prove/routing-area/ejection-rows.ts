import { type EjectionFigures, runEjection } from "../../../test/conformance/routing/ejection.ts";
import { type FlappingFigures, runFlapping } from "../../../test/conformance/routing/flapping.ts";
import { ROUTING_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { ProveRow, Seen } from "../row.ts";

const { ejectedMs, ejection, flapping, hubDelays, probeGapMs, processes, rampTolerance } = ROUTING_LIMITS;
const DELAYS = `${hubDelays.join(", ")} ms`;
const SLICE_SECONDS = 5;
const RAMP_SECONDS = 30;

/** P12: a target that dies, comes back, or cannot decide. */
export function createEjectionRows(): readonly ProveRow[] {
  // Side by side: each has routers, objects and an upstream of its own.
  const runs = once(() => Promise.all(hubDelays.map((delayMs) => runEjection({ ...ejection, delayMs }))));
  const judged = (judge: (figures: EjectionFigures) => boolean, show: (figures: EjectionFigures) => string) => async () => {
    const all = await runs();
    return seen(all.every(judge), all, show);
  };
  return [
    {
      promise: `A target that dies under traffic is left alone by ${processes} processes within ${ejectedMs / 1_000} s of the fifth failure that any of them sees in a row, with the hub ${DELAYS} away; no request fails`,
      run: judged(
        ({ lastAfterMs, requests, unanswered }) => lastAfterMs <= ejectedMs && unanswered === 0 && requests > 0,
        ({ lastAfterMs, requests, unanswered }) =>
          `last request ${lastAfterMs} ms after it, ${unanswered} of ${requests} unanswered`,
      ),
    },
    {
      promise: "While it is out it gets at most one probe a second, from all processes together",
      run: judged(
        ({ leastProbeGapMs, probedSeconds, probes }) =>
          probes > 0 && probes <= Math.ceil(probedSeconds) && leastProbeGapMs >= probeGapMs,
        ({ leastProbeGapMs, probedSeconds, probes }) =>
          `${probes} in ${probedSeconds.toFixed(0)} s, the closest ${leastProbeGapMs === Infinity ? "alone" : `${leastProbeGapMs} ms apart`}`,
      ),
    },
    {
      promise: "A process that had been idle sends it at most one request, of 20 one after the other",
      run: judged(
        ({ fromIdle }) => fromIdle <= 1,
        ({ fromIdle }) => `${fromIdle}`,
      ),
    },
    {
      promise: "The only target of a route is never taken out: every request for it is sent",
      run: judged(
        ({ lonely }) => lonely.asked > 0 && lonely.reached === lonely.asked,
        ({ lonely }) => `${lonely.reached} of ${lonely.asked} sent while all failed`,
      ),
    },
    {
      promise: `Alive again, it comes back after three good probes and gets 10 % to 100 % of its usual share within ${RAMP_SECONDS} s`,
      run: judged(isRamped, ({ revival }) =>
        revival === null
          ? "not watched"
          : `proven after ${(revival.provenAfterMs / 1_000).toFixed(1)} s by probes ${revival.leastProbeGapMs} ms apart at least, then ${revival.shares
              .slice(0, RAMP_SECONDS / SLICE_SECONDS + 2)
              .map((share) => `${Math.round(share * 100)} %`)
              .join(" ")}`,
      ),
    },
    {
      promise: `A target that is up and down by turns (5 s and 5 s, 15 s and 6 s) is taken out or in at most once in ${flapping.changeMs / 1_000} s by any process, with the hub ${DELAYS} away`,
      run: async () => {
        const all = await Promise.all(hubDelays.map((delayMs) => runFlapping({ ...flapping, delayMs })));
        return seen(
          all.every(isCalm),
          all,
          ({ changes, leastGapMs, unanswered }) =>
            `${changes} changes, the closest ${leastGapMs} ms apart, ${unanswered} unanswered`,
        );
      },
    },
  ];
}

function seen<Figures extends { readonly delayMs: number }>(
  holds: boolean,
  all: readonly Figures[],
  show: (figures: Figures) => string,
): Seen {
  return { holds, figure: all.map((figures) => `${figures.delayMs} ms: ${show(figures)}`).join("; ") };
}

function isCalm({ changes, leastGapMs, lookMs, unanswered }: FlappingFigures): boolean {
  return changes > 0 && leastGapMs >= flapping.changeMs - 2 * lookMs && unanswered === 0;
}

/** Beside a target of the same weight, a share of its own weight `s` is a share `2s / (1 + s)` of what it got before. */
function isRamped({ revival }: EjectionFigures): boolean {
  if (revival === null || !(revival.leastProbeGapMs >= probeGapMs)) return false;
  const slices = RAMP_SECONDS / SLICE_SECONDS + 2;
  if (revival.shares.length < slices) return false;
  return revival.shares.slice(0, slices).every((share, slice) => {
    const weight = Math.min(1, 0.1 + (0.9 * (slice + 0.5) * SLICE_SECONDS) / RAMP_SECONDS);
    return Math.abs(share - (2 * weight) / (1 + weight)) <= rampTolerance;
  });
}
