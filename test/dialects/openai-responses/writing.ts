import { createArranger } from "../canonical/create-arranger.ts";
import type { ChatEvent } from "../../../src/dialects/canonical/chat-event.ts";
import type { DecodedRequest } from "../../../src/dialects/dialect.ts";
import type { AnswerContext } from "../../../src/dialects/stream.ts";
import { decodeRequest } from "../../../src/dialects/openai-responses/decode-request.ts";
import { ResponsesReader } from "../../../src/dialects/openai-responses/stream-reader.ts";
import { ResponsesWriter } from "../../../src/dialects/openai-responses/stream-writer.ts";

export const SEED = "0123456789abcdef0123456789abcdef";
const CAPS = { chatBodyBytes: 1e7, embeddingsBodyBytes: 1e7, messages: 2_000, tools: 200, liveStreams: 10 };

/** A request as the surface takes it. */
export function ask(body: unknown = { model: "m", input: "x" }, caps: Partial<typeof CAPS> = {}): DecodedRequest {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const address = { model: null, stream: false, query: "" };
  return decodeRequest("chat", text, {
    caps: { ...CAPS, ...caps },
    address,
    headers: new Map([["openai-beta", "responses=v1"]]),
  });
}

/** What a writer is told beside the answer. */
export function contextOf(asked: DecodedRequest = ask()): AnswerContext {
  return { seed: SEED, createdSeconds: 1_790_000_000, model: "backend-model", asked };
}

/** A writer's text for strict events, `size` at a time. */
export function write(events: readonly ChatEvent[], asked?: DecodedRequest, size = 3): string {
  const writer = new ResponsesWriter(contextOf(asked));
  let text = "";
  for (let at = 0; at < events.length; at += size) text += writer.write(events.slice(at, at + size));
  return text;
}

/** Loose events made strict. */
export function arrange(loose: readonly ChatEvent[]): readonly ChatEvent[] {
  const arranger = createArranger();
  return [...arranger.push(loose), ...arranger.end()];
}

/** A stream read and written again. */
export function rewrite(stream: string, family = "openai"): string {
  const reader = new ResponsesReader({ seed: SEED, family });
  return write(arrange([...reader.push(stream), ...reader.end()]));
}
