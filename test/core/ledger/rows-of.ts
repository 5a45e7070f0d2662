import type { LedgerRow } from "../../../src/core/ledger/book-store.ts";
import type { Usage } from "../../../src/core/usage.ts";
import { NOW } from "./accounts-of.ts";

export function usageOf(inputTokens: number, outputTokens: number, detail: Partial<Usage> = {}): Usage {
  return {
    inputTokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens,
    reasoningTokens: 0,
    estimated: false,
    ...detail,
  };
}

/** Facts of a request that `openai/mini` answered with 10 + 5 tokens, for 7 micro-USD. */
export function factsOf(detail: object = {}): object {
  return {
    at: NOW,
    consumer: "default/app",
    keyId: "key-1",
    tags: { department: "finance" },
    operation: "chat",
    model: "fast",
    route: "default/chat/everyone",
    attempts: [{ target: "openai/mini", outcome: "ok", usage: usageOf(10, 5), costMicroUsd: 7 }],
    outcome: "ok",
    cache: "miss",
    ...detail,
  };
}

export function rowOf(id: string, facts: object = {}, detail: Partial<LedgerRow> = {}): LedgerRow {
  return { id, at: NOW, state: "settled", entries: [], facts: factsOf(facts), ...detail };
}
