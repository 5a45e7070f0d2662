import { createOpenAI } from "@ai-sdk/openai";
import { describe, expect, it } from "vitest";
import { FairleadError } from "../../../src/core/errors.ts";
import type { Failure } from "../../../src/core/failure.ts";
import type { Block, Seal } from "../../../src/dialects/canonical/block.ts";
import type { BlockHead, ChatEvent, FinishReason } from "../../../src/dialects/canonical/chat-event.ts";
import { encodeError, encodeErrorEvent } from "../../../src/dialects/openai-responses/encode-error.ts";
import { readChat } from "../../../src/dialects/openai-responses/read-answer.ts";
import { ResponsesReader } from "../../../src/dialects/openai-responses/stream-reader.ts";
import { writeAnswer } from "../../../src/dialects/openai-responses/write-answer.ts";
import { checkEvents, parseEvents } from "./check-events.ts";
import { gather } from "./gather.ts";
import { eventSchema, responseSchema } from "./response-schema.ts";
import { recording, recordings } from "./recordings.ts";
import { created, iterated, streamed } from "./sdk.ts";
import { arrange, ask, contextOf, rewrite, SEED, write } from "./writing.ts";

const ALL = recordings("openai-responses", "openai-responses-compat");
const STREAMS = ALL.flatMap(({ name, normalized, stream }) => {
  const isWhole = normalized?.error === null && normalized.finish !== null;
  return stream !== null && isWhole ? [{ name, stream }] : [];
});
const ANSWERS = ALL.flatMap(({ name, response }) => {
  if (response === null) return [];
  const read = readChat(response, { seed: SEED, family: "openai" });
  return read.kind === "read" ? [{ name, answer: read.answer }] : [];
});

const USAGE = {
  inputTokens: 9,
  cachedInputTokens: 4,
  cacheWriteTokens: 2,
  outputTokens: 5,
  reasoningTokens: 1,
  estimated: false,
};
const CALL: BlockHead = { kind: "tool_call", id: "toolu_1", name: "f", form: "function", namespace: null };
const finish = (reason: FinishReason): ChatEvent => ({ kind: "finish", finish: { reason, raw: null, stopSequence: null } });
const failure = (fields: Partial<Failure>): ChatEvent => ({
  kind: "error",
  failure: { class: "server_error", status: 500, message: "broken", param: null, code: null, retryAfterSeconds: null, ...fields },
});

function answerOf(stream: string): object {
  const reader = new ResponsesReader({ seed: SEED, family: "openai" });
  const { answer: read } = gather([...reader.push(stream), ...reader.end()]);
  return { ...read, id: null, blocks: read?.blocks.map(asWritten) };
}

/** What the API's own schema makes of a block: thoughts are summaries, a citation has a title and a span. */
function asWritten(item: Block): Block {
  if (item.kind === "reasoning") return { ...item, isSummary: true };
  if (item.kind !== "text" || item.annotations === undefined) return item;
  const annotations = item.annotations.map((annotation) => {
    const startIndex = annotation.startIndex ?? 0;
    return { ...annotation, title: annotation.title ?? "", startIndex, endIndex: annotation.endIndex ?? startIndex };
  });
  return { ...item, annotations };
}

/** A block in its events. */
function block(index: number, head: BlockHead, ...pieces: string[]): readonly ChatEvent[] {
  return [
    { kind: "open", index, head },
    ...(pieces.length === 0 ? [] : [{ kind: "delta" as const, index, pieces }]),
    { kind: "close", index },
  ];
}

function answer(...events: readonly ChatEvent[]): string {
  return write(
    arrange([
      { kind: "start", id: "x", model: "claude", usage: null },
      ...events,
      { kind: "usage", usage: USAGE },
      finish("stop"),
    ]),
  );
}

