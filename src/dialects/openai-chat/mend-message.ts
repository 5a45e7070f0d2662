import { isRecord } from "../../core/json/is-record.ts";
import { isFunctionCall } from "./call-tracker.ts";
import { readContent } from "./message-content.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * A message or delta as stock SDKs take it: content is one text, thoughts are told once and beside it, and an empty
 * `function_call` or sound is none. The same object when there is nothing to mend; what is not known stays.
 */
export function mendMessage(message: Fields): Fields {
  const isSplit = Array.isArray(message["content"]);
  const empty = emptyMembers(message);
  if (!isSplit && empty.length === 0) return message;
  const kept = Object.entries(message).filter(([name]) => !empty.includes(name));
  return { ...Object.fromEntries(kept), ...(isSplit ? flatten(message) : {}) };
}

/** Members that say nothing, or nothing new. */
function emptyMembers(message: Fields): readonly string[] {
  const { audio, function_call: call, reasoning, reasoning_content: thoughts } = message;
  return [
    ...(isText(reasoning) && reasoning === thoughts ? ["reasoning"] : []),
    ...(isRecord(call) && !isFunctionCall(call) ? ["function_call"] : []),
    ...(isRecord(audio) && Object.values(audio).every(isNothing) ? ["audio"] : []),
  ];
}

function isNothing(value: unknown): boolean {
  return value === "" || value === 0 || value === null;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function flatten(message: Fields): Record<string, unknown> {
  const { text, thinking } = readContent(message["content"]);
  if (thinking === "") return { content: text };
  const said = message["reasoning_content"];
  return { content: text, reasoning_content: (typeof said === "string" ? said : "") + thinking };
}
