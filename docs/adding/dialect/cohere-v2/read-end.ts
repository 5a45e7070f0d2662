import { isRecord } from "../../core/json/is-record.ts";
import { readTokens, type Usage } from "../../core/usage.ts";
import type { ChatEvent, FinishReason } from "../canonical/chat-event.ts";
import { failureOfError } from "../canonical/openai-answer-error.ts";

type End = Extract<ChatEvent, { readonly kind: "finish" | "error" }>;

const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ["COMPLETE", "stop"],
  ["STOP_SEQUENCE", "stop_sequence"],
  ["MAX_TOKENS", "length"],
  ["TOOL_CALL", "tool_calls"],
]);

/**
 * How an answer ended, from `finish_reason` and what was said of an error; one without a reason has just stopped.
 * @see https://docs.cohere.com/reference/chat
 */
export function readEnd(reason: unknown, message: unknown): End {
  const raw = typeof reason === "string" ? reason : null;
  if (raw === "TIMEOUT" || raw?.startsWith("ERROR") === true) return { kind: "error", failure: failureOfError({ message }) };
  return { kind: "finish", finish: { reason: raw === null ? "stop" : (REASONS.get(raw) ?? "other"), raw, stopSequence: null } };
}

/**
 * `usage` → ours; null when absent or not plausible. `tokens` is what the model read and wrote, of which `cached_tokens`
 * came from the cache; `billed_units` leave out what Cohere itself puts before a prompt, and stand in where that is all
 * that is told.
 */
export function readUsage(value: unknown): Usage | null {
  if (!isRecord(value)) return null;
  const told = isRecord(value["tokens"]) ? value["tokens"] : value["billed_units"];
  if (!isRecord(told)) return null;
  const inputTokens = readTokens(told["input_tokens"]);
  const outputTokens = readTokens(told["output_tokens"]);
  if (inputTokens === null || outputTokens === null) return null;
  const cachedInputTokens = readTokens(value["cached_tokens"]) ?? 0;
  return { inputTokens, cachedInputTokens, cacheWriteTokens: 0, outputTokens, reasoningTokens: 0, estimated: false };
}
