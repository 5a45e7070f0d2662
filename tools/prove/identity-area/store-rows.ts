import { type BesideFigures, runBesideUpstream } from "../../../test/conformance/identity/beside-upstream.ts";
import { runOneKey } from "../../../test/conformance/identity/one-key.ts";
import { AS_DECLARED, type OutageFigures, runOutages } from "../../../test/conformance/identity/outage.ts";
import { runTokenBound } from "../../../test/conformance/identity/token-bound.ts";
import { IDENTITY_LIMITS } from "../limits.ts";
import type { ProveRow, Seen } from "../row.ts";

const { beside, oneKey, outages, tokenBound } = IDENTITY_LIMITS;
const WAYS = {
  objects: "the host of objects is stopped or killed",
  redis: "Redis is stopped, killed, two seconds away, out of memory or behind another password",
} as const;

/** The books in objects and in Redis: exact, far away, and away. */
export function createStoreRows(): readonly ProveRow[] {
  return [
    {
      promise: `When a request is admitted, what is used and reserved of ${tokenBound.limit.toLocaleString("en-GB")} tokens is never more than that, while ${tokenBound.requests} requests at once at ${tokenBound.processes} processes ask for far more, in ${tokenBound.rounds} rounds on Redis`,
      run: judgeTokens,
    },
    ...(["objects", "redis"] as const).map((store): ProveRow => ({
      promise: `While ${WAYS[store]}, each limit decides by its failure mode within max(${outages.leastMs} ms, 3 × round trip), at most ${outages.mostMs} ms, and what it admits is told afterwards`,
      run: async () => judgeOutages(await runOutages(store)),
    })),
    ...beside.delays.map((delayMs): ProveRow => ({
      promise: `With the host of objects ${delayMs} ms away nobody who has budget is refused, and the first byte comes at most max(0, round trip − upstream's own) + ${beside.addedMs} ms later`,
      run: () => judgeBeside("objects", delayMs),
    })),
    {
      promise: `With Redis ${beside.redisDelayMs} ms away a request takes one round trip, less what the upstream takes meanwhile: max(0, round trip − upstream's own) + ${beside.addedMs} ms`,
      run: () => judgeBeside("redis", beside.redisDelayMs),
    },
    {
      promise: `Of ${oneKey.requests.toLocaleString("en-GB")} requests of one key at once (attack H05) at most the ${oneKey.concurrency} it may have are under way, the others are refused (429; 503 while the ledger is not heard in time), and memory grows by no more than ${oneKey.grownShare * 100} % from the third of ${oneKey.bursts} bursts on`,
      run: judgeOneKey,
    },
  ];
}

async function judgeTokens(): Promise<Seen> {
  const rounds = await runTokenBound(tokenBound);
  const [most, least] = [Math.max(...rounds.map((round) => round.most)), Math.min(...rounds.map((round) => round.most))];
  const sum = (what: "admitted" | "refused" | "others"): number => rounds.reduce((total, round) => total + round[what], 0);
  return {
    holds: rounds.length === tokenBound.rounds && most <= tokenBound.limit && least >= tokenBound.limit * tokenBound.filled,
    figure: `${least} to ${most} when the last was admitted; ${sum("admitted")} admitted, ${sum("refused")} refused, ${sum("others")} others`,
  };
}

function judgeOutages({ outages: seen, untold }: Awaited<ReturnType<typeof runOutages>>): Seen {
  const wrong = seen.filter((each) => !isAsDeclared(each) || each.slowestMs > longestMs(each));
  return {
    holds: seen.length > 0 && wrong.length === 0 && untold === 0,
    figure: `${seen.map(({ slowestMs, way }) => `${way}: ${slowestMs.toFixed(0)} ms at most`).join(", ")}; ${untold} untold`,
    details: wrong.map((each) => `${each.way}: ${JSON.stringify(each)}, at most ${longestMs(each).toFixed(0)} ms`),
  };
}

function isAsDeclared({ codes, heard, unsaid }: OutageFigures): boolean {
  const declared = { heard: AS_DECLARED, codes: ["limiter_unavailable"], unsaid: 0 };
  return JSON.stringify({ heard, codes, unsaid }) === JSON.stringify(declared);
}

/** What a request takes besides is no more than a healthy one took, which waited for the books as well. */
function longestMs({ healthyMs, roundTripMs }: OutageFigures): number {
  const waitMs = Math.min(outages.mostMs, Math.max(outages.leastMs, 3 * (roundTripMs ?? healthyMs)));
  return waitMs + healthyMs + outages.graceMs;
}

async function judgeBeside(store: "objects" | "redis", delayMs: number): Promise<Seen> {
  const runs: { readonly upstreamMs: number; readonly figures: BesideFigures }[] = [];
  for (const upstreamMs of beside.upstreamMs)
    runs.push({ upstreamMs, figures: await runBesideUpstream({ store, delayMs, upstreamMs, requests: beside.requests }) });
  const judged = runs.map(({ figures: { freeMs, limitedMs, refused }, upstreamMs }) => ({
    refused,
    upstreamMs,
    added: limitedMs.median - freeMs.median,
    most: Math.max(0, delayMs - upstreamMs) + beside.addedMs,
  }));
  return {
    holds: judged.every(({ added, most, refused }) => added <= most && refused === 0),
    figure: judged
      .map(
        ({ added, most, refused, upstreamMs }) =>
          `upstream ${upstreamMs} ms: ${added.toFixed(1)} of ${most} ms added, ${refused} refused`,
      )
      .join("; "),
    details: runs.map(({ figures, upstreamMs }) => `upstream ${upstreamMs} ms: ${JSON.stringify(figures)}`),
  };
}

async function judgeOneKey(): Promise<Seen> {
  const { bursts, megabytes, mostAtOnce } = await runOneKey(oneKey);
  const [warm = Number.NaN, ...later] = megabytes.slice(oneKey.warmUps);
  return {
    holds:
      bursts.length === oneKey.bursts &&
      bursts.slice(oneKey.warmUps).every(({ admitted }) => admitted > 0) &&
      bursts.every(({ others }) => others === 0) &&
      mostAtOnce <= oneKey.concurrency &&
      Math.max(...later) <= warm * (1 + oneKey.grownShare),
    figure: `${mostAtOnce} at once; ${bursts.map(({ admitted, busy, refused }) => `${admitted} admitted, ${refused} × 429, ${busy} × 503`).join("; ")}; ${megabytes.map((each) => each.toFixed(0)).join(", ")} MB`,
  };
}
