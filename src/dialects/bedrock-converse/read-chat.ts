import { parseExact } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Block } from "../canonical/block.ts";
import type { ReadChat, ReaderContext } from "../dialect.ts";
import { classifyException } from "./classify-error.ts";
import { readBlock, records } from "./read-block.ts";
import { readFinish } from "./read-finish.ts";
import { readUsage } from "./read-usage.ts";

/**
 * A whole answer of Converse. It names neither itself nor its model.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function readChat(text: string, context: ReaderContext): ReadChat {
  let body: unknown;
  try {
    body = parseExact(text);
  } catch {
    return malformed("The upstream's answer is not valid JSON.");
  }
  if (!isRecord(body)) return malformed("The upstream's answer is not a JSON object.");
  const content = readContent(body["output"]);
  if (content === null) return withoutMessage(body);
  const blocks: Block[] = [];
  for (const [position, block] of content.entries()) {
    const read = readBlock(block, position, context);
    if (read !== null) blocks.push(read);
    else if (isRecord(block["toolUse"])) return malformed("A tool call of the upstream's answer has no name.");
  }
  const finish = readFinish(body["stopReason"], body["additionalModelResponseFields"]);
  return { kind: "read", answer: { id: null, model: null, blocks, finish, usage: readUsage(body["usage"]) } };
}

function readContent(output: unknown): readonly Readonly<Record<string, unknown>>[] | null {
  const message = isRecord(output) ? output["message"] : null;
  return isRecord(message) && Array.isArray(message["content"]) ? records(message["content"]) : null;
}

/** A 200 may hold what should have been an error. */
function withoutMessage(body: Readonly<Record<string, unknown>>): ReadChat {
  const { __type: type, message } = body;
  if (typeof type !== "string") return malformed("The upstream's answer has no message.");
  const told = typeof message === "string" ? message : "";
  return { kind: "failed", failure: classifyException({ type, message: told, status: 200, retryAfterSeconds: null }) };
}

function malformed(message: string): ReadChat {
  const failure = { class: "malformed", status: 200, message, param: null, code: null, retryAfterSeconds: null } as const;
  return { kind: "failed", failure };
}
