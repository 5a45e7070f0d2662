import { defaultQuirks } from "../../../src/core/policy/default-quirks.ts";
import type { ChatRequest, Turn } from "../../../src/dialects/canonical/chat-request.ts";
import { decodeRequest } from "../../../src/dialects/anthropic-messages/decode-request.ts";
import { readRequest } from "../../../src/dialects/anthropic-messages/read-request.ts";
import { writeRequest } from "../../../src/dialects/anthropic-messages/write-request.ts";
import type { DecodedRequest, Operation, UpstreamModel, WrittenRequest } from "../../../src/dialects/dialect.ts";
import { PLAIN } from "../canonical/plain-request.ts";

const CAPS = { chatBodyBytes: 1_000_000, embeddingsBodyBytes: 1_000_000, messages: 100, tools: 10, liveStreams: 1 };

/** A body as a caller of this dialect sends it. */
export function decode(
  body: unknown,
  operation: Operation = "chat",
  headers: Readonly<Record<string, string>> = {},
): DecodedRequest {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const address = { model: null, stream: false, query: "" };
  return decodeRequest(operation, text, { caps: CAPS, address, headers: new Map(Object.entries(headers)) });
}

/** The same body in no dialect. */
export function readBody(body: unknown, operation?: Operation): ChatRequest {
  return readRequest(decode(body, operation));
}

/** A model of which nothing is known but the API version it is asked in. */
export function upstreamOf(anthropicVersion: "2023-06-01" | "2026-10-21", rest: Partial<UpstreamModel> = {}): UpstreamModel {
  const quirks = { ...defaultQuirks("anthropic-messages"), anthropicVersion };
  return { model: "claude-upstream", family: "anthropic", quirks, capabilities: null, maxOutputTokens: null, ...rest };
}

export const OLD = upstreamOf("2023-06-01");
export const NEW = upstreamOf("2026-10-21");

/** A request of a caller who speaks another dialect. */
export function foreign(request: Partial<ChatRequest> = {}): ChatRequest {
  return { ...PLAIN, turns: [user("Hello")], ...request };
}

export function user(text: string): Turn {
  return { role: "user", blocks: [{ kind: "text", text }] };
}

export function assistant(text: string): Turn {
  return { role: "assistant", blocks: [{ kind: "text", text }] };
}

interface Sent extends Omit<WrittenRequest, "body"> {
  readonly body: Readonly<Record<string, unknown>>;
  /** `feature severity`, in order. */
  readonly lost: readonly string[];
}

/** What is sent upstream, parsed. */
export function send(request: ChatRequest, upstream: UpstreamModel = OLD): Sent {
  const written = writeRequest(request, upstream);
  const body = JSON.parse(written.body) as Readonly<Record<string, unknown>>;
  return { ...written, body, lost: written.losses.map(({ feature, severity }) => `${feature} ${severity}`) };
}
