import type { Finish, FinishReason } from "../canonical/chat-event.ts";

const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ["STOP", "stop"],
  ["MAX_TOKENS", "length"],
  ["CONTINUATION", "length"],
  ["SAFETY", "content_filter"],
  ["RECITATION", "content_filter"],
  ["BLOCKLIST", "content_filter"],
  ["PROHIBITED_CONTENT", "content_filter"],
  ["SPII", "content_filter"],
  ["MODEL_ARMOR", "content_filter"],
  ["IMAGE_SAFETY", "content_filter"],
  ["IMAGE_PROHIBITED_CONTENT", "content_filter"],
  ["IMAGE_RECITATION", "content_filter"],
  ["IMAGE_OTHER", "content_filter"],
  ["MALFORMED_FUNCTION_CALL", "malformed_call"],
  ["UNEXPECTED_TOOL_CALL", "malformed_call"],
  ["TOO_MANY_TOOL_CALLS", "malformed_call"],
  ["MALFORMED_RESPONSE", "malformed_call"],
]);

/** A `finishReason`; null while there is none. @see https://ai.google.dev/api/generate-content#FinishReason */
export function readFinish(value: unknown): Finish | null {
  if (typeof value !== "string" || value === "" || value === "FINISH_REASON_UNSPECIFIED") return null;
  return { reason: REASONS.get(value) ?? "other", raw: value, stopSequence: null };
}

/** The end of an answer whose prompt was refused; null where it was not. */
export function readBlock(promptFeedback: { readonly blockReason?: unknown }): Finish | null {
  const { blockReason } = promptFeedback;
  if (typeof blockReason !== "string" || blockReason === "" || blockReason.endsWith("_UNSPECIFIED")) return null;
  return { reason: "content_filter", raw: blockReason, stopSequence: null };
}

/** What a caller is told: calls do not change the reason, it is `STOP` with them as without. */
export function writeFinish(reason: FinishReason): string {
  switch (reason) {
    case "stop":
    case "stop_sequence":
    case "tool_calls":
      return "STOP";
    case "length":
    case "context":
      return "MAX_TOKENS";
    case "content_filter":
      return "SAFETY";
    case "malformed_call":
      return "MALFORMED_FUNCTION_CALL";
    case "pause":
    case "other":
      return "OTHER";
  }
}
