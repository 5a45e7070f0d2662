import { describe, expect, it } from "vitest";
import { anthropicMessages } from "../../../src/dialects/anthropic-messages/index.ts";
import { decode, OLD } from "./ask.ts";

const BODY = { model: "virtual", max_tokens: 10, messages: [{ role: "user", content: "Hello" }] };

describe("decoding", () => {
  it("finds what routing needs and leaves the rest as it came", () => {
    const text =
      '{ "model" : "virtual", "max_tokens":10,"stream":true,"messages":[{"role":"user","content":"Hello"}],"betas":["x"] }';
    const decoded = decode(text, "chat", { "anthropic-version": "2023-06-01", "anthropic-beta": "a,b", "user-agent": "x" });
    expect(decoded).toMatchObject({
      surface: "anthropic-messages",
      operation: "chat",
      model: "virtual",
      stream: true,
      text,
      headers: { "anthropic-version": "2023-06-01", "anthropic-beta": "a,b" },
    });
    expect(anthropicMessages.backend?.native?.encodeUpstream(decoded, OLD)).toBe(text.replace('"virtual"', '"claude-upstream"'));
  });

  it("asks for no limit where tokens are counted, and never streams a count", () => {
    const { max_tokens: _limit, ...body } = BODY;
    expect(decode({ ...body, stream: true }, "count_tokens")).toMatchObject({
      stream: false,
      headers: { "anthropic-version": "2023-06-01" },
    });
    expect(() => decode(body)).toThrow(expect.objectContaining({ code: "missing_field", param: "max_tokens" }));
  });

  const refused: readonly (readonly [string, unknown, string, string | null])[] = [
    ["no model", { ...BODY, model: undefined }, "missing_field", "model"],
    ["no messages", { ...BODY, messages: undefined }, "missing_field", "messages"],
    ["empty messages", { ...BODY, messages: [] }, "invalid_value", "messages"],
    [
      "too many messages",
      { ...BODY, messages: Array.from({ length: 101 }, () => BODY.messages[0]) },
      "too_many_messages",
      "messages",
    ],
    ["a message that is no object", { ...BODY, messages: ["Hello"] }, "invalid_value", "messages[0]"],
    ["a role of another dialect", { ...BODY, messages: [{ role: "tool", content: "x" }] }, "invalid_value", "messages[0].role"],
    ["no content", { ...BODY, messages: [{ role: "user" }] }, "invalid_value", "messages[0].content"],
    ["a limit of nothing", { ...BODY, max_tokens: 0 }, "invalid_value", "max_tokens"],
    ["a limit in words", { ...BODY, max_tokens: "10" }, "invalid_value", "max_tokens"],
    ["a stream in words", { ...BODY, stream: "yes" }, "invalid_value", "stream"],
    ["too hot", { ...BODY, temperature: 1.5 }, "invalid_value", "temperature"],
    ["a top_p above 1", { ...BODY, top_p: 2 }, "invalid_value", "top_p"],
    ["half a top_k", { ...BODY, top_k: 0.5 }, "invalid_value", "top_k"],
    ["one stop sequence", { ...BODY, stop_sequences: "END" }, "invalid_value", "stop_sequences"],
    ["a system that is no text", { ...BODY, system: 1 }, "invalid_value", "system"],
    ["tools that are no list", { ...BODY, tools: {} }, "invalid_value", "tools"],
    ["too many tools", { ...BODY, tools: Array.from({ length: 11 }, () => ({})) }, "too_many_tools", "tools"],
    ["a user with control characters", { ...BODY, metadata: { user_id: "a\nb" } }, "invalid_value", "metadata.user_id"],
    ["a field that steers", { ...BODY, api_base: "https://x" }, "unknown_field", "api_base"],
    ["the same in another spelling", { ...BODY, apiBase: "https://x" }, "unknown_field", "apiBase"],
    ["a read field in another spelling", { ...BODY, Model: "x" }, "unknown_field", "Model"],
    ["a field named twice", '{"model":"a","model":"b"}', "duplicate_key", "model"],
    ["a forbidden key", '{"model":"a","__proto__":{}}', "forbidden_key", null],
    ["no JSON", '{"model":', "invalid_json", null],
  ];
  for (const [what, body, code, param] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => decode(body)).toThrow(expect.objectContaining({ code, ...(param === null ? {} : { param }) }));
    });
  }

  it("takes null for a field that is left out, and a number in any spelling", () => {
    expect(decode({ ...BODY, temperature: null, system: null }).model).toBe("virtual");
    expect(
      decode('{"model":"virtual","max_tokens":1e2,"temperature":5e-1,"messages":[{"role":"user","content":"x"}]}').model,
    ).toBe("virtual");
  });
});
