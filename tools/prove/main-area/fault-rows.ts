import { runClientLeaves } from "../../../test/conformance/faults/client-leaves.ts";
import { FAULT_CASES } from "../../../test/conformance/faults/fault-cases.ts";
import { runFaultMatrix } from "../../../test/conformance/faults/fault-matrix.ts";
import { runRetryStorm } from "../../../test/conformance/faults/retry-storm.ts";
import { runStreamCuts } from "../../../test/conformance/faults/stream-cuts.ts";
import { MAIN_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { ProveRow, Seen } from "../row.ts";
import { judgeSuite, runSuite } from "../run-suite.ts";

const { faultRuns, leavingClients, retryStorm, seed, streamCuts } = MAIN_LIMITS;

/** Line 5: what callers see of every way in which an upstream can fail, and upstreams of callers who leave. */
export function createFaultRows(): readonly ProveRow[] {
  const matrix = once(() => runFaultMatrix({ runs: faultRuns, seed }));
  return [
    {
      promise: `Fault matrix, F01–F28 × {stream, JSON} × ${faultRuns} runs: pre-byte faults answered 200 by the second target, in-stream faults ended in exactly one error event where they are failures, attempts counted by the upstream equal those in the header`,
      run: async () => {
        const { cases, problems, redirectsFollowed, requests } = await matrix();
        return {
          holds: problems.length === 0 && redirectsFollowed === 0 && cases.length === FAULT_CASES.length,
          figure: `${requests} requests, ${countEndings(cases)}; ${problems.length} problems, ${redirectsFollowed} redirects followed`,
          details: problems.slice(0, 20),
        };
      },
    },
    {
      promise: "Fault matrix: no hang beyond its timer + 1 s",
      run: async () => {
        const { cases, late, requests } = await matrix();
        const slowest = cases.toSorted((one, other) => other.slowestMs - one.slowestMs)[0];
        return {
          holds: late === 0 && requests > 0,
          figure: `${late} of ${requests} late; slowest: ${slowest?.name ?? "none"} after ${slowest?.slowestMs ?? 0} ms`,
          details: cases.filter((one) => one.late > 0).map((one) => `${one.name}: ${one.late} late, up to ${one.slowestMs} ms`),
        };
      },
    },
    {
      promise: `${streamCuts.toLocaleString("en-GB")} stream cuts by reset, FIN and clean end at random byte offsets: none that is not complete reads as success in the openai SDK`,
      run: cutStreams,
    },
    {
      promise: "The default retry budget holds when every upstream fails: at most a tenth more attempts, and one a second",
      run: storm,
    },
    {
      promise: "Key rotation, Retry-After in all its forms, the caller's deadline, redirects and the cap on live streams",
      run: async () => judgeSuite(await runSuite("test/conformance/faults/attempt-rules.test.ts")),
    },
    {
      promise: "A silent stream ends after its idle time, one of pings alone after 120 s, an endless one at its deadline",
      run: async () => judgeSuite(await runSuite("test/conformance/faults/pings-only.test.ts")),
    },
    { promise: `${leavingClients} clients that hang up mid-stream leave every health figure as it was`, run: leave },
  ];
}

async function cutStreams(): Promise<Seen> {
  const { byCut, complete, completeButFailed, cuts, falseSuccesses, paced } = await runStreamCuts({ cuts: streamCuts, seed });
  const heard = Object.entries(byCut).map(
    ([cut, counts]) =>
      `${cut} ${Object.entries(counts)
        .map(([kind, count]) => `${count} ${kind}`)
        .join(", ")}`,
  );
  const hung = Object.values(byCut).reduce((sum, counts) => sum + counts.hung, 0);
  const raised = Object.values(byCut).reduce((sum, counts) => sum + counts.raised, 0);
  return {
    // A third must have been cut while the router was piping, or the easy half was all that was shown.
    holds:
      cuts === streamCuts &&
      falseSuccesses.length === 0 &&
      completeButFailed === 0 &&
      hung === 0 &&
      paced > cuts / 3 &&
      raised > cuts / 3,
    figure: `${falseSuccesses.length} false successes, ${hung} hung, ${completeButFailed} of ${complete} complete ones failed (${heard.join("; ")}; seed ${seed})`,
    details: falseSuccesses.slice(0, 20),
  };
}

async function storm(): Promise<Seen> {
  const { allowedAttempts, attempts, firstAttempts, mostPerRequest, retryInvited, statuses } = await runRetryStorm(retryStorm);
  const answered = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
  return {
    holds:
      attempts > firstAttempts &&
      attempts <= allowedAttempts &&
      mostPerRequest <= 3 &&
      retryInvited === 0 &&
      statuses["503"] === firstAttempts,
    figure: `${attempts} attempts for ${firstAttempts} requests in ${retryStorm.seconds} s (${Math.floor(allowedAttempts)} allowed), at most ${mostPerRequest} each; ${answered.join(", ")}; ${retryInvited} without x-should-retry: false`,
  };
}

async function leave(): Promise<Seen> {
  const { clients, closeMs, healthUnchanged, miscounted, outcomes, slotsFreed, stillLive } = await runClientLeaves({
    clients: leavingClients,
  });
  const median = closeMs[Math.floor(closeMs.length / 2)] ?? Number.NaN;
  const isBooked = outcomes["client_left"] === clients && Object.keys(outcomes).length === 1;
  const wrong = [
    ...(healthUnchanged ? [] : ["health CHANGED"]),
    ...(isBooked && miscounted === 0 ? [] : [`${miscounted} not booked once, the others as ${JSON.stringify(outcomes)}`]),
    ...(stillLive === 0 ? [] : [`${stillLive} upstreams still busy`]),
    ...(slotsFreed ? [] : ["places NOT freed"]),
  ];
  return {
    holds: clients === leavingClients && wrong.length === 0,
    figure: `${wrong.length === 0 ? `${clients} booked once as client_left, health unchanged, places freed` : wrong.join(", ")}; upstream closed after ${Math.round(median)} ms (median), ${Math.round(closeMs[0] ?? Number.NaN)} ms (slowest)`,
  };
}

function countEndings(cases: Awaited<ReturnType<typeof runFaultMatrix>>["cases"]): string {
  const totals = new Map<string, number>();
  for (const { endings } of cases) {
    for (const [ending, count] of Object.entries(endings)) totals.set(ending, (totals.get(ending) ?? 0) + count);
  }
  return [...totals].map(([ending, count]) => `${count} ${ending}`).join(", ");
}
