import type { Finish, FinishReason } from "../canonical/chat-event.ts";

/** Why a choice ended; null while it goes on. */
export function readFinish(word: unknown): Finish | null {
  if (typeof word !== "string" || word === "") return null;
  const reason = word === "stop" || word === "length" || word === "content_filter" ? word : "other";
  return { reason, raw: word, stopSequence: null };
}

/** The API's own word; it knows no calls. @see https://platform.openai.com/docs/api-reference/completions/object */
export function writeFinish(reason: FinishReason): string {
  if (reason === "length" || reason === "context") return "length";
  return reason === "content_filter" ? "content_filter" : "stop";
}