describe("a recorded answer written again", () => {
  it.each(STREAMS)("is a stream that keeps every rule: $name", async ({ stream }) => {
    const written = rewrite(stream);
    expect(checkEvents(written)).toEqual([]);
    await expect(streamed(written)).resolves.toMatchObject({ id: `resp_${SEED}` });
  });

  it.each(STREAMS)("says the same: $name", ({ stream }) => {
    expect(answerOf(rewrite(stream))).toEqual(answerOf(stream));
  });

  it.each(STREAMS)("is the stream the AI SDK reads without an error: $name", async ({ stream }) => {
    const model = createOpenAI({
      apiKey: "sk-test",
      fetch: () => Promise.resolve(new Response(rewrite(stream), { headers: { "content-type": "text/event-stream" } })),
    }).responses("m");
    const result = await model.doStream({ prompt: [{ role: "user", content: [{ type: "text", text: "x" }] }] });
    const errors: unknown[] = [];
    for await (const part of result.stream as unknown as AsyncIterable<{ readonly type: string }>)
      if (part.type === "error") errors.push(part);
    expect(errors).toEqual([]);
  });

  it.each(ANSWERS)("is a response resource: $name", async ({ answer: read }) => {
    const text = writeAnswer(read, contextOf());
    expect(responseSchema.safeParse(JSON.parse(text)).error).toBeUndefined();
    await expect(created(text)).resolves.toMatchObject({ object: "response" });
    const again = readChat(text, { seed: SEED, family: "openai" });
    const texts = read.blocks.flatMap((item) => (item.kind === "text" ? [item.text] : []));
    expect(
      again.kind === "read" ? again.answer.blocks.flatMap((item) => (item.kind === "text" ? [item.text] : [])) : null,
    ).toEqual(texts);
  });
});

describe("the stream", () => {
  it("begins a new message for text after a call", async () => {
    const text = answer(...block(0, { kind: "text" }, "a"), ...block(1, CALL, "{}"), ...block(2, { kind: "text" }, "b"));
    expect(checkEvents(text)).toEqual([]);
    const response = await streamed(text);
    expect(response.output.map(({ type }) => type)).toEqual(["message", "function_call", "message"]);
    expect(response.output_text).toBe("ab");
    expect(response.usage).toMatchObject({
      input_tokens: 9,
      total_tokens: 14,
      input_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 },
    });
  });

  it("puts thoughts that one seal ends into one item, and others into others", () => {
    const thought: BlockHead = { kind: "reasoning", isSummary: false };
    const seal: Seal = { family: "anthropic", form: "signature", data: "sig", id: null };
    const [open, delta, close] = block(1, thought, "b");
    const text = answer(
      ...block(0, thought, "a"),
      ...([open, delta, { kind: "seal", index: 1, seal }, close].filter((event) => event !== undefined) as ChatEvent[]),
      ...block(2, thought, "c"),
    );
    expect(checkEvents(text)).toEqual([]);
    const items = parseEvents(text).at(-1)?.response?.output;
    expect(items).toMatchObject([
      {
        type: "reasoning",
        summary: [{ text: "a" }, { text: "b" }],
        encrypted_content: expect.stringMatching(/^fairlead1\.anthropic\.signature\./) as unknown,
      },
      { type: "reasoning", summary: [{ text: "c" }] },
    ]);
    expect(items?.[1]).not.toHaveProperty("encrypted_content");
  });

  it("sends what a call was signed with after it, under its id", () => {
    const seal: Seal = { family: "gemini", form: "thought_signature", data: "sig", id: null };
    const text = answer(
      { kind: "open", index: 0, head: CALL },
      { kind: "seal", index: 0, seal },
      { kind: "delta", index: 0, pieces: ["{}"] },
    );
    expect(checkEvents(text)).toEqual([]);
    expect(parseEvents(text).at(-1)?.response?.output).toMatchObject([
      { type: "function_call", call_id: "toolu_1" },
      { type: "reasoning", summary: [], encrypted_content: expect.stringMatching(/^fairlead1\.gemini\./) as unknown },
    ]);
  });

  it("tells free-form calls, refusals, citations and images in their own events", async () => {
    const annotation = { url: "https://a.example", title: null, startIndex: null, endIndex: null, citedText: null };
    const source = { kind: "base64", data: "aGk=" } as const;
    const image = { kind: "media", media: "image", mimeType: "image/png", source, name: null, detail: null } as const;
    const text = answer(
      ...block(0, { ...CALL, form: "custom", id: "c1" }, 'say \\"hi\\"'),
      ...block(1, { kind: "refusal" }, "no"),
      { kind: "open", index: 2, head: { kind: "text" } },
      { kind: "delta", index: 2, pieces: ["a"] },
      { kind: "annotate", index: 2, annotation },
      { kind: "close", index: 2 },
      { kind: "block", index: 3, block: image },
      { kind: "block", index: 4, block: { kind: "opaque", dialect: "anthropic-messages", type: "server_tool_use", raw: {} } },
    );
    expect(checkEvents(text)).toEqual([]);
    await expect(streamed(text)).resolves.toMatchObject({
      output: [
        { type: "custom_tool_call", input: 'say "hi"', call_id: "c1" },
        { type: "message", content: [{ type: "refusal", refusal: "no" }] },
        {
          type: "message",
          content: [{ type: "output_text", text: "a", annotations: [{ url: "https://a.example", title: "" }] }],
        },
        { type: "image_generation_call", result: "aGk=", output_format: "png" },
      ],
    });
  });

  it("gives calls that have no id, or one another has, ids of their own", () => {
    const text = answer(...block(0, CALL, "{}"), ...block(1, CALL, "{}"), ...block(2, { ...CALL, id: "" }, "{}"));
    expect(checkEvents(text)).toEqual([]);
  });

  it.each([
    ["length", "incomplete", "max_output_tokens"],
    ["context", "incomplete", "max_output_tokens"],
    ["content_filter", "incomplete", "content_filter"],
    ["stop_sequence", "completed", undefined],
    ["pause", "completed", undefined],
  ] as const)("ends %s as %s, its last item so as well", (reason, status, why) => {
    const cut = [...block(0, { kind: "text" }, "a"), ...block(1, CALL, '{\\"a')];
    const text = write(arrange([...cut, finish(reason)]));
    expect(checkEvents(text)).toEqual([]);
    const last = parseEvents(text).at(-1);
    expect(last).toMatchObject({ type: `response.${status}`, response: { status, output: [{ status: "completed" }, {}] } });
    expect(last?.response?.output[1]).toMatchObject({
      status: status === "incomplete" ? "incomplete" : "completed",
      arguments: '{"a',
    });
    expect(last?.response?.["incomplete_details"]).toEqual(why === undefined ? null : { reason: why });
  });

  it("echoes the request, and the API's defaults where it said nothing", () => {
    const tools = [{ type: "function", name: "f" }];
    const format = { type: "json_schema", name: "n", schema: {} };
    const asked = ask({
      model: "m",
      input: "x",
      tools,
      text: { format },
      temperature: 0.5,
      reasoning: { effort: "low" },
      store: true,
      metadata: { a: "b" },
    });
    const text = write(arrange([...block(0, { kind: "text" }, "a"), finish("stop")]), asked);
    expect(checkEvents(text)).toEqual([]);
    expect(parseEvents(text)[0]?.response).toMatchObject({
      model: "backend-model",
      temperature: 0.5,
      top_p: 1,
      tools: [{ type: "function", name: "f", description: null, parameters: null, strict: null }],
      text: { format: { name: "n", strict: false, description: null } },
      reasoning: { effort: "low", summary: null },
      metadata: { a: "b" },
      store: false,
    });
  });
});

