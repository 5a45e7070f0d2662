import { describe, expect, it } from "vitest";
import { FairleadError } from "../../../src/core/errors.ts";
import { ask, native, upstream } from "./asked.ts";

const HELLO = { contents: [{ role: "user", parts: [{ text: "hi" }] }] };

function refusal(
  body: unknown,
  address: Parameters<typeof ask>[1] = {},
): { readonly code: string; readonly param: string | null } {
  try {
    ask(body, address);
  } catch (error) {
    if (error instanceof FairleadError) return { code: error.code, param: error.param };
    throw error;
  }
  throw new Error("The request was accepted.");
}

function framing(query: string, stream: boolean): string {
  return ask(HELLO, { query, stream }).framing;
}

describe("the address", () => {
  it("names the model by its last part", () => {
    for (const model of ["x", "models/x", "tunedModels/x", "publishers/google/models/x"])
      expect(ask(HELLO, { model })).toMatchObject({ model: "x", modelSpan: null, surface: "gemini", operation: "chat" });
  });

  it("decides between events and one array", () => {
    expect(framing("alt=sse", true)).toBe("sse");
    expect(framing("key=k&%24alt=sse", true)).toBe("sse");
    expect(framing("", true)).toBe("json-array");
    expect(framing("alt=ssee", true)).toBe("json-array");
    expect(framing("", false)).toBe("sse");
  });

  it("does not let the body name another model", () => {
    expect(ask({ ...HELLO, model: "models/m" }).model).toBe("m");
    expect(refusal({ ...HELLO, model: "models/other" })).toEqual({ code: "invalid_value", param: "model" });
    const counted = { generateContentRequest: { ...HELLO, model: "models/other" } };
    expect(refusal(counted, { operation: "count_tokens" })).toEqual({
      code: "invalid_value",
      param: "generateContentRequest.model",
    });
    const embedded = { requests: [{ model: "models/other", content: { parts: [{ text: "a" }] } }] };
    expect(refusal(embedded, { operation: "embeddings" })).toEqual({ code: "invalid_value", param: "requests[0].model" });
  });

  it("replaces a model that the body repeats, and nothing else", () => {
    const chat = ask({ model: "models/m", ...HELLO });
    expect(JSON.parse(native.encodeUpstream(chat, upstream("gemini-x")))).toEqual({ model: "models/gemini-x", ...HELLO });
    const text =
      '{"generateContentRequest":{"contents":[{"parts":[{"text":"hi"}]}],"model":"models/m","x":12345678901234567890}}';
    const count = native.encodeUpstream(ask(text, { operation: "count_tokens" }), upstream("gemini-x"));
    expect(count).toBe(text.replace("models/m", "models/gemini-x"));
  });
});

describe("the body", () => {
  it.each<[unknown, string, string]>([
    [{}, "missing_field", "contents"],
    [{ contents: [] }, "invalid_value", "contents"],
    [{ contents: "hi" }, "invalid_value", "contents"],
    [{ contents: ["hi"] }, "invalid_value", "contents[0]"],
    [{ contents: [{ role: "system", parts: [] }] }, "invalid_value", "contents[0].role"],
    [{ contents: [{ parts: ["hi"] }] }, "invalid_value", "contents[0].parts[0]"],
    [{ contents: { parts: ["hi"] } }, "invalid_value", "contents.parts[0]"],
    [{ ...HELLO, systemInstruction: "be" }, "invalid_value", "systemInstruction"],
    [{ ...HELLO, tools: ["t"] }, "invalid_value", "tools[0]"],
    [{ ...HELLO, generationConfig: { temperature: 3 } }, "invalid_value", "generationConfig.temperature"],
    [{ ...HELLO, generation_config: { max_output_tokens: 0 } }, "invalid_value", "generationConfig.max_output_tokens"],
    [{ ...HELLO, generationConfig: { stopSequences: "x" } }, "invalid_value", "generationConfig.stopSequences"],
    [{ ...HELLO, generationConfig: { topK: 1, top_k: 2 } }, "duplicate_key", "generationConfig.topK"],
    [{ ...HELLO, toolConfig: {}, tool_config: {} }, "duplicate_key", "toolConfig"],
    [{ ...HELLO, apiKey: "k" }, "unknown_field", "apiKey"],
    [{ ...HELLO, Contents: [] }, "unknown_field", "Contents"],
    [{ contents: Array.from({ length: 1_001 }, () => ({})) }, "too_many_messages", "contents"],
    [{ ...HELLO, tools: [{ functionDeclarations: Array.from({ length: 129 }, () => ({})) }] }, "too_many_tools", "tools"],
  ])("is refused with the field at fault: %j", (body, code, param) => {
    expect(refusal(body)).toEqual({ code, param });
  });

  it("may hold one object where a list is declared, and a role in capitals", () => {
    expect(ask({ contents: { role: "USER", parts: { text: "hi" } } }).choices).toBe(1);
  });

  it("says how many candidates are asked for", () => {
    expect(ask({ ...HELLO, generationConfig: { candidateCount: 3 } }).choices).toBe(3);
    expect(ask('{"contents":[{}],"generation_config":{"candidate_count":2.0e0}}').choices).toBe(2);
  });

  it.each<[unknown, string, string]>([
    [{}, "missing_field", "content"],
    [{ requests: [] }, "invalid_value", "requests"],
    [{ requests: [{}] }, "missing_field", "requests[0].content"],
    [{ requests: [{ content: {}, taskType: 1 }] }, "invalid_value", "requests[0].taskType"],
    [{ content: { parts: [1] } }, "invalid_value", "content.parts[0]"],
  ])("of embeddings is refused with the field at fault: %j", (body, code, param) => {
    expect(refusal(body, { operation: "embeddings" })).toEqual({ code, param });
  });

  it("of a count holds contents or a whole request, not both", () => {
    const inner = { generateContentRequest: HELLO };
    expect(ask(inner, { operation: "count_tokens" }).stream).toBe(false);
    expect(refusal({ ...inner, ...HELLO }, { operation: "count_tokens" })).toEqual({ code: "invalid_value", param: "contents" });
    expect(refusal({ generateContentRequest: {} }, { operation: "count_tokens" })).toEqual({
      code: "missing_field",
      param: "contents",
    });
  });
});
