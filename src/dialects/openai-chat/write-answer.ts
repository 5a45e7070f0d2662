import type { Annotation, Block, MediaBlock, ReasoningBlock, TextBlock, ToolCallBlock } from "../canonical/block.ts";
import type { ChatAnswer } from "../canonical/chat-event.ts";
import { writeOpenAiUsage } from "../canonical/openai-usage.ts";
import { wrapSeal } from "../canonical/seal-envelope.ts";
import type { AnswerContext } from "../stream.ts";
import { writeFinish } from "./finish-reasons.ts";
import { writeDetails } from "./reasoning-carrier.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A whole answer with its one choice. @see https://platform.openai.com/docs/api-reference/chat/object */
export function writeAnswer(answer: ChatAnswer, context: AnswerContext): string {
  const { blocks, finish, usage } = answer;
  const isLegacy = asksLegacy(context);
  const word = writeFinish(finish.reason);
  return JSON.stringify({
    id: answer.id ?? mintId(context),
    object: "chat.completion",
    created: context.createdSeconds,
    model: answer.model ?? context.model,
    choices: [
      {
        index: 0,
        message: writeMessage(blocks, context, isLegacy),
        logprobs: null,
        finish_reason: isLegacy && word === "tool_calls" ? "function_call" : word,
      },
    ],
    ...(usage === null ? {} : { usage: writeOpenAiUsage(usage) }),
  });
}

/** The id of an answer whose backend gave none. */
export function mintId({ seed }: AnswerContext): string {
  return `chatcmpl-${seed}`;
}

/** The caller knows functions, not tools: its SDK is older than they are. */
export function asksLegacy({ asked }: AnswerContext): boolean {
  return Array.isArray(asked.body["functions"]) && !Array.isArray(asked.body["tools"]);
}

function pick<Kind extends Block["kind"]>(blocks: readonly Block[], kind: Kind): readonly Extract<Block, { kind: Kind }>[] {
  return blocks.filter((block): block is Extract<Block, { kind: Kind }> => block.kind === kind);
}

function writeMessage(blocks: readonly Block[], context: AnswerContext, isLegacy: boolean): Fields {
  const texts = pick(blocks, "text");
  const refusals = pick(blocks, "refusal");
  const media = pick(blocks, "media");
  const images = media.filter((block) => block.media === "image");
  const sound = media.find((block) => block.media === "audio");
  const annotations = writeAnnotations(texts);
  return {
    role: "assistant",
    content: texts.length === 0 ? null : texts.map(({ text }) => text).join(""),
    refusal: refusals.length === 0 ? null : refusals.map(({ text }) => text).join(""),
    ...writeReasoning(pick(blocks, "reasoning")),
    ...writeCalls(pick(blocks, "tool_call"), isLegacy),
    ...(images.length > 0 ? { images: images.map(writeImage) } : {}),
    ...(sound === undefined ? {} : { audio: writeAudio(sound, context) }),
    ...(annotations.length > 0 ? { annotations } : {}),
  };
}

function writeReasoning(blocks: readonly ReasoningBlock[]): Fields {
  const text = blocks.map((block) => block.text).join("");
  const details = writeDetails(blocks);
  return {
    ...(text === "" ? {} : { reasoning_content: text }),
    ...(details.length > 0 ? { reasoning_details: details } : {}),
  };
}

function writeCalls(calls: readonly ToolCallBlock[], isLegacy: boolean): Fields {
  const [first] = calls;
  if (first === undefined) return {};
  if (isLegacy) return { function_call: { name: first.name, arguments: first.arguments || "{}" } };
  return { tool_calls: calls.map(writeCall) };
}

function writeCall({ arguments: text, form, id, name, seal }: ToolCallBlock): Fields {
  const body =
    form === "custom"
      ? { type: "custom", custom: { name, input: text } }
      : { type: "function", function: { name, arguments: text || "{}" } };
  return { id, ...body, ...(seal === null ? {} : writeCallSeal(seal)) };
}

/**
 * Where a call's opaque state travels. It is in an envelope, or a backend of this dialect would be sent it as it came.
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures
 */
export function writeCallSeal(seal: NonNullable<ToolCallBlock["seal"]>): Fields {
  return { extra_content: { google: { thought_signature: wrapSeal(seal, "openai-chat") } } };
}

/** The offsets of a block count from its own start; a message has one text. */
function writeAnnotations(texts: readonly TextBlock[]): readonly Fields[] {
  let offset = 0;
  return texts.flatMap(({ annotations = [], text }) => {
    const start = offset;
    offset += text.length;
    return annotations.map((annotation) => writeAnnotation(annotation, { start, end: offset }));
  });
}

/** A citation without offsets is one of the whole block. */
export function writeAnnotation(annotation: Annotation, block: { readonly start: number; readonly end: number }): Fields {
  const { citedText, endIndex, startIndex, title, url } = annotation;
  return {
    type: "url_citation",
    url_citation: {
      url,
      title: title ?? url,
      start_index: startIndex === null ? block.start : block.start + startIndex,
      end_index: endIndex === null ? block.end : block.start + endIndex,
      ...(citedText === null ? {} : { content: citedText }),
    },
  };
}

/** An image of an answer, as servers that give them have it. @see https://openrouter.ai/docs/features/multimodal/image-generation */
export function writeImage(image: MediaBlock, index: number): Fields {
  return { type: "image_url", image_url: { url: urlOf(image) }, index };
}

function urlOf({ mimeType, source }: MediaBlock): string {
  switch (source.kind) {
    case "base64":
      return `data:${mimeType ?? "image/png"};base64,${source.data}`;
    case "url":
      return source.url;
    case "file_id":
      return source.id;
    case "text":
      return `data:text/plain,${encodeURIComponent(source.text)}`;
  }
}

/** Spoken output. Nothing is kept of it here, so that its id is of no use from the moment it is told. */
export function writeAudio({ source, transcript = "" }: MediaBlock, { createdSeconds, seed }: AnswerContext): Fields {
  return {
    id: `audio_${seed}`,
    data: source.kind === "base64" ? source.data : "",
    transcript,
    expires_at: createdSeconds,
  };
}
