import { parseExact } from "../../core/json/exact-json.ts";
import { answerCharacters } from "../canonical/answer-characters.ts";
import type { Annotation, Block } from "../canonical/block.ts";
import { type FailedAnswer, failedAnswer, parseAnswer, type ParsedAnswer } from "../canonical/failed-answer.ts";
import type { AnswerReading, Operation, ReadChat, ReadCount } from "../dialect.ts";
import type { ReaderContext } from "../stream.ts";
import { mintCallId } from "./call-ids.ts";
import { classifyErrorBody } from "./classify-error.ts";
import { textOf } from "./member.ts";
import { type Candidate, readCandidate } from "./read-candidate.ts";
import { joinParts, type PartContext, readPart } from "./read-parts.ts";
import { FAMILY } from "./seal.ts";
import { readUsage } from "./usage.ts";

/** A whole answer in no dialect: its first candidate. @see https://ai.google.dev/api/generate-content#GenerateContentResponse */
export function readChat(text: string, context: ReaderContext): ReadChat {
  const read = readBody(text, parseFirst);
  if (read.kind === "failed") return read;
  const { body } = read;
  const candidate = readCandidate(body);
  const { finish } = candidate;
  if (finish === null && candidate.parts.length === 0)
    return failedAnswer("malformed", "The upstream's answer has no candidates.");
  const blocks = readBlocks(candidate, context);
  const hasCalls = blocks.some(({ kind }) => kind === "tool_call");
  const said = finish ?? { reason: "other", raw: null, stopSequence: null };
  return {
    kind: "read",
    answer: {
      id: textOf(body["responseId"]),
      model: textOf(body["modelVersion"]),
      blocks,
      finish: hasCalls && said.reason === "stop" ? { ...said, reason: "tool_calls" } : said,
      usage: readUsage(body["usageMetadata"]),
    },
  };
}

/**
 * Judges a whole 200 answer in the caller's own dialect. A body that is no JSON, has no candidates or carries an `error` is a
 * failed attempt, and so is one that stopped with nothing at all.
 */
export function readAnswer(operation: Operation, text: string): AnswerReading {
  if (operation === "count_tokens") {
    const count = readCount(text);
    return count.kind === "failed" ? count : { kind: "complete", usage: null, outputCharacters: 0 };
  }
  const read = readChat(text, { seed: "", family: FAMILY });
  if (read.kind === "failed") return read;
  const outputCharacters = answerCharacters(read.answer);
  if (outputCharacters === 0 && read.answer.finish.reason === "stop")
    return failedAnswer("empty_completion", "The upstream's answer is empty.");
  return { kind: "complete", usage: read.answer.usage, outputCharacters };
}

/** The answer to `countTokens`. @see https://ai.google.dev/api/tokens */
export function readCount(text: string): ReadCount {
  const read = readBody(text, parseFirst);
  if (read.kind === "failed") return read;
  const { totalTokens } = read.body;
  // Protobuf leaves out what is zero.
  const tokens = totalTokens === undefined ? 0 : totalTokens;
  if (typeof tokens !== "number" || !Number.isSafeInteger(tokens) || tokens < 0)
    return failedAnswer("malformed", "The upstream's answer has no count of tokens.");
  return { kind: "read", tokens };
}

/** How the parts of an answer are read: signatures are the backend's own, ids are minted where it gives none. */
export function answerParts({ family, seed }: ReaderContext): PartContext {
  let calls = 0;
  return {
    sealOf: (signature) => ({ family, form: "thought_signature", data: signature, id: null }),
    callId: (_name, id) => {
      calls += 1;
      return id ?? mintCallId(seed, calls);
    },
    answeredId: (name, id) => id ?? name,
  };
}

/** The object a whole answer is; a failure where it holds an error. */
export function readBody(text: string, parse: (text: string) => unknown): ParsedAnswer | FailedAnswer {
  const read = parseAnswer(text, parse);
  if (read.kind === "failed" || (read.body["error"] ?? null) === null) return read;
  return { kind: "failed", failure: classifyErrorBody({ status: 200, body: text, retryAfterSeconds: null }) };
}

/** The object may stand in an array. */
function parseFirst(text: string): unknown {
  const value = parseExact(text);
  return Array.isArray(value) ? value[0] : value;
}

function readBlocks({ annotations, parts }: Candidate, context: ReaderContext): readonly Block[] {
  const reading = answerParts(context);
  const blocks = joinParts(parts.map((part) => readPart(part, reading))).filter(holdsSomething);
  return annotations.length === 0 ? blocks : annotate(blocks, annotations);
}

/** A call needs a name, and a model gives no results. */
function holdsSomething(block: Block): boolean {
  return block.kind === "tool_call" ? block.name !== "" : block.kind !== "tool_result";
}

/** Sources are told of the whole answer: they go with its last text. */
function annotate(blocks: readonly Block[], annotations: readonly Annotation[]): readonly Block[] {
  const last = blocks.findLastIndex(({ kind }) => kind === "text");
  return blocks.map((block, index) => (index === last && block.kind === "text" ? { ...block, annotations } : block));
}
