import { parseExact } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Block } from "../canonical/block.ts";
import { failedAnswer, parseAnswer } from "../canonical/failed-answer.ts";
import { failureOfError } from "../canonical/openai-answer-error.ts";
import type { ReadChat } from "../dialect.ts";
import type { ReaderContext } from "../stream.ts";
import { readCall } from "./read-call.ts";
import { readEnd, readUsage } from "./read-end.ts";

/**
 * A whole answer: the plan for the tools, which is a thought, then the content, then the calls. It does not name its model.
 * Citations are left out: they point to documents and tool results by ids that no caller has a place for.
 * @see https://docs.cohere.com/reference/chat
 */
export function readChat(text: string, { seed }: ReaderContext): ReadChat {
  const read = parseAnswer(text, parseExact);
  if (read.kind === "failed") return read;
  const { body } = read;
  const { finish_reason: reason, id, message, usage } = body;
  if (typeof message === "string") return { kind: "failed", failure: failureOfError(body) };
  if (!isRecord(message)) return failedAnswer("malformed", "The upstream's answer has no message.");
  const calls = listOf(message["tool_calls"]).map((call, position) => readCall(call, position, seed));
  if (calls.includes(null)) return failedAnswer("malformed", "A tool call of the upstream's answer has no name.");
  const end = readEnd(reason, body["error"]);
  if (end.kind === "error") return { kind: "failed", failure: end.failure };
  const blocks: readonly Block[] = [
    ...thought(message["tool_plan"]),
    ...listOf(message["content"]).flatMap(readPart),
    ...calls.flatMap((call) => (call === null ? [] : [toBlock(call)])),
  ];
  const answer = { id: typeof id === "string" ? id : null, model: null, blocks, finish: end.finish, usage: readUsage(usage) };
  return { kind: "read", answer };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function thought(text: unknown): readonly Block[] {
  return typeof text === "string" && text !== "" ? [{ kind: "reasoning", text, isSummary: false, seal: null }] : [];
}

function readPart(part: unknown): readonly Block[] {
  if (!isRecord(part)) return [];
  if (part["type"] === "thinking") return thought(part["thinking"]);
  const { text } = part;
  return typeof text === "string" && text !== "" ? [{ kind: "text", text }] : [];
}

function toBlock(call: NonNullable<ReturnType<typeof readCall>>): Block {
  return { kind: "tool_call", ...call, arguments: call.arguments || "{}", form: "function", namespace: null, seal: null };
}
