import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { defaultQuirks } from "../../../src/core/policy/default-quirks.ts";
import { openaiCompletions } from "../../../src/dialects/openai-completions/index.ts";
import type { ChatEvent } from "../../../src/dialects/canonical/chat-event.ts";
import type { Backend, DecodedRequest, Surface, UpstreamModel } from "../../../src/dialects/dialect.ts";
import type { AnswerContext } from "../../../src/dialects/stream.ts";
import { read as readChatBody } from "../openai-chat/asking.ts";
import { arrange, gather, split } from "../openai-chat/gather.ts";
import { readFixture } from "../openai-chat/recordings.ts";

const SEED = "0123456789abcdef0123456789abcdef";
const CONTEXT = { seed: SEED, family: "openai-completions" };
const CAPS = { chatBodyBytes: 1_000_000, embeddingsBodyBytes: 1_000_000, messages: 10, tools: 10, liveStreams: 1 };

const { backend, surface } = bothOf();

function bothOf(): { readonly backend: Backend; readonly surface: Surface } {
  if (openaiCompletions.backend === null || openaiCompletions.surface === null) throw new Error("both sides are spoken");
  return { backend: openaiCompletions.backend, surface: openaiCompletions.surface };
}

const upstream: UpstreamModel = {
  model: "upstream-model",
  family: "openai-completions",
  quirks: defaultQuirks("openai-completions"),
  capabilities: null,
  maxOutputTokens: null,
};

function decode(body: unknown): DecodedRequest {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const address = { model: "", stream: false, query: "" };
  return surface.decodeRequest("chat", text, { caps: CAPS, address, headers: new Map() });
}

function ask(members: Readonly<Record<string, unknown>>): DecodedRequest {
  return decode({ model: "virtual", prompt: "Once upon", ...members });
}

function contextOf(members: Readonly<Record<string, unknown>> = {}): AnswerContext {
  return { seed: SEED, createdSeconds: 1_790_000_000, model: "upstream-model", asked: ask(members) };
}

const STREAMS = ["eaig-completion-streaming", "vai-openai-completion-text"];
const ANSWERS = ["eaig-completion-basic", "eaig-completion-token", "vai-openai-completion-text"];
const BATCHES = [
  ["eaig-completion-suffix", 2],
  ["eaig-completion-text-batch", 4],
  ["eaig-completion-token-batch", 4],
] as const;

