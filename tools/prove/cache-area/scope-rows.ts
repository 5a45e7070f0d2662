import { runProbes } from "../../../test/core/cache/run-probes.ts";
import { recordedAnswers } from "../../../test/dialects/cache/recorded-answers.ts";
import { recordedRequests } from "../../../test/dialects/cache/recorded-requests.ts";
import { runCaptures } from "../../../test/dialects/cache/run-captures.ts";
import { runMutations } from "../../../test/dialects/cache/run-mutations.ts";
import { runReplays } from "../../../test/dialects/cache/run-replays.ts";
import { WHOLE_REQUESTS } from "../../../test/dialects/cache/whole-requests.ts";
import { CACHE_LIMITS } from "../limits.ts";
import type { ProveRow, Seen } from "../row.ts";

const { captures, changes, probes } = CACHE_LIMITS;

/** What a request is called in the cache, and how a kept answer is given back. */
export function createScopeRows(): readonly ProveRow[] {
  return [
    {
      promise: `${probes.count.toLocaleString("en")} requests from other tenants, scopes and partitions find no name of a kept answer`,
      run: proveProbes,
    },
    {
      promise: "any single change of a recorded request, and any member that nobody knows, makes another request of it",
      run: async () => proveChanges(),
    },
    {
      promise:
        "what is sound of all recorded answers is captured and says the same on four surfaces, and no answer that was cut is kept",
      run: async () => proveCaptures(),
    },
    { promise: "one record is read by every stock client of four surfaces, as JSON and as a stream", run: proveReplays },
  ];
}

async function proveProbes(): Promise<Seen> {
  const { found, names, probes: asked } = await runProbes(probes.count, probes.seed);
  return {
    holds: found.length === 0 && asked === probes.count,
    figure: `${found.length} of ${asked} found one of ${names} names`,
    details: [...new Set(found)],
  };
}

function proveChanges(): Seen {
  const requests = [...recordedRequests(), ...WHOLE_REQUESTS];
  const { changed, confused, refused } = runMutations(requests);
  return {
    holds: confused.length === 0 && changed - refused >= changes.atLeast,
    figure: `${confused.length} of ${changed} changes of ${requests.length} requests were taken for the request itself; ${refused} are no request any more`,
    details: confused.slice(0, 20),
  };
}

function proveCaptures(): Seen {
  const { cuts, kept, problems, refused, replays } = runCaptures(recordedAnswers(), {
    cuts: captures.cuts,
    replayEvery: 1,
    isTyped: true,
  });
  return {
    holds: problems.length === 0 && kept >= captures.keptAtLeast,
    figure: `${kept} kept, ${refused} refused, ${cuts} cut streams and ${replays} replays looked at; ${problems.length} wrong`,
    details: problems.slice(0, 20),
  };
}

async function proveReplays(): Promise<Seen> {
  const { clients, exchanges, problems } = await runReplays();
  return {
    holds: problems.length === 0 && exchanges > 0,
    figure: `${exchanges} exchanges with ${clients.length} clients, ${problems.length} heard something else`,
    details: problems.slice(0, 20),
  };
}