describe("an error in a stream", () => {
  const begun: readonly ChatEvent[] = [
    { kind: "start", id: null, model: null, usage: null },
    { kind: "open", index: 0, head: { kind: "text" } },
  ];

  it.each([
    ["context_length", "context_length_exceeded"],
    ["quota_exhausted", "insufficient_quota"],
    ["rate_limited", "rate_limit_exceeded"],
    ["overloaded", "server_is_overloaded"],
    ["stream_cut", "server_error"],
  ] as const)("of class %s has the code callers act upon", async (kind, code) => {
    const text = write([...begun, failure({ class: kind, retryAfterSeconds: 3 })]);
    expect(checkEvents(text)).toEqual([]);
    const message = kind === "rate_limited" ? "broken Please try again in 3s." : "broken";
    expect(parseEvents(text).at(-1)).toMatchObject({
      type: "response.failed",
      response: { id: `resp_${SEED}`, error: { code, message } },
    });
    await expect(streamed(text)).rejects.toMatchObject({ code });
    await expect(iterated(text)).rejects.toMatchObject({ code });
  });

  it("told after bytes that are not ours raises in the SDK and ends with a failed response", async () => {
    const error = new FairleadError("stream_interrupted", "It broke off.");
    const told = encodeErrorEvent(error, "r1");
    for (const event of parseEvents(told)) expect(eventSchema.safeParse(event).error).toBeUndefined();
    const stream = (recording("openai-responses/syn-truncated-no-terminal").stream ?? "") + told;
    await expect(streamed(stream)).rejects.toMatchObject({ code: "stream_interrupted", message: "It broke off." });
    await expect(iterated(stream)).rejects.toMatchObject({ code: "stream_interrupted" });
    // Codex takes the error from this event, whatever id it has.
    expect(parseEvents(told).at(-1)).toMatchObject({
      type: "response.failed",
      response: { status: "failed", error: { code: "stream_interrupted", message: "It broke off." } },
    });
  });

  it("outside a stream is the envelope with all four keys", () => {
    const error = new FairleadError("context_length_exceeded", "Too long.", { upstreamCode: "string_above_max_length" });
    expect(encodeError(error)).toEqual({
      status: 400,
      body: '{"error":{"message":"Too long.","type":"invalid_request_error","param":null,"code":"context_length_exceeded"}}',
      headers: {},
    });
  });
});