interface Completion {
  readonly choices: readonly { readonly text: string; readonly finish_reason: string | null }[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
}

function fixture(name: string, file: string): string {
  return readFixture(`openai-completions/${name}/${file}`);
}

function chunksOf(stream: string): readonly Completion[] {
  const events = stream.split("\n\n").filter((event) => event.startsWith("data: {"));
  return events.map((event) => JSON.parse(event.slice("data: ".length)) as Completion);
}

function readStream(stream: string, size: number): readonly ChatEvent[] {
  if (backend.reader.wire !== "text") throw new Error("streams are text");
  return arrange(backend.reader.create(CONTEXT), size === 0 ? [stream] : split(stream, size));
}

describe("recorded completions", () => {
  it.each(STREAMS)("%s, streamed, means what it means in any split", (name) => {
    const stream = fixture(name, "stream.sse");
    const chunks = chunksOf(stream);
    const text = chunks.map(({ choices }) => choices[0]?.text ?? "").join("");
    const finish = chunks.flatMap(({ choices }) => choices.flatMap((choice) => choice.finish_reason ?? [])).at(-1);
    const used = chunks.findLast(({ usage }) => (usage ?? null) !== null)?.usage ?? null;
    for (const size of [0, 1, 2, 3, 7, 64]) {
      const answer = gather(readStream(stream, size));
      expect(answer?.blocks).toEqual([{ kind: "text", text }]);
      expect(answer?.finish.raw).toBe(finish);
      expect(answer?.usage?.outputTokens ?? null).toBe(used?.completion_tokens ?? null);
    }
  });

  it.each(ANSWERS)("%s means what it means", (name) => {
    const whole = fixture(name, "response.json");
    const { choices, usage } = JSON.parse(whole) as Completion;
    const read = backend.readChat(whole, CONTEXT);
    if (read.kind === "failed") throw new Error(read.failure.message);
    expect(read.answer.blocks).toEqual([{ kind: "text", text: choices[0]?.text }]);
    expect(read.answer.finish.raw).toBe(choices[0]?.finish_reason);
    expect(read.answer.usage).toMatchObject({ inputTokens: usage?.prompt_tokens, outputTokens: usage?.completion_tokens });
  });

  it.each(BATCHES)("%s is decoded and judged as %i choices, though it cannot be carried elsewhere", (name, choices) => {
    const asked = decode(fixture(name, "request.json"));
    expect(asked.choices).toBe(choices);
    expect(backend.native?.readAnswer("chat", fixture(name, "response.json"))).toMatchObject({ kind: "complete" });
    expect(() => surface.readChat(asked)).toThrow(expect.objectContaining({ code: "unsupported_feature" }));
  });

  it.each(["eaig-completion-basic", "eaig-completion-streaming"])("%s is asked as it was asked", (name) => {
    const request = fixture(name, "request.json");
    const body = JSON.parse(request) as Record<string, unknown>;
    const written = backend.writeRequest(surface.readChat(decode(request)), { ...upstream, model: String(body["model"]) });
    const usage = body["stream"] === true ? { stream_options: { include_usage: true } } : {};
    expect(JSON.parse(written.body)).toEqual({ ...body, ...usage });
    expect(written.losses).toEqual([]);
  });

  it("has its model and its wish for usage spliced in where it is forwarded", () => {
    const asked = decode(fixture("eaig-completion-streaming", "request.json"));
    const sent = JSON.parse(backend.native?.encodeUpstream(asked, upstream) ?? "") as unknown;
    expect(sent).toMatchObject({ model: "upstream-model", stream: true, stream_options: { include_usage: true } });
  });

  it("is metered as it passes", () => {
    const meter = backend.native?.createStreamMeter(1);
    meter?.push(fixture("vai-openai-completion-text", "stream.sse"));
    expect(meter?.reading).toMatchObject({ content: true, finished: true, terminated: true, failure: null });
  });

  it("has its refusals classified", () => {
    const body = fixture("eaig-completion-unknown-model", "response.json");
    const failure = backend.classifyError({ status: 404, body, retryAfterSeconds: null });
    expect(failure).toMatchObject({ class: "invalid_request", code: "model_not_found" });
    expect(() => decode(fixture("eaig-completion-bad-request", "request.json"))).toThrow("'max_tokens'");
  });
});

describe("a request that only a completion can be", () => {
  it.each([
    ["suffix", { suffix: "end" }],
    ["echo", { echo: true }],
    ["best_of", { best_of: 3 }],
    ["prompt", { prompt: ["a", "b"] }],
    ["prompt", { prompt: [1, 2, 3] }],
    ["prompt", { prompt: [[1, 2, 3]] }],
  ])("is refused by its field where models chat: %s", (param, members) => {
    expect(() => surface.readChat(ask(members))).toThrow(expect.objectContaining({ code: "unsupported_feature", param }));
  });

  it("is read where there is one prompt, alone or in an array", () => {
    const turns = [{ role: "user", blocks: [{ kind: "text", text: "Once upon" }] }];
    expect(surface.readChat(ask({})).turns).toEqual(turns);
    expect(surface.readChat(ask({ prompt: ["Once upon"], suffix: "", echo: false, best_of: 1 })).turns).toEqual(turns);
  });

  it.each([
    ["missing_field", { prompt: undefined }],
    ["invalid_value", { prompt: [] }],
    ["invalid_value", { prompt: 7 }],
    ["invalid_value", { prompt: ["a", 1] }],
    ["invalid_value", { logprobs: 9 }],
    ["unknown_field", { api_base: "https://elsewhere.example" }],
    ["too_many_messages", { prompt: Array.from({ length: 11 }, () => "a") }],
  ])("is refused with %s when it is none: %o", (code, members) => {
    expect(() => ask(members)).toThrow(expect.objectContaining({ code }));
  });
});

describe("a conversation written as a completion", () => {
  it("loses what makes it one", () => {
    const request = readChatBody({
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "hi" },
            { type: "image_url", image_url: { url: "https://a.example/a.png" } },
          ],
        },
      ],
      tools: [{ type: "function", function: { name: "now" } }],
      response_format: { type: "json_object" },
      reasoning_effort: "high",
      user: "u",
      store: true,
    });
    const { body, losses } = backend.writeRequest(request, upstream);
    expect(JSON.parse(body)).toEqual({ model: "upstream-model", prompt: "Be brief.\n\nhi" });
    expect(losses.map(({ feature, severity }) => `${severity} ${feature}`)).toEqual([
      "meaning messages",
      "meaning media.image",
      "meaning tools",
      "meaning output_format",
      "hint reasoning",
      "hint user",
      "hint extra.store",
    ]);
  });

  it("loses nothing when it is one text of a user", () => {
    const { losses } = backend.writeRequest(readChatBody({ temperature: 0.5, stop: "x", max_tokens: 3 }), upstream);
    expect(losses).toEqual([]);
  });
});

