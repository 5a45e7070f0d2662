import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linkPolicy } from "../../../src/core/policy/link.ts";
import type { ReasoningWish } from "../../../src/dialects/canonical/chat-request.ts";
import { cohereV2 } from "../../../src/dialects/cohere-v2/index.ts";
import { readChat } from "../../../src/dialects/cohere-v2/read-chat.ts";
import { CohereStreamReader } from "../../../src/dialects/cohere-v2/stream-reader.ts";
import { writeRequest } from "../../../src/dialects/cohere-v2/write-request.ts";
import type { UpstreamModel } from "../../../src/dialects/dialect.ts";
import { DIALECT_FACTS, DIALECTS, surfaceOf } from "../../../src/dialects/index.ts";
import { compileText, expectCompiled } from "../../core/policy/compile-files.ts";
import { contextOf, read, upstreamOf } from "../openai-chat/asking.ts";
import { checkChunks } from "../openai-chat/check-chunks.ts";
import { arrange, gather, meaningOf, meaningOfAnswer, partialMeaning, split } from "../openai-chat/gather.ts";
import { readRecordings } from "../openai-chat/recordings.ts";

const CONTEXT = { seed: "0123456789abcdef0123456789abcdef", family: "cohere" };
const SIZES = [1, 2, 3, 7, 64];
const IMAGE = { type: "image_url", image_url: { url: "https://example.com/cat.png", detail: "low" } };

const recordings = readRecordings("cohere-v2").map((recording) => [recording.name, recording] as const);
const streams = recordings.filter(([, { stream }]) => stream !== null);

type Fields = Readonly<Record<string, unknown>>;

function upstream(rest: Partial<UpstreamModel> = {}): UpstreamModel {
  return upstreamOf({ model: "command-a-03-2025", family: "cohere", ...rest });
}

/** What is sent for a caller of chat completions, and what was lost on the way: `severity feature`. */
function write(members: Fields, rest: Partial<UpstreamModel> = {}): { readonly body: Fields; readonly lost: readonly string[] } {
  const { body, losses } = writeRequest(read(members), upstream(rest));
  return { body: JSON.parse(body) as Fields, lost: losses.map(({ feature, severity }) => `${severity} ${feature}`) };
}

function readStream(pieces: readonly string[]): ReturnType<typeof arrange> {
  return arrange(new CohereStreamReader(CONTEXT), pieces);
}

function eventOf(event: Fields): string {
  return `event: ${String(event["type"])}\ndata: ${JSON.stringify(event)}\n\n`;
}

interface Block {
  readonly kind: string;
  readonly pieces: readonly string[];
}

/** A block as its events; contents and calls are counted apart. */
function eventsOf({ kind, pieces }: Block, position: number, blocks: readonly Block[]): string {
  const isCall = kind === "call";
  const index = blocks.slice(0, position).filter((block) => (block.kind === "call") === isCall).length;
  const part = isCall ? "tool-call" : "content";
  const wrap = (what: string, content: Fields): string =>
    eventOf({ type: `${part}-${what}`, index, delta: { message: isCall ? { tool_calls: content } : { content } } });
  const head = isCall
    ? { id: `call_${index}`, type: "function", function: { name: "f", arguments: "" } }
    : { type: kind, [kind]: "" };
  const deltas = pieces.map((piece) => wrap("delta", isCall ? { function: { arguments: piece } } : { [kind]: piece }));
  return wrap("start", head) + deltas.join("") + eventOf({ type: `${part}-end`, index });
}

/** What a block says. The word `null` where a call's arguments would begin says that there are none. */
function saidBy({ kind, pieces }: Block): string {
  const first = kind === "call" ? pieces.findIndex((piece) => piece !== "null") : 0;
  return first === -1 ? "{}" : pieces.slice(first).join("");
}

function thinkingFor(wish: Partial<ReasoningWish>): unknown {
  const reasoning = { effort: null, budgetTokens: null, visible: null, adaptive: false, ...wish };
  return (JSON.parse(writeRequest({ ...read({}), reasoning }, upstream()).body) as Fields)["thinking"];
}

