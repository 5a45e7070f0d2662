import type { Finish, FinishReason } from "../canonical/chat-event.ts";

/** `finish_reason` of the API and of servers that have words of their own. */
const REASON_BY_WORD: ReadonlyMap<string, FinishReason> = new Map([
  ["stop", "stop"],
  ["eos", "stop"],
  ["eos_token", "stop"],
  ["end_turn", "stop"],
  ["completed", "stop"],
  ["COMPLETE", "stop"],
  ["stop_sequence", "stop_sequence"],
  ["length", "length"],
  ["max_tokens", "length"],
  ["MAX_TOKENS", "length"],
  ["model_length", "context"],
  ["tool_calls", "tool_calls"],
  ["tool_use", "tool_calls"],
  ["TOOL_CALL", "tool_calls"],
  ["function_call", "tool_calls"],
  ["content_filter", "content_filter"],
]);

const WORD_OF: Readonly<Record<FinishReason, string>> = {
  stop: "stop",
  stop_sequence: "stop",
  length: "length",
  context: "length",
  tool_calls: "tool_calls",
  content_filter: "content_filter",
  pause: "stop",
  malformed_call: "stop",
  other: "stop",
};

/** Why a choice ended; null while it goes on. */
export function readFinish(word: unknown): Finish | null {
  if (typeof word !== "string" || word === "") return null;
  return { reason: REASON_BY_WORD.get(word) ?? "other", raw: word, stopSequence: null };
}

/** The API's own word. @see https://platform.openai.com/docs/api-reference/chat/object */
export function writeFinish(reason: FinishReason): string {
  return WORD_OF[reason];
}
