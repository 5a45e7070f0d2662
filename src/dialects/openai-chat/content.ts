import { isRecord } from "../../core/json/is-record.ts";

/** Fields of a message or delta whose text a caller pays for. */
const TEXT_FIELDS = ["content", "reasoning_content", "reasoning", "refusal"] as const;

/**
 * Characters of content in a message or a delta: text, reasoning, refusal, tool-call arguments, audio transcript.
 * 0 means that there is nothing a caller could use: a role, a ping, an empty string.
 */
export function contentCharacters(message: unknown): number {
  if (!isRecord(message)) return 0;
  let characters = 0;
  for (const field of TEXT_FIELDS) characters += textLength(message[field]);
  characters += toolCharacters(message["tool_calls"]);
  if (isRecord(message["function_call"])) characters += toolCharacters([{ function: message["function_call"] }]);
  for (const field of ["audio", "images", "annotations", "reasoning_details"]) {
    if (message[field] !== undefined && message[field] !== null) characters += JSON.stringify(message[field]).length;
  }
  return characters;
}

function textLength(value: unknown): number {
  if (typeof value === "string") return value.length;
  return Array.isArray(value) && value.length > 0 ? JSON.stringify(value).length : 0;
}

function toolCharacters(calls: unknown): number {
  if (!Array.isArray(calls)) return 0;
  let characters = 0;
  for (const call of calls) {
    if (isRecord(call)) characters += JSON.stringify(call["function"] ?? call["custom"] ?? call).length;
  }
  return characters;
}
