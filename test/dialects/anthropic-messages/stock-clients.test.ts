import { createAnthropic } from "@ai-sdk/anthropic";
import Anthropic from "@anthropic-ai/sdk";
import OldAnthropic from "anthropic-sdk-0";
import { streamText } from "ai";
import { describe, expect, it } from "vitest";
import { createWriter } from "../../../src/dialects/anthropic-messages/stream-writer.ts";
import { ANSWER_CONTEXT } from "./answer-values.ts";
import { arrange } from "./gather.ts";
import { type Normalized, recordings } from "./recordings.ts";

const BODY = { model: "m", max_tokens: 1, messages: [{ role: "user" as const, content: "x" }] };

/** Streams that come to their end: the others end in an error, of which other tests know. */
const complete = recordings("anthropic-messages").flatMap(({ name, normalized, stream }) =>
  stream === null || normalized === null || normalized.finish === null ? [] : [{ name, normalized, stream }],
);

function answering(stream: string): () => Promise<Response> {
  const text = createWriter(ANSWER_CONTEXT).write(arrange([stream]));
  return () => Promise.resolve(new Response(text, { headers: { "content-type": "text/event-stream" } }));
}

interface Message {
  readonly content: readonly {
    readonly type: string;
    readonly text?: string;
    readonly input?: unknown;
    readonly name?: string;
  }[];
  readonly usage: { readonly output_tokens: number };
}

function check(message: Message, { text, tool_calls: calls, usage }: Normalized): void {
  expect(message.content.map((block) => (block.type === "text" ? block.text : "")).join("")).toBe(text);
  const called = message.content.filter(({ type }) => type === "tool_use").map(({ input, name }) => ({ input, name }));
  expect(called).toEqual(calls?.map(({ arguments: input, name }) => ({ input, name })));
  expect(message.usage.output_tokens).toBe(usage?.["output_total"] ?? 0);
}

describe("what is written", () => {
  for (const { name, normalized, stream } of complete) {
    it(`${name} is read by both majors of Anthropic's SDK and by the AI SDK`, async () => {
      const fetch = answering(stream);
      const options = { apiKey: "k", fetch, maxRetries: 0 };
      check(await new Anthropic(options).messages.stream(BODY).finalMessage(), normalized);
      check(await new OldAnthropic(options).messages.stream(BODY).finalMessage(), normalized);
      const model = createAnthropic({ apiKey: "k", fetch })("m");
      const errors: unknown[] = [];
      const result = streamText({ model, prompt: "x", maxOutputTokens: 1, onError: ({ error }) => void errors.push(error) });
      expect(await result.text).toBe(normalized.text);
      expect(errors).toEqual([]);
    });
  }
});
