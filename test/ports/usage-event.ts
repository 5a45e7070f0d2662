import type { UsageEvent } from "../../src/ports/usage-sink.ts";

/** A finished chat request, with the differences that a test is about. */
export function usageEvent(differences: Partial<UsageEvent> = {}): UsageEvent {
  return {
    requestId: "request-1",
    at: 1_800_000_000_000,
    tenant: "default",
    consumer: "default/billing-app",
    keyId: "4fGq81LmZt0x",
    tags: {},
    operation: "chat",
    model: "fast",
    route: "default/chat/everyone",
    target: "openai/gpt-4o-mini",
    attempts: [{ target: "openai/gpt-4o-mini", outcome: "ok", usage: null, costMicroUsd: null }],
    stream: false,
    outcome: "ok",
    failure: null,
    usage: { inputTokens: 10, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 5, reasoningTokens: 0, estimated: false },
    totalCostMicroUsd: 5,
    shadows: [],
    costMicroUsd: 5,
    cache: "miss",
    policy: "1.1-00000000",
    durationMs: 420,
    ...differences,
  };
}
