import type { Block } from "../../../src/dialects/canonical/block.ts";
import type { ChatAnswer, FinishReason } from "../../../src/dialects/canonical/chat-event.ts";
import type { Usage } from "../../../src/core/usage.ts";
import { encodeConverseEvent } from "../../rigs/eventstream-encoder.ts";

/** Reasons that Converse has a word for. */
export const STOP_REASONS: Readonly<Partial<Record<FinishReason, string>>> = {
  stop: "end_turn",
  stop_sequence: "stop_sequence",
  length: "max_tokens",
  context: "model_context_window_exceeded",
  tool_calls: "tool_use",
  content_filter: "guardrail_intervened",
  malformed_call: "malformed_tool_use",
};

/** An answer as Converse gives it whole. */
export function writeConverse({ blocks, finish, usage }: ChatAnswer): string {
  return JSON.stringify({
    output: { message: { role: "assistant", content: blocks.map(writeBlock) } },
    stopReason: STOP_REASONS[finish.reason],
    ...(finish.stopSequence !== null && { additionalModelResponseFields: { stop_sequence: finish.stopSequence } }),
    ...(usage !== null && { usage: writeUsage(usage) }),
  });
}

/** How a stream is cut into events, beside what it says. */
export interface StreamStyle {
  /** Characters of a delta. */
  readonly deltaCharacters: number;
  /** `p` in every event. */
  readonly padding: string | null;
  readonly isMetadataFirst: boolean;
}

/** The same answer as ConverseStream gives it. */
export function writeConverseStream({ blocks, finish, usage }: ChatAnswer, style: StreamStyle): Buffer {
  const pad = style.padding === null ? {} : { p: style.padding };
  const event = (type: string, payload: object): Buffer => encodeConverseEvent(type, { ...payload, ...pad });
  const modelFields = { additionalModelResponseFields: { delta: { stop_sequence: finish.stopSequence } } };
  const stop = event("messageStop", {
    stopReason: STOP_REASONS[finish.reason],
    ...(finish.stopSequence !== null && modelFields),
  });
  const metadata = usage === null ? Buffer.alloc(0) : event("metadata", { usage: writeUsage(usage), metrics: { latencyMs: 1 } });
  const content = blocks.flatMap((block, contentBlockIndex) => [
    ...toDeltas(block, style.deltaCharacters).map(([type, payload]) => event(type, { contentBlockIndex, ...payload })),
    event("contentBlockStop", { contentBlockIndex }),
  ]);
  const ending = style.isMetadataFirst ? [metadata, stop] : [stop, metadata];
  return Buffer.concat([event("messageStart", { role: "assistant" }), ...content, ...ending]);
}

const delta = (value: object): Payload => ["contentBlockDelta", { delta: value }];

type Payload = readonly [type: "contentBlockStart" | "contentBlockDelta", payload: object];

function toDeltas(block: Block, characters: number): readonly Payload[] {
  switch (block.kind) {
    case "text":
      return cut(block.text, characters).map((text) => delta({ text }));
    case "tool_call":
      return [
        ["contentBlockStart", { start: { toolUse: { toolUseId: block.id, name: block.name } } }],
        ...cut(block.arguments, characters).map((input) => delta({ toolUse: { input } })),
      ];
    case "reasoning":
      if (block.seal?.form === "redacted") return [delta({ reasoningContent: { redactedContent: block.seal.data } })];
      return [
        ...cut(block.text, characters).map((text) => delta({ reasoningContent: { text } })),
        ...(block.seal === null ? [] : [delta({ reasoningContent: { signature: block.seal.data } })]),
      ];
    case "media":
      return [
        ["contentBlockStart", { start: { image: { format: formatOf(block.mimeType) } } }],
        delta({ image: { source: { bytes: block.source.kind === "base64" ? block.source.data : "" } } }),
      ];
    default:
      throw new Error(`No model gives a block of kind ${block.kind}.`);
  }
}

function writeBlock(block: Block): object {
  switch (block.kind) {
    case "text":
      return { text: block.text };
    case "tool_call":
      return { toolUse: { toolUseId: block.id, name: block.name, input: JSON.parse(block.arguments) as unknown } };
    case "reasoning":
      if (block.seal?.form === "redacted") return { reasoningContent: { redactedContent: block.seal.data } };
      return {
        reasoningContent: { reasoningText: { text: block.text, ...(block.seal !== null && { signature: block.seal.data }) } },
      };
    case "media":
      return {
        image: { format: formatOf(block.mimeType), source: { bytes: block.source.kind === "base64" ? block.source.data : "" } },
      };
    default:
      throw new Error(`No model gives a block of kind ${block.kind}.`);
  }
}

function writeUsage(usage: Usage): object {
  return {
    inputTokens: usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteTokens,
    outputTokens: usage.outputTokens,
    totalTokens: usage.inputTokens + usage.outputTokens,
    cacheReadInputTokens: usage.cachedInputTokens,
    cacheWriteInputTokens: usage.cacheWriteTokens,
  };
}

function formatOf(mimeType: string | null): string {
  return (mimeType ?? "").replace("image/", "");
}

/** In pieces of whole UTF-16 units: halves of a character may come in two deltas. */
function cut(text: string, characters: number): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += characters) pieces.push(text.slice(at, at + characters));
  return pieces;
}
