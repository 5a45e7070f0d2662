import { isRecord } from "../../core/json/is-record.ts";
import type { Finish, FinishReason } from "../canonical/chat-event.ts";

const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ["end_turn", "stop"],
  ["stop_sequence", "stop_sequence"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "context"],
  ["tool_use", "tool_calls"],
  ["content_filtered", "content_filter"],
  ["guardrail_intervened", "content_filter"],
  ["malformed_tool_use", "malformed_call"],
  ["malformed_model_output", "malformed_call"],
]);

/**
 * Why an answer ended, from its `stopReason` and, where they were asked for, the model's own fields. An answer without a
 * reason has just stopped.
 */
export function readFinish(stopReason: unknown, modelFields: unknown): Finish {
  if (typeof stopReason !== "string" || stopReason === "") return { reason: "stop", raw: null, stopSequence: null };
  const reason = REASONS.get(stopReason) ?? "other";
  return { reason, raw: stopReason, stopSequence: reason === "stop_sequence" ? readStopSequence(modelFields) : null };
}

/** Anthropic's models name it at the top of an answer, and inside `delta` of a stream. */
function readStopSequence(modelFields: unknown): string | null {
  if (!isRecord(modelFields)) return null;
  const { delta } = modelFields;
  const found = isRecord(delta) ? delta["stop_sequence"] : modelFields["stop_sequence"];
  return typeof found === "string" ? found : null;
}
