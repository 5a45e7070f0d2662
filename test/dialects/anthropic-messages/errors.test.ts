import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ERROR_TABLE, type ErrorCode, FairleadError } from "../../../src/core/errors.ts";
import { anthropicMessages } from "../../../src/dialects/anthropic-messages/index.ts";
import { classifyError } from "../../../src/dialects/anthropic-messages/classify-error.ts";
import { encodeError, encodeErrorEvent } from "../../../src/dialects/anthropic-messages/error-envelope.ts";
import { readAnswer, readCount } from "../../../src/dialects/anthropic-messages/read-answer.ts";
import { recordings } from "./recordings.ts";

interface Case {
  readonly status: number;
  readonly body: { readonly error: { readonly message: string } };
  readonly kind: string;
}

const CLASSES: Readonly<Record<string, string>> = {
  invalid_request: "invalid_request",
  context_length: "context_length",
  authentication: "auth",
  permission: "auth",
  quota: "quota_exhausted",
  not_found: "invalid_request",
  request_too_large: "invalid_request",
  rate_limit: "rate_limited",
  overloaded: "overloaded",
  server_error: "server_error",
  timeout: "server_error",
};

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../fixtures/errors/syn-anthropic/cases.json"), "utf8"),
) as readonly Case[];

function classify(status: number, body: unknown): ReturnType<typeof classifyError> {
  return classifyError({ status, body: typeof body === "string" ? body : JSON.stringify(body), retryAfterSeconds: 7 });
}

function classOfText(message: string): string {
  return classify(400, { error: { type: "invalid_request_error", message } }).class;
}

function failed(text: string): string {
  const read = readAnswer("chat", text);
  return read.kind === "failed" ? read.failure.class : read.kind;
}

describe("refusals upstream", () => {
  for (const { body, kind, status } of cases) {
    it(`${status} '${body.error.message}' is ${kind}`, () => {
      expect(classify(status, body)).toMatchObject({ class: CLASSES[kind], status, retryAfterSeconds: 7 });
    });
  }

  it("keep the upstream's words, and the field it blames, where they blame the request alone", () => {
    const error = {
      type: "invalid_request_error",
      message: "messages.1.content: Field required",
      details: { error_code: "x_y" },
    };
    expect(classify(400, { type: "error", error })).toMatchObject({
      message: error.message,
      param: "messages.1.content",
      code: "x_y",
    });
    const secret = { type: "authentication_error", message: "invalid x-api-key sk-ant-1" };
    expect(classify(401, { type: "error", error: secret })).toMatchObject({
      message: "The upstream answered 401 (auth).",
      param: null,
      code: null,
    });
  });

  it("are known by their text where their type says too little", () => {
    expect(classOfText("input length and `max_tokens` exceed context limit: 1 + 2 > 3")).toBe("context_length");
    expect(classOfText("Output blocked by content filtering policy")).toBe("content_filter");
    expect(classOfText("Your credit balance is too low to access the Anthropic API.")).toBe("quota_exhausted");
  });

  it("are known by their status where the body says nothing", () => {
    for (const [status, found] of [
      [307, "server_error"],
      [403, "auth"],
      [404, "invalid_request"],
      [408, "server_error"],
      [500, "server_error"],
      [529, "overloaded"],
    ] as const) {
      expect(classify(status, "<html>").class).toBe(found);
    }
    expect(classify(529, { error: { type: "api_error", message: "x" } }).class).toBe("overloaded");
    expect(classify(400, { error: "prompt is too long" }).class).toBe("context_length");
  });
});

describe("answers that are none", () => {
  it("are failed attempts", () => {
    expect(failed("<html>")).toBe("malformed");
    expect(failed("[]")).toBe("malformed");
    expect(failed("{}")).toBe("malformed");
    expect(failed('{"type":"error","error":{"type":"overloaded_error","message":"x"}}')).toBe("overloaded");
    expect(failed('{"content":[],"stop_reason":"end_turn"}')).toBe("empty_completion");
    expect(failed('{"content":[],"stop_reason":"max_tokens"}')).toBe("complete");
  });

  it("to a count name no tokens", () => {
    for (const { name, response } of recordings("anthropic-count-tokens")) {
      // One step of a case is an answer to the chat that was counted before.
      if (response === null || response.includes('"content"')) continue;
      expect(readCount(response).kind, name).toBe(name.endsWith("error") ? "failed" : "read");
      expect(readAnswer("count_tokens", response).kind, name).toBe(name.endsWith("error") ? "failed" : "complete");
    }
    expect(readCount('{"input_tokens":-1}').kind).toBe("failed");
  });
});

