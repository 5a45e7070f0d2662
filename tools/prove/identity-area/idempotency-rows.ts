import { type DuplicatesSeen, runDuplicates } from "../../../test/conformance/identity/duplicates.ts";
import { type DeathsSeen, runDeaths } from "../../../test/conformance/identity/dying-routers.ts";
import { IDENTITY_LIMITS } from "../limits.ts";
import type { ProveRow, Seen } from "../row.ts";

const { deaths, duplicates } = IDENTITY_LIMITS;

/** Under one Idempotency-Key, one charge. */
export function createIdempotencyRows(): readonly ProveRow[] {
  const { copies, keys, processes } = duplicates;
  return [
    {
      promise: `${keys.toLocaleString("en-GB")} requests, each ${copies} times at once under its Idempotency-Key at ${processes} processes, are ${keys.toLocaleString("en-GB")} upstream calls and ${keys.toLocaleString("en-GB")} charges; so they are when each is asked again`,
      run: async () => judgeDuplicates(await runDuplicates(duplicates)),
    },
    {
      promise: `A router killed (SIGKILL) at any instant while it carries out ${deaths.keys} requests under keys, in ${deaths.rounds} rounds: every duplicate is answered by another router, and each request is charged once`,
      run: async () => judgeDeaths(await runDeaths(deaths)),
    },
  ];
}

function judgeDuplicates({ alike, answered, charged, replayed, tokens, upstreamCalls }: DuplicatesSeen): Seen {
  const { copies, keys } = duplicates;
  const isOnce = upstreamCalls === keys && charged.requests === keys && charged.tokens === tokens;
  return {
    holds: isOnce && answered === keys * (copies + 1) && alike === keys && replayed === keys * copies,
    figure: `${upstreamCalls} upstream calls, ${charged.requests} charges of ${charged.tokens} tokens in all (the answers say ${tokens}); ${answered} answers, ${replayed} replayed, ${alike} keys with one body`,
  };
}

function judgeDeaths({ answered, answeredBefore, charged, requests, takenOver, tokens, upstreamCalls }: DeathsSeen): Seen {
  const isOnce = charged.requests === requests && charged.tokens === tokens;
  // Without a request that was answered by the dead router and carried out again, the dangerous instant was never hit.
  return {
    holds: isOnce && answered === requests && answeredBefore > 0 && takenOver > 0,
    figure: `${requests} requests: ${charged.requests} charges of ${charged.tokens} tokens in all (the answers say ${tokens}), ${upstreamCalls} upstream calls; ${answeredBefore} were answered before the kill, ${takenOver} of those carried out again`,
  };
}
