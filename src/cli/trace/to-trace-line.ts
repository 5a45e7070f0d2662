import * as z from "zod";
import { CACHE_STATES } from "../../core/cache/cache-state.ts";
import type { TraceLine } from "./trace-line.ts";

const count = z.number();

/** An entry of a router's usage log, as far as a trace holds it. */
export const recordedUsageSchema = z.object({
  requestId: z.string(),
  at: z.number(),
  tenant: z.string(),
  consumer: z.string(),
  keyId: z.string(),
  operation: z.enum(["chat", "embeddings", "count_tokens"]),
  model: z.string(),
  route: z.string(),
  target: z.string().nullable(),
  stream: z.boolean(),
  outcome: z.enum(["ok", "failed", "client_left"]),
  usage: z.object({ inputTokens: count, cachedInputTokens: count, cacheWriteTokens: count, outputTokens: count }).nullable(),
  costMicroUsd: z.number().nullable(),
  cache: z.enum(CACHE_STATES),
  durationMs: z.number(),
});

export type RecordedUsage = z.output<typeof recordedUsageSchema>;

const COPY = /-(?:mirror|refresh|check)$/;

/**
 * The line of a trace that tells of a recorded request; null for a copy that was sent to a mirror. The usage log holds no
 * headers, no path and nothing of a request's content, so the line does not either.
 */
export function toTraceLine(recorded: RecordedUsage): TraceLine | null {
  const { cache, consumer, costMicroUsd, durationMs, keyId, model, operation, outcome, requestId, route } = recorded;
  if (COPY.test(requestId)) return null;
  const { stream, target, tenant, usage } = recorded;
  return {
    id: requestId,
    at: new Date(recorded.at).toISOString(),
    tenant,
    caller: consumer,
    key: keyId,
    model,
    operation,
    stream,
    ...(usage === null ? {} : { tokens: tokensOf(usage) }),
    route,
    target,
    cache,
    outcome,
    durationMs,
    ...(costMicroUsd === null ? {} : { costMicroUsd }),
  };
}

function tokensOf({
  cachedInputTokens,
  cacheWriteTokens,
  inputTokens,
  outputTokens,
}: NonNullable<RecordedUsage["usage"]>): NonNullable<TraceLine["tokens"]> {
  return { in: inputTokens, out: outputTokens, cached: cachedInputTokens, written: cacheWriteTokens };
}