describe("recorded answers", () => {
  it.each(recordings.filter(([, { response }]) => response !== null))("%s means what it means", (_, recording) => {
    const answer = readChat(recording.response ?? "", CONTEXT);
    if (answer.kind === "failed") throw new Error(answer.failure.message);
    expect(meaningOfAnswer(answer.answer)).toEqual(meaningOf(recording.normalizedResponse));
  });

  it.each(streams)("%s means what it means in any split", (_, { normalized, stream }) => {
    for (const size of [Number.POSITIVE_INFINITY, ...SIZES]) {
      const events = readStream(size === Number.POSITIVE_INFINITY ? [stream ?? ""] : split(stream ?? "", size));
      const answer = gather(events);
      const meaning = answer === null ? partialMeaning(events) : meaningOfAnswer(answer);
      expect(meaning, `in pieces of ${size}`).toEqual(meaningOf(normalized));
    }
  });

  it.each(streams.filter(([, { normalized }]) => normalized.error === null))(
    "%s is a sound stream to a caller of chat completions",
    (_, { stream }) => {
      const text = surfaceOf("openai-chat")
        .createWriter(contextOf())
        .write(readStream([stream ?? ""]));
      expect(checkChunks(text, { isOurs: true })).toEqual([]);
    },
  );

  it("keep every digit of a call's arguments", () => {
    const [, { stream } = { stream: null }] = streams.find(([name]) => name.endsWith("syn-parallel-tool-calls")) ?? [];
    const [, call] = gather(readStream([stream ?? ""]))?.blocks ?? [];
    expect(call).toMatchObject({
      name: "get_weather",
      arguments: '{"city":"Łódź \\"centre\\"","station":12345678901234567890,"note":null}',
    });
  });

  it("get an id for a call that came without one, from the request's seed", () => {
    const text = JSON.stringify({ message: { tool_calls: [{ function: { name: "f" } }, { function: { name: "f" } }] } });
    const ids = [CONTEXT, CONTEXT, { ...CONTEXT, seed: "f".repeat(32) }].map((context) => {
      const answer = readChat(text, context);
      return answer.kind === "read" ? answer.answer.blocks.map((block) => ("id" in block ? block.id : null)) : [];
    });
    expect(ids[0]).toEqual(ids[1]);
    expect(new Set(ids.flat()).size).toBe(4);
  });

  it("have an object for the arguments of a call that has none", () => {
    const [, { response } = { response: null }] = recordings.find(([name]) => name.endsWith("vai-cohere-null-args")) ?? [];
    const answer = readChat(response ?? "", CONTEXT);
    expect(answer.kind === "read" ? answer.answer.blocks.at(-1) : null).toMatchObject({ name: "currentTime", arguments: "{}" });
  });
});

describe("an answer that failed", () => {
  it.each(["ERROR", "ERROR_TOXIC", "TIMEOUT"])("is none, whatever came before %s", (reason) => {
    const whole = JSON.stringify({ id: "x", message: { content: [{ type: "text", text: "Half" }] }, finish_reason: reason });
    expect(readChat(whole, CONTEXT)).toMatchObject({ kind: "failed", failure: { class: "server_error" } });
    const events = readStream([eventOf({ type: "message-end", delta: { finish_reason: reason } })]);
    expect(events.at(-1)).toMatchObject({ kind: "error", failure: { class: "server_error" } });
  });

  it.each(["not JSON", "[]", "{}", '{"message":{"tool_calls":[{"function":{}}]}}'])("is none for %s", (text) => {
    expect(readChat(text, CONTEXT)).toMatchObject({ kind: "failed", failure: { class: "malformed" } });
  });

  it("is none when it stops before its end", () => {
    for (const [, { stream }] of streams) {
      const cut = (stream ?? "").slice(0, (stream ?? "").indexOf("event: message-end"));
      expect(gather(readStream([cut]))).toBeNull();
    }
  });

  it("has told whoever was passed its bytes, unlike one that ended well", () => {
    for (const [, { normalized, stream }] of streams) {
      const reader = new CohereStreamReader(CONTEXT);
      reader.push(stream ?? "");
      const isFailed = normalized.error !== null;
      expect(reader).toMatchObject({ terminated: !isFailed, errorTold: isFailed, midEvent: false });
    }
  });

  it("is none where a stream holds a refusal or what is no event", () => {
    expect(readStream(['data: {"message":"too many tokens"}\n\n']).at(-1)).toMatchObject({ kind: "error" });
    for (const data of ["nonsense", "[]", '{"type":"tool-call-start","delta":{}}'])
      expect(readStream([`data: ${data}\n\n`]).at(-1)).toMatchObject({ kind: "error", failure: { class: "malformed" } });
  });

  it.each([
    [400, "too many tokens: total number of tokens in the prompt cannot exceed 4081", "context_length"],
    [400, "invalid request: model is required", "invalid_request"],
    [401, "invalid api token", "auth"],
    [402, "please add a payment method", "quota_exhausted"],
    [429, "trial keys are limited", "rate_limited"],
    [500, "internal server error", "server_error"],
  ])("with status %i and %s is %s", (status, message, wanted) => {
    const response = { status, body: JSON.stringify({ id: "x", message }), retryAfterSeconds: null };
    expect(cohereV2.backend?.classifyError(response).class).toBe(wanted);
  });
});

