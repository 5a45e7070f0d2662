import { isRecord } from "../../core/json/is-record.ts";
import { partsOf, readTokens, type Usage } from "../../core/usage.ts";
import type { Fields } from "./read-fields.ts";

/** Counts reported so far, by what they count; null where nobody said. */
export interface Counts {
  readonly input: number | null;
  readonly cacheRead: number | null;
  readonly cacheWrite: number | null;
  /** Of `cacheWrite`, what is kept for an hour. */
  readonly cacheWriteHour: number | null;
  readonly output: number | null;
  readonly reasoning: number | null;
}

export const NO_COUNTS: Counts = {
  input: null,
  cacheRead: null,
  cacheWrite: null,
  cacheWriteHour: null,
  output: null,
  reasoning: null,
};

/** What a `usage` adds to the counts known: it is cumulative, field by field, and says nothing where it is silent. */
export function mergeCounts(known: Counts, usage: unknown): Counts {
  if (!isRecord(usage)) return known;
  const details = isRecord(usage["output_tokens_details"]) ? usage["output_tokens_details"] : {};
  const written = isRecord(usage["cache_creation"]) ? usage["cache_creation"] : {};
  return {
    input: readTokens(usage["input_tokens"]) ?? known.input,
    cacheRead: readTokens(usage["cache_read_input_tokens"]) ?? known.cacheRead,
    cacheWrite: readTokens(usage["cache_creation_input_tokens"]) ?? known.cacheWrite,
    cacheWriteHour: readTokens(written["ephemeral_1h_input_tokens"]) ?? known.cacheWriteHour,
    output: readTokens(usage["output_tokens"]) ?? known.output,
    reasoning: readTokens(details["thinking_tokens"]) ?? known.reasoning,
  };
}

/** The counts as ours: upstream, `input_tokens` leaves out what the cache read and stored. Null where nothing was said. */
export function usageOf({ cacheRead, cacheWrite, cacheWriteHour, input, output, reasoning }: Counts): Usage | null {
  if (input === null && output === null) return null;
  return {
    inputTokens: (input ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0),
    cachedInputTokens: cacheRead ?? 0,
    cacheWriteTokens: cacheWrite ?? 0,
    outputTokens: output ?? 0,
    reasoningTokens: reasoning ?? 0,
    ...partsOf({ cacheWriteHourTokens: cacheWriteHour ?? 0 }),
    estimated: false,
  };
}

/** A message's usage: beside the counts, what only the author of the format could say. */
export function writeMessageUsage(usage: Usage | null): Fields {
  return { ...writeUsage(usage), cache_creation: null, inference_geo: null, service_tier: null };
}

const NO_USAGE: Usage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  estimated: true,
};

/** Our usage as this dialect has it: every field that a client adds up, 0 where nothing is known. */
export function writeUsage(usage: Usage | null): Fields {
  const { cacheWriteTokens, cachedInputTokens, inputTokens, outputTokens, reasoningTokens } = usage ?? NO_USAGE;
  return {
    input_tokens: Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens),
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cachedInputTokens,
    output_tokens: outputTokens,
    output_tokens_details: reasoningTokens === 0 ? null : { thinking_tokens: reasoningTokens },
    server_tool_use: null,
  };
}
