import { describe, expect, it } from "vitest";
import { FairleadError } from "../../../src/core/errors.ts";
import type { FailureClass } from "../../../src/core/failure.ts";
import type { ChatAnswer } from "../../../src/dialects/canonical/chat-event.ts";
import { openaiChat } from "../../../src/dialects/openai-chat/index.ts";
import type { Backend, Surface } from "../../../src/dialects/dialect.ts";
import { contextOf, decode, upstreamOf } from "./asking.ts";
import { readFixture, readRecordings } from "./recordings.ts";

const { backend, surface } = bothOf();

function bothOf(): { readonly backend: Backend; readonly surface: Surface } {
  if (openaiChat.backend === null || openaiChat.surface === null) throw new Error("both sides are spoken");
  return { backend: openaiChat.backend, surface: openaiChat.surface };
}

interface ErrorCase {
  readonly status: number;
  readonly body: unknown;
  readonly kind: string;
}

const CLASS_OF_KIND: Readonly<Record<string, FailureClass>> = {
  invalid_request: "invalid_request",
  context_length: "context_length",
  content_policy: "content_filter",
  authentication: "auth",
  permission: "auth",
  not_found: "invalid_request",
  rate_limit: "rate_limited",
  quota: "quota_exhausted",
  overloaded: "overloaded",
  server_error: "server_error",
  timeout: "server_error",
};

const errors = ["syn-openai", "syn-azure"].flatMap((name) => JSON.parse(readFixture(`errors/${name}/cases.json`)) as ErrorCase[]);

describe("refusals of servers of this dialect", () => {
  it.each(errors.map((one) => [one.kind, one.status, one] as const))(
    "are classified by what they blame: %s (%i)",
    (kind, status, { body }) => {
      const failure = backend.classifyError({ status, body: JSON.stringify(body), retryAfterSeconds: null });
      expect(failure.class).toBe(CLASS_OF_KIND[kind]);
    },
  );
});

describe("a request that is forwarded", () => {
  it("is the caller's own bytes with the model and the wish for usage spliced in", () => {
    const text = '{ "stream":true, "model" : "virtual","messages":[{"role":"user","content":"hi"}], "own": 1.0 }';
    expect(backend.native?.encodeUpstream(decode(text), upstreamOf())).toBe(
      '{ "stream":true, "model" : "upstream-model","stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}], "own": 1.0 }',
    );
  });

  it("is asked for at the paths of the API", () => {
    const call = { model: "m", stream: true };
    expect([backend.path("chat", call), backend.path("embeddings", call), backend.path("count_tokens", call)]).toEqual([
      "/chat/completions",
      "/embeddings",
      null,
    ]);
  });

  it.each([
    ["missing_field", "model", { messages: [{ role: "user" }] }],
    ["missing_field", "messages", { model: "m" }],
    ["invalid_value", "messages[0].role", { model: "m", messages: [{ role: "bot" }] }],
    ["invalid_value", "messages[0].content", { model: "m", messages: [{ role: "user", content: 7 }] }],
    ["invalid_value", "temperature", { model: "m", messages: [{ role: "user" }], temperature: 3 }],
    ["unknown_field", "api_base", { model: "m", messages: [{ role: "user" }], api_base: "https://elsewhere.example" }],
    [
      "invalid_value",
      "stream_options.include_usage",
      { model: "m", messages: [{ role: "user" }], stream_options: { include_usage: 1 } },
    ],
    ["invalid_value", "metadata", { model: "m", messages: [{ role: "user" }], metadata: { "a\u0001": "b" } }],
  ])("is refused with %s for %s", (code, param, body) => {
    expect(() => decode(body)).toThrow(expect.objectContaining({ code, param }));
  });
});

