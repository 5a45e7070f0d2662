import type { Usage } from "../../../../src/core/usage.ts";
import { inPieces, type Told } from "../told.ts";
import { JSON_TYPE, type Refusal, sse, Verbatim, type Wire, type WireReply } from "./wire.ts";

type Block = Readonly<Record<string, unknown>>;

export const anthropicMessages: Wire = {
  streamType: "text/event-stream",
  whole: (told) => ({ ...headOf(told), content: blocksOf(told), stop_reason: stopOf(told), usage: usageOf(told.usage) }),
  events: (told) => {
    // The beginning tells what the input cost, the end tells everything.
    const start = { ...headOf(told), content: [], stop_reason: null, usage: { ...usageOf(told.usage), output_tokens: 1 } };
    return [
      event({ type: "message_start", message: start }),
      ...blocksOf(told).flatMap(blockEvents),
      event({ type: "message_delta", delta: { stop_reason: stopOf(told), stop_sequence: null }, usage: usageOf(told.usage) }),
      event({ type: "message_stop" }),
    ];
  },
  reports: (usage) => usage,
  refuse,
  errorEvent: event({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }),
  malformedEvent: sse('{"type":"content_block_delta","index":0,"delta":', "content_block_delta"),
};

function event(data: Block & { readonly type: string }): Buffer {
  return sse(data, data.type);
}

function headOf(_told: Told): Block {
  return { id: "msg_up", type: "message", role: "assistant", model: "up-messages", stop_sequence: null };
}

function stopOf({ calls, finish }: Told): string {
  if (finish === "length") return "max_tokens";
  return calls.length > 0 ? "tool_use" : "end_turn";
}

function blocksOf({ calls, seal, text, thoughts }: Told): readonly Block[] {
  return [
    ...(thoughts === "" ? [] : [{ type: "thinking", thinking: thoughts, signature: seal }]),
    ...(text === "" ? [] : [{ type: "text", text }]),
    ...calls.map(({ arguments: args, id, name }) => ({ type: "tool_use", id, name, input: new Verbatim(args) })),
  ];
}

function blockEvents(block: Block, index: number): readonly Buffer[] {
  const { deltas, shell } = partsOf(block);
  return [
    event({ type: "content_block_start", index, content_block: shell }),
    ...deltas.map((delta) => event({ type: "content_block_delta", index, delta })),
    event({ type: "content_block_stop", index }),
  ];
}

function partsOf(block: Block): { readonly shell: Block; readonly deltas: readonly Block[] } {
  if (block["type"] === "text") {
    return {
      shell: { type: "text", text: "" },
      deltas: inPieces(String(block["text"])).map((text) => ({ type: "text_delta", text })),
    };
  }
  if (block["type"] === "thinking") {
    const thoughts = inPieces(String(block["thinking"])).map((thinking) => ({ type: "thinking_delta", thinking }));
    const seal = { type: "signature_delta", signature: block["signature"] };
    return { shell: { type: "thinking", thinking: "", signature: "" }, deltas: [...thoughts, seal] };
  }
  const { input } = block;
  const args = input instanceof Verbatim ? input.text : "{}";
  const json = inPieces(args).map((text) => ({ type: "input_json_delta", partial_json: text }));
  return { shell: { ...block, input: {} }, deltas: json };
}

/** `input_tokens` leaves out what the cache read and stored. */
function usageOf({ cachedInputTokens, cacheWriteTokens, inputTokens, outputTokens, reasoningTokens }: Usage): object {
  return {
    input_tokens: inputTokens - cachedInputTokens - cacheWriteTokens,
    cache_read_input_tokens: cachedInputTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    output_tokens: outputTokens,
    output_tokens_details: { thinking_tokens: reasoningTokens },
  };
}

const ERRORS: Readonly<Record<Refusal, { readonly status: number; readonly type: string; readonly message: string }>> = {
  auth: { status: 401, type: "authentication_error", message: "invalid x-api-key" },
  rate_limited: { status: 429, type: "rate_limit_error", message: "Not now." },
  overloaded: { status: 529, type: "overloaded_error", message: "Overloaded" },
  context_length: {
    status: 400,
    type: "invalid_request_error",
    message: "prompt is too long: 200001 tokens > 200000 maximum",
  },
  invalid_request: { status: 400, type: "invalid_request_error", message: "top_p: Input should be less than or equal to 1" },
  server_error: { status: 500, type: "api_error", message: "Internal server error" },
};

function refuse(refusal: Refusal): WireReply {
  const { message, status, type } = ERRORS[refusal];
  const wait = refusal === "rate_limited" ? { "retry-after": "7" } : {};
  const body = JSON.stringify({ type: "error", error: { type, message }, request_id: "req_up" });
  return { status, headers: { ...JSON_TYPE, ...wait }, body };
}
