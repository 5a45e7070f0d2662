import {
  type BrokenEmbedder,
  killStore,
  type MissSeen,
  runCancelled,
  runMisses,
  startBrokenEmbedder,
} from "../../../test/conformance/cache/beside.ts";
import { ROUND, runLearning } from "../../../test/conformance/cache/learning.ts";
import { runSdkReplays } from "../../../test/conformance/cache/sdk-replays.ts";
import { runCoalesced, runPromoted } from "../../../test/conformance/cache/together.ts";
import { runBench } from "../../../bench/run.ts";
import { CACHE_LIMITS } from "../limits.ts";
import type { ProveRow, Seen } from "../row.ts";
import { judgeSuite, runSuite } from "../run-suite.ts";

const { away, beside, hit, promoted, together } = CACHE_LIMITS;
const BROKEN: readonly BrokenEmbedder[] = ["down", "slow", "NaN", "short"];

/** A request on its way through the cache: who is asked, who waits, and for how long. */
export function createFlowRows(): readonly ProveRow[] {
  return [
    {
      promise:
        "One entry serves Chat Completions, Responses, Messages and Gemini, as JSON and as a stream, to stock clients of OpenAI, Anthropic and Google: one upstream call",
      run: judgeReplays,
    },
    {
      promise: `${together.requests.toLocaleString("en-GB")} equal requests at once at ${together.processes} processes, on a route that coalesces, are one upstream call, and all are answered`,
      run: judgeTogether,
    },
    {
      promise: `The router of whoever asks upstream for ${promoted.followers} others is killed (SIGKILL): one of them asks, and all are answered`,
      run: judgePromoted,
    },
    {
      promise: `With the index object ${beside.delayMs} ms away a miss adds at most ${beside.addedMs} ms to the first byte`,
      run: async () => judgeMisses(await runMisses(beside.questions, { delayMs: beside.delayMs }), beside.addedMs),
    },
    ...[true, false].map((isStream): ProveRow => ({
      promise: `With the index object ${beside.delayMs} ms away a hit before the first token is given, and ends the upstream call (${isStream ? "stream" : "JSON"})`,
      run: () => judgeCancelled(isStream),
    })),
    {
      promise: `While the index object is killed (attack G08) a request proceeds as a miss within ${away.addedMs} ms`,
      run: async () => judgeMisses(await runMisses(away.questions, {}, killStore), away.addedMs),
    },
    {
      promise: `While the index object is two seconds away (attack G08) a request proceeds as a miss within ${away.addedMs} ms`,
      run: async () => judgeMisses(await runMisses(away.questions, { delayMs: 2_000 }), away.addedMs),
    },
    ...BROKEN.map((how): ProveRow => ({
      promise: `While the embedder is or returns '${how}' (attack G10) a request proceeds as a miss within ${away.addedMs} ms`,
      run: () => judgeEmbedder(how),
    })),
    {
      promise: `Bench: an exact hit takes at most ${hit.mostTime} of the time of a bare call to an upstream without latency, and hits reach at least ${hit.leastRate} of the bare rate`,
      run: judgeHits,
    },
    {
      promise:
        "A route with a semantic tier learns from what passes (nothing given), says what it would have given (shadow), is certified, and then gives answers in other words",
      run: judgeLearning,
    },
    {
      promise:
        "What may be kept is kept, what is stale or refused is given as its rule says, callers may tighten, nobody meets another's answers (attacks G01, G05, G07, G09)",
      run: async () => judgeSuite(await runSuite("test/conformance/cache/flow.test.ts", "test/pipeline/answers")),
    },
  ];
}

async function judgeReplays(): Promise<Seen> {
  const { heard, text } = await runSdkReplays();
  const wrong = heard.filter((each) => !each.isReplayed || each.text !== text);
  return {
    holds: heard.length > 0 && text !== "" && wrong.length === 0,
    figure: `${heard.length} ways to ask, ${heard.length - wrong.length} given the one answer`,
    details: wrong.map(({ client, isReplayed, text: got }) => `${client}: ${isReplayed ? "replayed" : "asked upstream"}, ${got}`),
  };
}

async function judgeTogether(): Promise<Seen> {
  const { answered, calls, texts } = await runCoalesced(together);
  return {
    holds: answered === together.requests && calls === 1 && texts === 1,
    figure: `${calls} upstream calls, ${answered} answered, ${texts} different texts`,
  };
}

async function judgePromoted(): Promise<Seen> {
  const { answered, calls, followers, tookMs, upstreamMs } = await runPromoted(promoted);
  return {
    holds: answered === followers && calls === 2,
    figure: `${calls} upstream calls, the dead one's among them; ${answered} of ${followers} answered within ${tookMs.toFixed(0)} ms (upstream takes ${upstreamMs} ms)`,
  };
}

async function judgeLearning(): Promise<Seen> {
  const { certified, rounds } = await runLearning();
  const firstOf = (state: string): number => rounds.findIndex((counts) => (counts[state] ?? 0) > 0);
  const [shadow, given] = [firstOf("shadow"), firstOf("hit-semantic")];
  return {
    holds: certified && shadow > 0 && given >= shadow && (rounds[shadow - 1]?.["hit-semantic"] ?? 0) === 0,
    figure: `by rounds of ${ROUND} questions: ${rounds.map((counts) => `${counts["shadow"] ?? 0}/${counts["hit-semantic"] ?? 0}`).join(" ")} (shadow/hit)`,
  };
}

async function judgeHits(): Promise<Seen> {
  const rows = await runBench({ only: ["json-cached", "latency-cached"], subjects: ["bare", "cached"], ...hit.bench });
  const rowOf = (scenario: string, subject: string) => rows.find((row) => row.scenario === scenario && row.subject === subject);
  const rate = rowOf("json-cached", "cached")?.ratio ?? Number.NaN;
  const [bareMicros, hitMicros] = ["bare", "cached"].map((subject) => rowOf("latency-cached", subject)?.p50Micros ?? Number.NaN);
  const time = (hitMicros ?? Number.NaN) / (bareMicros ?? Number.NaN);
  return {
    holds: rate >= hit.leastRate && time <= hit.mostTime,
    figure: `${time.toFixed(2)} of the time (${hitMicros} µs to ${bareMicros} µs, medians), ${rate.toFixed(2)} of the rate`,
  };
}

function judgeMisses({ answered, questions, withCacheMs, withoutMs }: MissSeen, mostMs: number): Seen {
  return {
    holds: answered === 2 * questions && withCacheMs - withoutMs <= mostMs,
    figure: `${withCacheMs.toFixed(1)} ms with the cache, ${withoutMs.toFixed(1)} ms without (medians of ${questions} questions); ${answered} of ${2 * questions} answered`,
  };
}

async function judgeCancelled(isStream: boolean): Promise<Seen> {
  const seen = await runCancelled({ delayMs: beside.delayMs, isStream });
  return {
    holds:
      seen.state === "hit-exact" &&
      seen.tookMs < seen.upstreamMs / 2 &&
      seen.calls === 1 &&
      seen.ended === 1 &&
      seen.abandoned === 1,
    figure: `${seen.state} after ${seen.tookMs.toFixed(0)} ms, where upstream takes ${seen.upstreamMs} ms; ${seen.ended} of ${seen.calls} upstream calls ended`,
  };
}

async function judgeEmbedder(how: BrokenEmbedder): Promise<Seen> {
  const { close, ...options } = await startBrokenEmbedder(how);
  try {
    return judgeMisses(await runMisses(away.questions, options), away.addedMs);
  } finally {
    await close();
  }
}
