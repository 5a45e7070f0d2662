import { type MixedSeen, runMixed } from "../../../test/conformance/identity/mixed.ts";
import { IDENTITY_LIMITS } from "../limits.ts";
import type { ProveRow, Seen } from "../row.ts";

const { processes, requests, seed } = IDENTITY_LIMITS.mixed;

/** Every token and every cent, whatever becomes of a request. */
export function createMixedRows(): readonly ProveRow[] {
  return [
    {
      promise: `Of ${requests.toLocaleString("en-GB")} mixed requests (JSON, streams, failovers, hedges, callers that leave) the ledger holds what the upstream says it used to the token, and its cost to the micro-dollar`,
      run: async () => judge(await runMixed({ processes, requests, seed })),
    },
  ];
}

function judge({ attempted, charged, estimated, failedOver, kinds, ledger, left, raced, upstream, wrong }: MixedSeen): Seen {
  const isEqual = ledger.tokens === upstream.tokens && ledger.microUsd === upstream.microUsd;
  const isCharged = charged.tokens === ledger.tokens && charged.microUsd === attempted.microUsd;
  const hasAll = failedOver === kinds["failover"] && left === kinds["left"] && raced > 0;
  return {
    holds: isEqual && isCharged && hasAll && wrong.length === 0,
    figure: `ledger ${ledger.tokens} tokens, ${ledger.microUsd} micro-USD; upstream ${upstream.tokens}, ${upstream.microUsd}; ${wrong.length} requests differ; ${failedOver} failed over, ${raced} raced, ${left} left; ${estimated} attempts of which the upstream told nothing are our own count`,
    details: wrong.slice(0, 5),
  };
}