describe("a generated stream", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1 });
  const block = fc.record({
    kind: fc.constantFrom("text", "thinking", "call"),
    pieces: fc.array(fc.oneof(text, fc.constant("null")), { minLength: 1 }),
  });

  it("is read as what it was written from, in any split", () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 4 }), fc.constantFrom(...SIZES, 1_000_000), (blocks, size) => {
        const end = eventOf({ type: "message-end", delta: { finish_reason: "MAX_TOKENS" } });
        const answer = gather(readStream(split(blocks.map(eventsOf).join("") + end, size)));
        const said = answer?.blocks.map((one) => ("text" in one ? one.text : "arguments" in one ? one.arguments : ""));
        expect(said).toEqual(blocks.map(saidBy));
      }),
    );
  });
});

describe("a written request", () => {
  const requests = recordings.flatMap(([name, { request }]) => (request === null ? [] : [[name, request] as const]));

  it.each(requests)("%s is what was recorded, asked for by a caller of chat completions", (_, text) => {
    const { model, stream: _stream, tool_choice: choice, ...recorded } = JSON.parse(text) as Record<string, unknown>;
    const asked = { ...recorded, ...(typeof choice === "string" ? { tool_choice: choice.toLowerCase() } : {}) };
    const { body, lost } = write(asked, { model: String(model) });
    expect(body).toEqual({ model, ...recorded, ...(choice === undefined ? {} : { tool_choice: choice }) });
    expect(lost).toEqual([]);
  });

  it("is the same for the same request, byte for byte", () => {
    const bodies = [1, 2].map(
      () => writeRequest(read({ tools: [{ type: "function", function: { name: "f" } }] }), upstream()).body,
    );
    expect(bodies[0]).toBe(bodies[1]);
  });

  it("has sampling under this dialect's names, within its bounds", () => {
    const sampling = { temperature: 0.5, seed: 7, stop: ["a", "b", "c", "d"], presence_penalty: 0.5, max_tokens: 10 };
    const { body, lost } = write({ ...sampling, top_p: 1, frequency_penalty: -1 });
    expect(body).toMatchObject({ temperature: 0.5, seed: 7, stop_sequences: ["a", "b", "c", "d"], max_tokens: 10 });
    expect(body).toMatchObject({ p: 0.99, presence_penalty: 0.5, frequency_penalty: 0 });
    expect(lost).toEqual(["hint top_p", "meaning frequency_penalty"]);
  });

  it("keeps instructions at the head, images in the user's message, and nothing that is empty", () => {
    const call = { id: "c1", type: "function", function: { name: "get-weather", arguments: "" } };
    const { body, lost } = write({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "" }, { type: "text", text: "What is it?" }, IMAGE] },
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", tool_call_id: "c1", content: "sunny" },
        { role: "assistant", content: "" },
        { role: "developer", content: "Answer in Polish." },
      ],
    });
    const [name] = /get_weather_[0-9a-f]{8}/.exec(JSON.stringify(body)) ?? [];
    expect(name).toBeDefined();
    expect(body["messages"]).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: [{ type: "text", text: "What is it?" }, IMAGE] },
      { role: "assistant", tool_calls: [{ ...call, function: { name, arguments: "{}" } }] },
      { role: "tool", tool_call_id: "c1", content: "sunny" },
      { role: "user", content: "Answer in Polish." },
    ]);
    expect(lost).toEqual([]);
  });

  it("lists one tool alone where that one is to be called, and gives its name back", () => {
    const tools = ["get-weather", "time"].map((name) => ({ type: "function", function: { name, strict: true, parameters: {} } }));
    const request = read({ tools, tool_choice: { type: "function", function: { name: "get-weather" } } });
    const { body, restore } = writeRequest(request, upstream());
    const [name] = [...restore.names.keys()];
    expect(JSON.parse(body)).toMatchObject({
      tools: [{ type: "function", function: { name, parameters: {} } }],
      tool_choice: "REQUIRED",
      strict_tools: true,
    });
    expect(restore.names.get(name ?? "")).toBe("get-weather");
  });

  it("sends a free-form tool as a function of one text", () => {
    const { body, restore } = writeRequest(read({ tools: [{ type: "custom", custom: { name: "shell" } }] }), upstream());
    expect(JSON.parse(body)).toMatchObject({ tools: [{ function: { parameters: { required: ["input"] } } }] });
    expect(restore.customTools).toEqual(new Set(["shell"]));
  });

  it("asks for a format where there are no tools, and says so where there are", () => {
    const schema = { type: "object", properties: { a: { type: "string" } } };
    const format = { response_format: { type: "json_schema", json_schema: { name: "answer", schema } } };
    expect(write(format).body["response_format"]).toEqual({ type: "json_object", json_schema: schema });
    expect(write({ response_format: { type: "json_object" } }).body["response_format"]).toEqual({ type: "json_object" });
    const both = write({ ...format, tools: [{ type: "function", function: { name: "f" } }] });
    expect(both.body).not.toHaveProperty("response_format");
    expect(both.lost).toEqual(["meaning output_format"]);
  });

  it("turns thinking on, off or up to a budget", () => {
    expect(thinkingFor({ effort: "high" })).toEqual({ type: "enabled" });
    expect(thinkingFor({ effort: "none" })).toEqual({ type: "disabled" });
    expect(thinkingFor({ budgetTokens: 2_000 })).toEqual({ type: "enabled", token_budget: 2_000 });
    expect(thinkingFor({ adaptive: true })).toBeUndefined();
    expect(write({ reasoning_effort: "low" }, { capabilities: new Set() })).toMatchObject({ lost: ["hint reasoning"] });
  });

  it("says what it cannot say", () => {
    const everything = {
      n: 2,
      logprobs: true,
      logit_bias: { 1: 1 },
      user: "u",
      verbosity: "low",
      parallel_tool_calls: false,
      messages: [
        { role: "user", name: "Ann", content: [{ type: "input_audio", input_audio: { data: "AA==", format: "wav" } }] },
        { role: "assistant", refusal: "No.", reasoning_content: "Hm." },
      ],
      tools: [{ type: "function", function: { name: "f" } }],
      future_field: 1,
    };
    expect(write(everything).lost.toSorted()).toEqual([
      "hint extra.future_field",
      "hint names",
      "hint parallel_tools",
      "hint reasoning",
      "hint refusal",
      "hint user",
      "hint verbosity",
      "meaning choices",
      "meaning logit_bias",
      "meaning logprobs",
      "meaning media.audio",
    ]);
  });
});

