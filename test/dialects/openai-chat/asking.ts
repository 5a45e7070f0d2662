import { defaultQuirks } from "../../../src/core/policy/default-quirks.ts";
import type { ChatRequest } from "../../../src/dialects/canonical/chat-request.ts";
import { decodeRequest } from "../../../src/dialects/openai-chat/decode-request.ts";
import { readRequest } from "../../../src/dialects/openai-chat/read-request.ts";
import { writeRequest } from "../../../src/dialects/openai-chat/write-request.ts";
import type { DecodedRequest, Operation, UpstreamModel, WrittenRequest } from "../../../src/dialects/dialect.ts";
import type { AnswerContext } from "../../../src/dialects/stream.ts";

const CAPS = { chatBodyBytes: 1_000_000, embeddingsBodyBytes: 1_000_000, messages: 1_000, tools: 100, liveStreams: 1 };

export const SEED = "0123456789abcdef0123456789abcdef";

/** A body as a caller of this dialect sends it. */
export function decode(body: unknown, operation: Operation = "chat"): DecodedRequest {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const address = { model: "", stream: false, query: "" };
  return decodeRequest(operation, text, { caps: CAPS, address, headers: new Map() });
}

/** A chat request with these members, in no dialect. */
export function read(members: Readonly<Record<string, unknown>>): ChatRequest {
  return readRequest(decode({ model: "virtual", messages: [{ role: "user", content: "hi" }], ...members }));
}

/** A model of which nothing is known. */
export function upstreamOf(rest: Partial<UpstreamModel> = {}): UpstreamModel {
  const quirks = { ...defaultQuirks("openai-chat"), developerRole: true };
  return { model: "upstream-model", family: "openai-chat", quirks, capabilities: null, maxOutputTokens: null, ...rest };
}

/** A written request with its body parsed. */
export function write(
  request: ChatRequest,
  upstream: Partial<UpstreamModel> = {},
): Omit<WrittenRequest, "body"> & { readonly body: Readonly<Record<string, unknown>> } {
  const written = writeRequest(request, upstreamOf(upstream));
  return { ...written, body: JSON.parse(written.body) as Record<string, unknown> };
}

/** What an answer is written for. */
export function contextOf(members: Readonly<Record<string, unknown>> = {}): AnswerContext {
  const asked = decode({ model: "virtual", messages: [{ role: "user", content: "hi" }], stream: true, ...members });
  return { seed: SEED, createdSeconds: 1_790_000_000, model: "upstream-model", asked };
}

export const ASKS_USAGE = { stream_options: { include_usage: true } };
