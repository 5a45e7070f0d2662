import { type DecisionFigures, runDecisions } from "../../../test/conformance/routing/decisions.ts";
import { type Passed, runHubAway } from "../../../test/conformance/routing/hub-away.ts";
import type { AllStickyFigures } from "../../../test/conformance/routing/sticky.ts";
import { ROUTING_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { ProveRow } from "../row.ts";

const { decisions, hubAway, hubDelays, processes, sticky } = ROUTING_LIMITS;
const DELAY_MS = hubDelays[1];

/** What administrators decide: rollouts, rollbacks, kill switches. */
export function createDecisionRows(stickyRun: () => Promise<AllStickyFigures>): readonly ProveRow[] {
  const decided = once(() => runDecisions({ ...decisions, delayMs: DELAY_MS }));
  return [
    {
      promise: `At a share of 10 % a new generation serves 10 % ± 1 of ${sticky.computed.toLocaleString("en-GB")} callers by the hash, exactly those of ${sticky.callers} over the wire at ${processes} processes and after a restart; no caller flips, nor leaves it when the share grows`,
      run: async () => {
        const { rollout } = await stickyRun();
        const { answered, asked, computedShare, flipped, leftWhenGrown, shares, unexpected } = rollout;
        return {
          holds:
            Math.abs(computedShare - sticky.canaryShare) <= sticky.tolerance &&
            flipped + leftWhenGrown + unexpected === 0 &&
            answered === asked &&
            (shares["one/new"] ?? 0) > 0,
          figure: `${(computedShare * 100).toFixed(2)} % computed, ${((shares["one/new"] ?? 0) * 100).toFixed(1)} % of ${sticky.callers} in ${asked} answers, ${unexpected} unexpected, ${flipped} flipped, ${leftWhenGrown} left`,
        };
      },
    },
    {
      promise: `A rollback and a kill switch for target, model, credential and caller act in ${processes} processes within ${decisions.obeyedMs / 1_000} s`,
      run: async () => {
        const all = await decided();
        return {
          holds: all.every(acts),
          figure: all.map(({ decision, lastAfterMs }) => `${decision} ${(lastAfterMs / 1_000).toFixed(1)} s`).join(", "),
        };
      },
    },
    {
      promise: `The first answer of a process that was idle for ${decisions.idleSeconds} s obeys already, and so does the first of a new one`,
      run: async () => {
        const all = await decided();
        return {
          holds: all.every(({ obeyedWhenIdle, obeyedWhenNew }) => obeyedWhenIdle && obeyedWhenNew),
          figure: all
            .map(
              ({ decision, obeyedWhenIdle, obeyedWhenNew }) =>
                `${decision}: idle ${obeyedWhenIdle ? "obeyed" : "DID NOT"}, new ${obeyedWhenNew ? "obeyed" : "DID NOT"}`,
            )
            .join("; "),
        };
      },
    },
    {
      promise: `With the hub unreachable every request passes, what was switched off stays off, and no first byte is later than ${hubAway.firstByteMs / 1_000} s`,
      run: async () => {
        const { hanging, obeyed, reached, refused, whenNew } = await runHubAway({ ...hubAway, delayMs: DELAY_MS });
        const all = [reached, refused, hanging, whenNew];
        return {
          holds:
            all.every(passes) &&
            obeyed.refused === obeyed.asked &&
            [refused, hanging, whenNew].every(({ slowestMs }) => slowestMs <= hubAway.firstByteMs + reached.slowestMs),
          figure: `${show("reached", reached)}; ${show("refused", refused)}; ${show("hanging", hanging)}; new process ${whenNew.slowestMs.toFixed(0)} ms; ${obeyed.refused} of ${obeyed.asked} still refused`,
          details: [`first bytes may be later by what the slowest took with the hub reached: ${reached.slowestMs.toFixed(0)} ms`],
        };
      },
    },
  ];
}

function acts({ before, lastAfterMs, obeyedAtLast }: DecisionFigures): boolean {
  return (
    lastAfterMs <= decisions.obeyedMs &&
    obeyedAtLast.length === processes &&
    obeyedAtLast.every(Boolean) &&
    // It was another matter before.
    before.unaffected > before.asked / 2
  );
}

function passes({ answered, asked }: Passed): boolean {
  return asked > 0 && answered === asked;
}

function show(name: string, { medianMs, slowestMs }: Passed): string {
  return `${name} ${medianMs.toFixed(0)} ms (median), ${slowestMs.toFixed(0)} ms (slowest)`;
}
