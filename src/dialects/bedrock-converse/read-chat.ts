import { parseExact } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Block } from "../canonical/block.ts";
import { failedAnswer, parseAnswer } from "../canonical/failed-answer.ts";
import type { ReadChat } from "../dialect.ts";
import type { ReaderContext } from "../stream.ts";
import { classifyException } from "./classify-error.ts";
import { readBlock, records } from "./read-block.ts";
import { readFinish } from "./read-finish.ts";
import { readUsage } from "./read-usage.ts";

/**
 * A whole answer of Converse. It names neither itself nor its model.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function readChat(text: string, context: ReaderContext): ReadChat {
  const read = parseAnswer(text, parseExact);
  if (read.kind === "failed") return read;
  const { body } = read;
  const content = readContent(body["output"]);
  if (content === null) return withoutMessage(body);
  const blocks: Block[] = [];
  for (const [position, block] of content.entries()) {
    const known = readBlock(block, position, context);
    if (known !== null) blocks.push(known);
    else if (isRecord(block["toolUse"])) return failedAnswer("malformed", "A tool call of the upstream's answer has no name.");
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
  if (typeof type !== "string") return failedAnswer("malformed", "The upstream's answer has no message.");
  const told = typeof message === "string" ? message : "";
  return { kind: "failed", failure: classifyException({ type, message: told, status: 200, retryAfterSeconds: null }) };
}
