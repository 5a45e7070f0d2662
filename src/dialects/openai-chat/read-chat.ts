import { parseExact } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Block, ToolCallBlock } from "../canonical/block.ts";
import type { ChatAnswer, Finish } from "../canonical/chat-event.ts";
import { failedAnswer } from "../canonical/failed-answer.ts";
import { parseOpenAiAnswer } from "../canonical/openai-answer-error.ts";
import { stableHash } from "../canonical/stable-hash.ts";
import type { ReadChat } from "../dialect.ts";
import type { ReaderContext } from "../stream.ts";
import { argumentsOf, formOf, isFunctionCall, thoughtSignatureOf } from "./call-tracker.ts";
import { readChunkUsage } from "./chunk-usage.ts";
import { readFinish } from "./finish-reasons.ts";
import { readAnnotations, readAudio, readContent, readImages, readReasoning } from "./message-content.ts";
import { DetailsCollector } from "./reasoning-details.ts";

type Message = Readonly<Record<string, unknown>>;

/** The first choice of a whole answer. @see https://platform.openai.com/docs/api-reference/chat/object */
export function readChat(text: string, context: ReaderContext): ReadChat {
  const read = parseOpenAiAnswer(text, parseExact);
  if (read.kind === "failed") return read;
  const { body } = read;
  const choice: unknown = Array.isArray(body["choices"]) ? body["choices"][0] : null;
  if (!isRecord(choice)) return failedAnswer("malformed", "The upstream's answer has no choices.");
  const message = isRecord(choice["message"]) ? choice["message"] : {};
  const answer: ChatAnswer = {
    id: textOrNull(body["id"]),
    model: textOrNull(body["model"]),
    blocks: readMessage(message, context),
    finish: finishOf(choice["finish_reason"], message),
    usage: readChunkUsage(body),
  };
  return answer.blocks.length === 0 && answer.finish.reason === "stop"
    ? failedAnswer("empty_completion", "The upstream's answer is empty.")
    : { kind: "read", answer };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** A whole answer has ended, whether its server says why or not. */
function finishOf(word: unknown, message: Message): Finish {
  const finish = readFinish(word) ?? { reason: "stop", raw: null, stopSequence: null };
  const calls = message["tool_calls"];
  const hasCalls = (Array.isArray(calls) && calls.length > 0) || isFunctionCall(message["function_call"]);
  return finish.reason === "stop" && hasCalls ? { ...finish, reason: "tool_calls" } : finish;
}

function readMessage(message: Message, context: ReaderContext): readonly Block[] {
  const blocks: Block[] = [];
  const { images, text, thinking } = readContent(message["content"]);
  const details = new DetailsCollector();
  const shown = details.add(message["reasoning_details"]);
  const { isSummary } = details;
  const seal = details.take(context.family);
  const thoughts = (readReasoning(message)?.text ?? shown) + thinking;
  if (thoughts !== "" || seal !== null) blocks.push({ kind: "reasoning", text: thoughts, isSummary, seal });
  const annotations = readAnnotations(message["annotations"]);
  if (text !== "") blocks.push({ kind: "text", text, ...(annotations.length > 0 ? { annotations } : {}) });
  const { refusal } = message;
  if (typeof refusal === "string" && refusal !== "") blocks.push({ kind: "refusal", text: refusal });
  const audio = readAudio(message["audio"]);
  blocks.push(...images, ...readImages(message["images"]), ...(audio === null ? [] : [audio]));
  return [...blocks, ...readCalls(message, context)];
}

function readCalls(message: Message, { family, seed }: ReaderContext): readonly ToolCallBlock[] {
  const { function_call: legacy, tool_calls: entries } = message;
  const calls: unknown[] = Array.isArray(entries) ? entries : isFunctionCall(legacy) ? [{ function: legacy }] : [];
  return calls.filter(isRecord).map((entry, ordinal) => {
    const signature = thoughtSignatureOf(entry);
    const form = formOf(entry);
    const body = isRecord(entry[form]) ? entry[form] : {};
    return {
      kind: "tool_call",
      id: textOrNull(entry["id"]) ?? `call_${stableHash(`${seed} ${ordinal}`).slice(0, 24)}`,
      name: textOrNull(body["name"]) ?? "",
      form,
      arguments: argumentsOf(form === "custom" ? body["input"] : body["arguments"]),
      namespace: null,
      seal: signature === null ? null : { family, form: "thought_signature", data: signature, id: null },
    };
  });
}