describe("a written completion", () => {
  const events: readonly ChatEvent[] = [
    { kind: "start", id: null, model: null, usage: null },
    { kind: "open", index: 0, head: { kind: "reasoning", isSummary: false } },
    { kind: "delta", index: 0, pieces: ["thought"] },
    { kind: "close", index: 0 },
    { kind: "open", index: 1, head: { kind: "text" } },
    { kind: "delta", index: 1, pieces: ['a \\"tale\\"', " \\u00e9"] },
    { kind: "close", index: 1 },
    {
      kind: "usage",
      usage: { inputTokens: 3, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 5, reasoningTokens: 0, estimated: false },
    },
    { kind: "finish", finish: { reason: "context", raw: "x", stopSequence: null } },
  ];

  it("is one text, streamed or whole, and the stock SDK reads it", async () => {
    const stream = surface.createWriter(contextOf({ stream_options: { include_usage: true } })).write(events);
    const fetch = (): Promise<Response> =>
      Promise.resolve(new Response(stream, { headers: { "content-type": "text/event-stream" } }));
    const client = new OpenAI({ apiKey: "key", baseURL: "http://upstream.invalid/v1", fetch, maxRetries: 0 });
    const chunks: OpenAI.Completion[] = [];
    for await (const chunk of await client.completions.create({ model: "m", prompt: "p", stream: true })) chunks.push(chunk);
    expect(chunks.map(({ choices }) => choices[0]?.text ?? null)).toEqual(['a "tale"', " é", "", null]);
    expect(chunks[2]?.choices[0]?.finish_reason).toBe("length");
    expect(chunks[3]?.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 });
    expect(new Set(chunks.map(({ created, id, model, object }) => JSON.stringify([created, id, model, object]))).size).toBe(1);
    const answer = gather(events);
    if (answer === null) throw new Error("the stream ends well");
    expect(JSON.parse(surface.writeAnswer(answer, contextOf()))).toMatchObject({
      id: `cmpl-${SEED}`,
      object: "text_completion",
      choices: [{ index: 0, text: 'a "tale" é', logprobs: null, finish_reason: "length" }],
    });
  });

  it("is read back as it was written", () => {
    const stream = surface.createWriter(contextOf({ stream_options: { include_usage: true } })).write(events);
    const back = gather(readStream(stream, 0));
    expect(back).toMatchObject({
      blocks: [{ kind: "text", text: 'a "tale" é' }],
      finish: { reason: "length" },
      usage: { outputTokens: 5 },
    });
  });

  it("tells no usage to a caller that did not ask, and ends in one error event where it fails", () => {
    expect(surface.createWriter(contextOf()).write(events)).not.toContain("usage");
    const failure = {
      class: "server_error",
      status: 200,
      message: "Broken.",
      param: null,
      code: null,
      retryAfterSeconds: null,
    } as const;
    const broken = surface.createWriter(contextOf()).write([...events.slice(0, 7), { kind: "error", failure }]);
    expect(broken.endsWith('"code":"stream_interrupted"}}\n\n')).toBe(true);
  });
});

describe("a completion's stream that fails", () => {
  it.each([
    ['data: {"error":{"message":"no","type":"server_error"}}\n\n', "server_error", true],
    ["data: {\n\n", "malformed", false],
    ["data: 7\n\n", "malformed", false],
  ])("is an error: %s", (stream, failureClass, isTold) => {
    if (backend.reader.wire !== "text") throw new Error("streams are text");
    const reader = backend.reader.create(CONTEXT);
    const events = arrange(reader, [stream]);
    expect(events.at(-1)).toMatchObject({ kind: "error", failure: { class: failureClass } });
    expect(reader.errorTold).toBe(isTold);
  });
});