describe("our errors", () => {
  const rows: readonly (readonly [ErrorCode, number, string])[] = [
    ["invalid_value", 400, "invalid_request_error"],
    ["unsupported_feature", 400, "invalid_request_error"],
    ["invalid_api_key", 401, "authentication_error"],
    ["model_not_found", 404, "not_found_error"],
    ["body_too_large", 413, "request_too_large"],
    ["rate_limit_exceeded", 429, "rate_limit_error"],
    ["insufficient_quota", 402, "billing_error"],
    ["server_is_overloaded", 529, "overloaded_error"],
    ["no_target_available", 529, "overloaded_error"],
    ["upstream_timeout", 504, "timeout_error"],
    ["upstream_failed", 502, "api_error"],
    ["internal_error", 500, "api_error"],
    ["request_loop", 508, "invalid_request_error"],
  ];
  for (const [code, status, type] of rows) {
    it(`${code} is ${type} with ${status}`, () => {
      const encoded = encodeError(new FairleadError(code, "Said.", { param: "model" }), "req-1");
      expect(encoded).toMatchObject({ status, headers: { "request-id": "req-1" } });
      expect(JSON.parse(encoded.body)).toEqual({
        type: "error",
        error: { type, message: "Said.", details: { error_code: code, param: "model" } },
        request_id: "req-1",
      });
    });
  }

  it("all have a status of an error and a type", () => {
    for (const code of Object.keys(ERROR_TABLE) as ErrorCode[]) {
      const { body, status } = encodeError(new FairleadError(code, "Said."), "req-1");
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).toMatch(/"type":"[a-z_]+(?:_error|too_large)"/);
    }
  });

  it("say that a prompt is too long in the words clients wait for", () => {
    const { body } = encodeError(new FairleadError("context_length_exceeded", "This model takes 10 tokens."), "req-1");
    expect(JSON.parse(body)).toMatchObject({ error: { message: "prompt is too long: This model takes 10 tokens." } });
  });

  it("in a stream are one event of that name", () => {
    expect(encodeErrorEvent(new FairleadError("stream_interrupted", "Cut."), "req-1")).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"Cut.","details":{"error_code":"stream_interrupted"}},"request_id":"req-1"}\n\n',
    );
  });
});

describe("the rest of the surface", () => {
  const { backend, surface } = anthropicMessages;

  it("lists models as the API does", () => {
    const one = {
      type: "model",
      id: "a",
      display_name: "a",
      created_at: "1970-01-01T00:00:00Z",
      capabilities: null,
      max_input_tokens: null,
      max_tokens: null,
    };
    expect(surface?.models.one({ id: "a" })).toEqual(one);
    expect(surface?.models.list([{ id: "a" }, { id: "b" }])).toMatchObject({
      data: [one, { id: "b" }],
      has_more: false,
      first_id: "a",
      last_id: "b",
    });
    expect(surface?.models.list([])).toEqual({ data: [], has_more: false, first_id: null, last_id: null });
  });

  it("says a feature in the caller's words", () => {
    const said = [
      "stop",
      "max_output_tokens",
      "tools.web_search",
      "media.file",
      "media.audio",
      "opaque.web_search_call",
      "extra.speed",
      "temperature",
    ];
    expect(said.map((feature) => surface?.fieldName(feature))).toEqual([
      "stop_sequences",
      "max_tokens",
      "tools",
      "document",
      "audio",
      "web_search_call",
      "speed",
      "temperature",
    ]);
  });

  it("has two paths", () => {
    const call = { model: "m", stream: false };
    expect((["chat", "count_tokens", "embeddings"] as const).map((operation) => backend?.path(operation, call))).toEqual([
      "/messages",
      "/messages/count_tokens",
      null,
    ]);
  });
});
