import { startRedisLab } from "../../rigs/redis/redis-lab.ts";
import { startDelayProxy } from "../../rigs/delay-proxy.ts";
import { percentile } from "../routing/statistics.ts";
import { type LimitsLab, startLimitsLab } from "./limits-lab.ts";

export interface BesideOptions {
  readonly store: "objects" | "redis";
  /** What a call to the books takes longer, in milliseconds. */
  readonly delayMs: number;
  /** Before the upstream's answer begins. */
  readonly upstreamMs: number;
  /** Of each caller. */
  readonly requests: number;
}

/** Whose answers begin when, in milliseconds. */
export interface BesideFigures {
  readonly limitedMs: { readonly median: number; readonly p90: number };
  readonly freeMs: { readonly median: number; readonly p90: number };
  /** Answers that were no 200: everybody has budget. */
  readonly refused: number;
}

const WARM_UPS = 4;
/** Seldom enough that no slice is worth its while: each request asks. */
const PAUSE_MS = 1_500;
const FAR_AWAY = 1_000_000_000;

/** Two callers by turns, one without and one with limits of which nearly all is left. */
export async function runBesideUpstream({ delayMs, requests, store, upstreamMs }: BesideOptions): Promise<BesideFigures> {
  const redis = store === "redis" ? await startRedisLab() : null;
  const way = redis === null ? null : await startDelayProxy(redis.url, delayMs);
  const lab = await startLimitsLab({
    processes: 1,
    ...(redis === null || way === null ? { delayMs } : { redis: { url: way.url, token: redis.token } }),
    consumers: {
      limited: {
        limits: [
          { requests: FAR_AWAY, per: "1m" },
          { tokens: FAR_AWAY, per: "1m" },
        ],
        budgets: [{ usd: "5000", per: "month" }],
      },
      free: {},
    },
  });
  for (const consumer of ["limited", "free"]) lab.upstream.setFault(consumer, `F06@ms=${upstreamMs}`);
  try {
    for (let request = 0; request < WARM_UPS; request += 1) await askBoth(lab);
    const heard = [];
    for (let request = 0; request < requests; request += 1) heard.push(await askBoth(lab));
    return {
      limitedMs: describe(heard.map(({ limited }) => limited.tookMs)),
      freeMs: describe(heard.map(({ free }) => free.tookMs)),
      refused: heard.flatMap(({ free, limited }) => [free, limited]).filter(({ status }) => status !== 200).length,
    };
  } finally {
    await lab.close();
    await way?.close();
    await redis?.close();
  }
}

async function askBoth(lab: LimitsLab) {
  const free = await lab.ask("free", 0);
  const limited = await lab.ask("limited", 0);
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  return { free, limited };
}

function describe(tookMs: readonly number[]): BesideFigures["freeMs"] {
  return { median: percentile(tookMs, 0.5), p90: percentile(tookMs, 0.9) };
}
