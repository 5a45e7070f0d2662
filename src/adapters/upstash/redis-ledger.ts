import { Redis } from "@upstash/redis/cloudflare";
import type { CompiledRedis } from "../../core/policy/compiled.ts";
import type { LedgerStore } from "../../ports/ledger-records.ts";
import { createUpstashLedger } from "./ledger.ts";
import { createRatedLedger } from "./rated-ledger.ts";
import { createRequestRates } from "./request-rates.ts";

/** Where the Redis is and what opens it. */
export interface RedisAccess extends Pick<CompiledRedis, "baseUrl" | "requestRates"> {
  /** Undefined where it is not set: then nothing is sent, and every call rejects. */
  readonly token: string | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** As long as an object is waited for; requests wait for less, and what they told is still taken in. */
const TIMEOUT_MS = 5_000;

/** The books in a Redis that speaks Upstash's REST protocol: one HTTP call each, never repeated. */
export default function openRedisLedger({ baseUrl, now, requestRates, token }: RedisAccess): LedgerStore {
  if (token === undefined) return { exchange: refuse, rows: refuse, usage: refuse, state: refuse, restore: refuse };
  const redis = new Redis({
    url: baseUrl,
    token,
    // A function: an abort by a signal itself would look like an answer.
    signal: () => AbortSignal.timeout(TIMEOUT_MS),
    retry: { retries: 0 },
    enableAutoPipelining: false,
    enableTelemetry: false,
    automaticDeserialization: false,
    readYourWrites: false,
    responseEncoding: false,
  });
  const ledger = createUpstashLedger(redis, now);
  return requestRates === "ledger" ? ledger : { ...ledger, ...createRatedLedger(ledger, createRequestRates(redis, now)) };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error("The token of the ledger's Redis is not set."));
}
