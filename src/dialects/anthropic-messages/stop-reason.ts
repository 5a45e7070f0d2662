import type { Finish, FinishReason } from "../canonical/chat-event.ts";

/** @see https://docs.anthropic.com/en/api/handling-stop-reasons */
const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ["end_turn", "stop"],
  ["stop_sequence", "stop_sequence"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "context"],
  ["tool_use", "tool_calls"],
  ["refusal", "content_filter"],
  ["pause_turn", "pause"],
  ["compaction", "pause"],
]);

/** How an answer ended. No word at all is a stop: the answer came whole. */
export function readStopReason(reason: unknown, sequence: unknown): Finish {
  const raw = typeof reason === "string" ? reason : null;
  const known = raw === null ? "stop" : (REASONS.get(raw) ?? "other");
  return { reason: known, raw, stopSequence: typeof sequence === "string" ? sequence : null };
}

interface WrittenStop {
  readonly stop_reason: string;
  readonly stop_sequence: string | null;
  readonly stop_details: null;
  readonly container: null;
}

/** A finish in this dialect's words; an answer that was a refusal ends as one. */
export function writeStopReason({ raw, reason, stopSequence }: Finish, isRefusal: boolean): WrittenStop {
  const word = isRefusal && reason === "stop" ? "refusal" : wordFor(reason, raw);
  return {
    stop_reason: word,
    stop_sequence: word === "stop_sequence" ? stopSequence : null,
    stop_details: null,
    container: null,
  };
}

function wordFor(reason: FinishReason, raw: string | null): string {
  switch (reason) {
    case "stop":
    case "malformed_call":
    case "other":
      return "end_turn";
    case "stop_sequence":
      return "stop_sequence";
    case "length":
      return "max_tokens";
    case "context":
      return "model_context_window_exceeded";
    case "tool_calls":
      return "tool_use";
    case "content_filter":
      return "refusal";
    case "pause":
      return raw === "compaction" ? "compaction" : "pause_turn";
  }
}
