import { parseExact } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { answerCharacters } from "../canonical/answer-characters.ts";
import { type FailedAnswer, failedAnswer, parseAnswer, type ParsedAnswer } from "../canonical/failed-answer.ts";
import type { AnswerReading, Operation, ReadChat, ReadCount } from "../dialect.ts";
import type { ReaderContext } from "../stream.ts";
import { classifyErrorBody } from "./classify-error.ts";
import { FAMILY } from "./identity.ts";
import { readAnswerBlock } from "./read-answer-block.ts";
import { optionalText } from "./read-fields.ts";
import { readStopReason } from "./stop-reason.ts";
import { mergeCounts, NO_COUNTS, usageOf } from "./usage.ts";

/**
 * A whole 200 answer. A body that is no JSON, has no content or is an error is a failed attempt, and so is a message that
 * ended by itself and holds nothing. @see https://docs.anthropic.com/en/api/messages
 */
export function readChat(text: string, context: ReaderContext): ReadChat {
  const read = readBody(text);
  if (read.kind === "failed") return read;
  const { body } = read;
  const { content } = body;
  if (!Array.isArray(content)) return failedAnswer("malformed", "The upstream's answer has no content.");
  const blocks = content.filter(isRecord).map((block, index) => readAnswerBlock(block, index, context));
  const answer = {
    id: optionalText(body["id"]),
    model: optionalText(body["model"]),
    blocks,
    finish: readStopReason(body["stop_reason"], body["stop_sequence"]),
    usage: usageOf(mergeCounts(NO_COUNTS, body["usage"])),
  };
  // An empty answer that was cut by length or refused says so; one that stopped with nothing is a failure.
  if (answer.finish.reason === "stop" && answerCharacters(answer) === 0)
    return failedAnswer("empty_completion", "The upstream's answer is empty.");
  return { kind: "read", answer };
}

/** An answer that passes as it is, judged. */
export function readAnswer(operation: Operation, text: string): AnswerReading {
  if (operation === "count_tokens") {
    const count = readCount(text);
    return count.kind === "failed" ? count : { kind: "complete", usage: null, outputCharacters: 0 };
  }
  const read = readChat(text, { seed: "", family: FAMILY });
  if (read.kind === "failed") return read;
  return { kind: "complete", usage: read.answer.usage, outputCharacters: answerCharacters(read.answer) };
}

/** The answer of `/messages/count_tokens`. */
export function readCount(text: string): ReadCount {
  const read = readBody(text);
  if (read.kind === "failed") return read;
  const tokens = read.body["input_tokens"];
  if (typeof tokens !== "number" || !Number.isSafeInteger(tokens) || tokens < 0)
    return failedAnswer("malformed", "The upstream's answer has no count of tokens.");
  return { kind: "read", tokens };
}

function readBody(text: string): ParsedAnswer | FailedAnswer {
  const read = parseAnswer(text, parseExact);
  const isError = read.kind === "parsed" && (read.body["type"] === "error" || (read.body["error"] ?? null) !== null);
  return isError ? { kind: "failed", failure: classifyErrorBody({ status: 200, body: text, retryAfterSeconds: null }) } : read;
}