describe("the registry", () => {
  it("has the dialect under its own name", () => {
    expect(DIALECTS["cohere-v2"].name).toBe("cohere-v2");
  });

  it("lets a policy name it, and a route lead to its path", async () => {
    const spec = 'endpoint: { baseURL: "https://api.cohere.com/v2", dialect: cohere-v2 }';
    const credentials = "credentials: [{ name: primary, secretKeyRef: { name: cohere, key: token } }]";
    const target = "{ provider: cohere, model: command-a-03-2025 }";
    const policy = [
      `{ apiVersion: fairlead.dev/v1alpha1, kind: LLMProvider, metadata: { name: cohere }, spec: { ${spec}, ${credentials} } }`,
      `{ apiVersion: fairlead.dev/v1alpha1, kind: RoutingPolicy, metadata: { name: chat }, spec: { models: [{ name: chat }],
        rules: [{ name: everyone, groups: [{ name: only, targets: [${target}] }] }] } }`,
    ].join("\n---\n");
    const compiled = expectCompiled(await compileText(policy));
    const { findRoute } = linkPolicy(compiled, { readSecret: () => "secret", dialects: DIALECT_FACTS });
    const linked = findRoute("default", "chat")?.groups[0]?.[0];
    expect(linked?.family).toBe("cohere");
    expect(linked?.urlOf("cohere-v2", "chat", true)).toBe("https://api.cohere.com/v2/chat");
    expect(linked?.urlOf("cohere-v2", "embeddings", false)).toBeNull();
  });
});
