import { defaultQuirks } from "../../../src/core/policy/default-quirks.ts";
import type { ChatRequest } from "../../../src/dialects/canonical/chat-request.ts";
import { gemini } from "../../../src/dialects/gemini/index.ts";
import type { Backend, DecodedRequest, Operation, Surface, UpstreamModel } from "../../../src/dialects/dialect.ts";
import { PLAIN } from "../canonical/plain-request.ts";

const CAPS = { chatBodyBytes: 1e7, embeddingsBodyBytes: 1e7, messages: 1_000, tools: 128, liveStreams: 1 };

function present<Value>(value: Value | null): Value {
  if (value === null) throw new Error("Gemini has both halves.");
  return value;
}

export const surface: Surface = present(gemini.surface);
export const backend: Backend = present(gemini.backend);
export const native: NonNullable<Backend["native"]> = present(backend.native);

interface Address {
  readonly operation?: Operation;
  readonly model?: string;
  readonly stream?: boolean;
  readonly query?: string;
}

/** A request as it is decoded at its address. */
export function ask(
  body: unknown,
  { operation = "chat", model = "models/m", stream = false, query = "" }: Address = {},
): DecodedRequest {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return surface.decodeRequest(operation, text, { caps: CAPS, address: { model, stream, query }, headers: new Map() });
}

/** A model behind the backend. */
export function upstream(model: string, rest: Partial<UpstreamModel> = {}): UpstreamModel {
  return { model, family: "gemini", quirks: defaultQuirks("gemini"), capabilities: null, maxOutputTokens: null, ...rest };
}

/** The context in which an answer is written. */
export function answerContext(asked: DecodedRequest = ask({ contents: [{ parts: [{ text: "hi" }] }] })): {
  readonly seed: string;
  readonly createdSeconds: number;
  readonly model: string;
  readonly asked: DecodedRequest;
} {
  return { seed: "5eed", createdSeconds: 0, model: "gemini-x", asked };
}

interface Written {
  readonly body: Readonly<Record<string, unknown>>;
  /** `severity feature`, in order. */
  readonly losses: readonly string[];
}

/** What is sent for a plain request but for `part` of it, parsed. */
export function write(part: Partial<ChatRequest>, model: string | UpstreamModel = "gemini-2.5-flash"): Written {
  const written = backend.writeRequest({ ...PLAIN, ...part }, typeof model === "string" ? upstream(model) : model);
  return {
    body: JSON.parse(written.body) as Written["body"],
    losses: written.losses.map(({ feature, severity }) => `${severity} ${feature}`),
  };
}