describe("an answer that passes", () => {
  const complete = ["openai-chat", "openai-compat"]
    .flatMap(readRecordings)
    .filter(({ normalizedResponse, response }) => response !== null && normalizedResponse.complete);

  it.each(complete.map(({ name, response }) => [name, response ?? ""] as const))("%s is judged complete", (_, response) => {
    expect(backend.native?.readAnswer("chat", response)).toMatchObject({ kind: "complete" });
  });

  it.each([
    ["{", "malformed"],
    ["7", "malformed"],
    ['{"choices":[]}', "malformed"],
    ['{"choices":[7]}', "malformed"],
    ['{"error":{"code":429}}', "rate_limited"],
    ['{"object":"error","code":500}', "server_error"],
    ['{"choices":[{"message":{"content":""},"finish_reason":"stop"}]}', "empty_completion"],
  ])("is a failed attempt when it is %s", (text, failureClass) => {
    expect(backend.native?.readAnswer("chat", text)).toMatchObject({ kind: "failed", failure: { class: failureClass } });
    expect(backend.readChat(text, { seed: "", family: "openai-chat" })).toMatchObject({ kind: "failed" });
  });

  it("is judged by its vectors when it is of embeddings", () => {
    expect(backend.native?.readAnswer("embeddings", readFixture("embeddings/vai-openai-embedding/response.json"))).toMatchObject({
      kind: "complete",
      usage: { inputTokens: 12, outputTokens: 0 },
    });
    expect(backend.native?.readAnswer("embeddings", "{}")).toMatchObject({ kind: "failed" });
  });
});

describe("what the surface says of its own", () => {
  it("tells an error by four keys with its status, alone and in a stream", () => {
    const error = new FairleadError("model_not_found", "No such model.", { param: "model" });
    const { body, headers, status } = surface.encodeError(error, "id");
    expect({ status, headers, body: JSON.parse(body) as unknown }).toEqual({
      status: 404,
      headers: {},
      body: { error: { message: "No such model.", type: "invalid_request_error", param: "model", code: "model_not_found" } },
    });
    expect(surface.encodeErrorEvent(error, "id")).toBe(`data: ${body}\n\n`);
  });

  it("lists models as the API does", () => {
    const model = { id: "fast", object: "model", created: 0, owned_by: "fairlead" };
    expect(surface.models.list([{ id: "fast" }])).toEqual({ object: "list", data: [model] });
    expect(surface.models.one({ id: "fast" })).toEqual(model);
  });

  it("writes a whole answer with every block that has a place", () => {
    const answer: ChatAnswer = {
      id: null,
      model: null,
      blocks: [
        {
          kind: "text",
          text: "one",
          annotations: [{ url: "https://a.example", title: "A", startIndex: null, endIndex: null, citedText: "x" }],
        },
        { kind: "text", text: " two" },
        { kind: "refusal", text: "no" },
        {
          kind: "tool_call",
          id: "a",
          name: "f",
          form: "function",
          arguments: "",
          namespace: null,
          seal: { family: "gemini", form: "thought_signature", data: "s", id: null },
        },
        { kind: "tool_call", id: "b", name: "run", form: "custom", arguments: "ls", namespace: null, seal: null },
        {
          kind: "media",
          media: "image",
          mimeType: null,
          source: { kind: "url", url: "https://a.example/a.png" },
          name: null,
          detail: null,
        },
        {
          kind: "media",
          media: "audio",
          mimeType: null,
          source: { kind: "base64", data: "aGk=" },
          name: null,
          detail: null,
          transcript: "hi",
        },
        { kind: "opaque", dialect: "gemini", type: "executableCode", raw: {} },
      ],
      finish: { reason: "tool_calls", raw: null, stopSequence: null },
      usage: null,
    };
    const context = contextOf();
    expect(JSON.parse(surface.writeAnswer(answer, context))).toEqual({
      id: `chatcmpl-${context.seed}`,
      object: "chat.completion",
      created: 1_790_000_000,
      model: "upstream-model",
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: "one two",
            refusal: "no",
            tool_calls: [
              {
                id: "a",
                type: "function",
                function: { name: "f", arguments: "{}" },
                extra_content: { google: { thought_signature: "fairlead1.gemini.thought_signature..cw" } },
              },
              { id: "b", type: "custom", custom: { name: "run", input: "ls" } },
            ],
            images: [{ type: "image_url", image_url: { url: "https://a.example/a.png" }, index: 0 }],
            audio: { id: `audio_${context.seed}`, data: "aGk=", transcript: "hi", expires_at: 1_790_000_000 },
            annotations: [
              {
                type: "url_citation",
                url_citation: { url: "https://a.example", title: "A", start_index: 0, end_index: 3, content: "x" },
              },
            ],
          },
          logprobs: null,
          finish_reason: "tool_calls",
        },
      ],
    });
    const legacy = JSON.parse(surface.writeAnswer(answer, contextOf({ functions: [{ name: "f" }] }))) as unknown;
    expect(legacy).toMatchObject({
      choices: [{ message: { function_call: { name: "f", arguments: "{}" } }, finish_reason: "function_call" }],
    });
  });
});
