import type { Usage } from "../../../src/core/usage.ts";
import { BACKEND_NAMES, wireOf } from "./backends.ts";
import { readBooked } from "./booked.ts";
import { CALLERS } from "./callers/index.ts";
import { type CrossingLab, routesToEach, startCrossingLab } from "./lab.ts";
import { differs, findWrong, type Finding, nameOf, type Pair, pairsOf } from "./pairs.ts";
import { hear } from "./send.ts";
import { PLAIN, USAGE } from "./told.ts";

/** How much is run: every usage for every pair, or the richest one. */
export interface UsageOptions {
  readonly full: boolean;
}

/** Every list of findings is empty when the promises hold. */
export interface UsageReport {
  readonly answers: number;
  /** Answers booked with another usage than the upstream told. */
  readonly bookedFindings: readonly Finding[];
  /** Answers that told their caller another usage. */
  readonly toldFindings: readonly Finding[];
}

const NOTHING: Usage = {
  inputTokens: 1,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 1,
  reasoningTokens: 0,
  estimated: false,
};
const USAGES: readonly Usage[] = [
  USAGE,
  NOTHING,
  { ...NOTHING, inputTokens: 200_000, cachedInputTokens: 199_999, outputTokens: 64_000, reasoningTokens: 63_999 },
  { ...NOTHING, inputTokens: 5_000, cacheWriteTokens: 4_999 },
  { ...NOTHING, inputTokens: 5_000, cachedInputTokens: 5_000, outputTokens: 7 },
  { ...NOTHING, inputTokens: 5_000, cachedInputTokens: 2_000, cacheWriteTokens: 3_000, reasoningTokens: 1 },
];

interface Answered {
  readonly pair: Pair;
  readonly id: string;
  readonly usage: Usage;
  readonly told: Usage | null;
}

/** What upstreams report against what is booked and what callers are told, every part of it. */
export async function runCrossingUsage({ full }: UsageOptions): Promise<UsageReport> {
  const lab = await startCrossingLab(() => ({ objects: routesToEach("to") }));
  try {
    const answered: Answered[] = [];
    const thrown: Finding[] = [];
    for (const usage of full ? USAGES : USAGES.slice(0, 1)) {
      const failed = await findWrong(pairsOf(CALLERS, BACKEND_NAMES), nameOf, async (pair) => {
        answered.push(await answer(lab, pair, usage));
        return [];
      });
      thrown.push(...failed);
    }
    // The log shows the newest thousand, which is more than are asked for here.
    return {
      ...(await judgeAll(lab, answered)),
      answers: answered.length,
      toldFindings: [...thrown, ...answered.flatMap(judgeTold)],
    };
  } finally {
    await lab.close();
  }
}

async function answer(lab: CrossingLab, pair: Pair, usage: Usage): Promise<Answered> {
  const { backend, caller, stream } = pair;
  const { marker } = lab.upstream.stage({ [backend]: { kind: "told", told: { ...PLAIN, usage } } });
  const heard = await hear(lab.router, caller, { model: `to-${backend}`, prompt: marker, stream });
  return { pair, usage, id: heard.sent.headers["x-fairlead-request-id"] ?? "", told: heard.usage };
}

async function judgeAll(lab: CrossingLab, answered: readonly Answered[]): Promise<Pick<UsageReport, "bookedFindings">> {
  const booked = await readBooked(
    lab.router,
    answered.map(({ id }) => id),
  );
  const bookedFindings = answered.flatMap(({ id, pair, usage }) =>
    differs("booked", booked.get(id)?.usage, wireOf(pair.backend).reports(usage)).map((what) => `${nameOf(pair)}: ${what}`),
  );
  return { bookedFindings };
}

/** In the caller's own convention, read back into ours. */
function judgeTold({ pair, told, usage }: Answered): readonly Finding[] {
  const reported = wireOf(pair.backend).reports(usage);
  // Its callers are not told what was stored in a cache.
  const wanted = pair.caller.name === "gemini" ? { ...reported, cacheWriteTokens: 0 } : reported;
  return differs("told", told, wanted).map((what) => `${nameOf(pair)}: ${what}`);
}
