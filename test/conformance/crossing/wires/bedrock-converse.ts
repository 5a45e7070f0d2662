import type { Usage } from "../../../../src/core/usage.ts";
import { encodeConverseEvent, encodeFrame } from "../../../rigs/eventstream-encoder.ts";
import { inPieces, type Told } from "../told.ts";
import { JSON_TYPE, type Refusal, Verbatim, type Wire, type WireReply } from "./wire.ts";

type Block = Readonly<Record<string, unknown>>;

export const bedrockConverse: Wire = {
  streamType: "application/vnd.amazon.eventstream",
  whole: (told) => ({
    output: { message: { role: "assistant", content: blocksOf(told) } },
    stopReason: stopOf(told),
    usage: usageOf(told.usage),
    metrics: { latencyMs: 1 },
  }),
  events: (told) => [
    encodeConverseEvent("messageStart", { role: "assistant" }),
    ...blocksOf(told).flatMap(blockEvents),
    encodeConverseEvent("messageStop", { stopReason: stopOf(told) }),
    encodeConverseEvent("metadata", { usage: usageOf(told.usage), metrics: { latencyMs: 1 } }),
  ],
  // Thoughts are not told apart.
  reports: (usage) => ({ ...usage, reasoningTokens: 0 }),
  refuse,
  errorEvent: encodeFrame(
    {
      ":exception-type": "modelStreamErrorException",
      ":content-type": "application/json",
      ":message-type": "exception",
    },
    JSON.stringify({ message: "The model broke." }),
  ),
  malformedEvent: broken(encodeConverseEvent("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "lost" } })),
};

/** A frame whose checksum is wrong. */
function broken(frame: Buffer): Buffer {
  const copy = Buffer.from(frame);
  copy.writeUInt32BE((copy.readUInt32BE(copy.length - 4) ^ 1) >>> 0, copy.length - 4);
  return copy;
}

function stopOf({ calls, finish }: Told): string {
  if (finish === "length") return "max_tokens";
  return calls.length > 0 ? "tool_use" : "end_turn";
}

function blocksOf({ calls, seal, text, thoughts }: Told): readonly Block[] {
  const reasoningText = { text: thoughts, ...(seal === "" ? {} : { signature: seal }) };
  return [
    ...(thoughts === "" ? [] : [{ reasoningContent: { reasoningText } }]),
    ...(text === "" ? [] : [{ text }]),
    ...calls.map(({ arguments: args, id, name }) => ({ toolUse: { toolUseId: id, name, input: new Verbatim(args) } })),
  ];
}

function blockEvents(block: Block, contentBlockIndex: number): readonly Buffer[] {
  const { deltas, start } = partsOf(block);
  return [
    ...(start === null ? [] : [encodeConverseEvent("contentBlockStart", { contentBlockIndex, start })]),
    ...deltas.map((delta) => encodeConverseEvent("contentBlockDelta", { contentBlockIndex, delta })),
    encodeConverseEvent("contentBlockStop", { contentBlockIndex }),
  ];
}

interface Parts {
  readonly start: Block | null;
  readonly deltas: readonly Block[];
}

function partsOf(block: Block): Parts {
  const { reasoningContent, text, toolUse } = block as {
    readonly reasoningContent?: { readonly reasoningText: { readonly text: string; readonly signature?: string } };
    readonly text?: string;
    readonly toolUse?: { readonly toolUseId: string; readonly name: string; readonly input: Verbatim };
  }; // made above
  if (text !== undefined) return { start: null, deltas: inPieces(text).map((piece) => ({ text: piece })) };
  if (reasoningContent !== undefined) {
    const { signature, text: thoughts } = reasoningContent.reasoningText;
    const seal = signature === undefined ? [] : [{ reasoningContent: { signature } }];
    return { start: null, deltas: [...inPieces(thoughts).map((piece) => ({ reasoningContent: { text: piece } })), ...seal] };
  }
  const { input, ...start } = toolUse ?? { input: new Verbatim("{}") };
  return { start: { toolUse: start }, deltas: inPieces(input.text).map((piece) => ({ toolUse: { input: piece } })) };
}

/** `inputTokens` leaves out what the cache read and stored. */
function usageOf({ cachedInputTokens, cacheWriteTokens, inputTokens, outputTokens }: Usage): object {
  return {
    inputTokens: inputTokens - cachedInputTokens - cacheWriteTokens,
    cacheReadInputTokens: cachedInputTokens,
    cacheWriteInputTokens: cacheWriteTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens,
  };
}

const ERRORS: Readonly<Record<Refusal, { readonly status: number; readonly type: string; readonly message: string }>> = {
  auth: { status: 403, type: "UnrecognizedClientException", message: "The security token is invalid." },
  rate_limited: { status: 429, type: "ThrottlingException", message: "Too many requests." },
  overloaded: { status: 503, type: "ServiceUnavailableException", message: "Not now." },
  context_length: { status: 400, type: "ValidationException", message: "Input is too long for requested model." },
  invalid_request: { status: 400, type: "ValidationException", message: "topP must be at most 1." },
  server_error: { status: 500, type: "InternalServerException", message: "Broken." },
};

function refuse(refusal: Refusal): WireReply {
  const { message, status, type } = ERRORS[refusal];
  const headers = { ...JSON_TYPE, "x-amzn-errortype": `${type}:http://internal.amazon.com/coral/` };
  return { status, headers, body: JSON.stringify({ message }) };
}
