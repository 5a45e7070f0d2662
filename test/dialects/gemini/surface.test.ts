import { describe, expect, it } from "vitest";
import { answerContext, backend, native, surface } from "./asked.ts";

describe("what else callers see", () => {
  it("is a count, a list of models, and a ping that is an event of its own", () => {
    expect(surface.writeCount?.(7, answerContext())).toBe('{"totalTokens":7}');
    expect(surface.models.list([{ id: "x" }])).toMatchObject({ models: [{ name: "models/x", displayName: "x" }] });
    expect(surface.models.one({ id: "x" })).toMatchObject({
      supportedGenerationMethods: expect.arrayContaining(["generateContent"]) as unknown,
    });
    expect(surface.heartbeat).toBe(": ping\n\n");
  });

  it("is features by the caller's names", () => {
    expect(surface.fieldName("stop")).toBe("generationConfig.stopSequences");
    expect(surface.fieldName("media.image")).toBe("contents.parts");
    expect(surface.fieldName("extra.safetySettings")).toBe("safetySettings");
    expect(surface.fieldName("tools.googleSearch")).toBe("tools.googleSearch");
  });
});

function answer(candidate: object): string {
  return JSON.stringify({ candidates: [candidate], usageMetadata: { promptTokenCount: 1 } });
}

describe("a whole answer in the caller's dialect", () => {
  it("is judged by what it holds", () => {
    expect(native.readAnswer("chat", answer({ content: { parts: [{ text: "abc" }] }, finishReason: "STOP" }))).toMatchObject({
      kind: "complete",
      outputCharacters: 3,
      usage: { inputTokens: 1 },
    });
    expect(native.readAnswer("chat", answer({ finishReason: "MAX_TOKENS" }))).toMatchObject({ kind: "complete" });
    expect(native.readAnswer("chat", answer({ finishReason: "STOP" }))).toMatchObject({ failure: { class: "empty_completion" } });
    expect(native.readAnswer("chat", '{"promptFeedback":{"blockReason":"SAFETY"}}')).toMatchObject({ kind: "complete" });
    for (const text of ["", "1", "{}", '{"candidates":[]}'])
      expect(native.readAnswer("chat", text)).toMatchObject({ failure: { class: "malformed" } });
    expect(native.readAnswer("count_tokens", "{}")).toMatchObject({ kind: "complete" });
    expect(native.readAnswer("count_tokens", '{"totalTokens":"x"}')).toMatchObject({ failure: { class: "malformed" } });
  });

  it("has the sources of its text, which are written back", () => {
    const groundingMetadata = { groundingChunks: [{ web: { uri: "https://a", title: "A" } }] };
    const text = answer({ content: { parts: [{ text: "abc" }] }, finishReason: "STOP", groundingMetadata });
    const read = backend.readChat(text, { seed: "5eed", family: "gemini" });
    if (read.kind !== "read") throw new Error("unreadable");
    expect(JSON.parse(surface.writeAnswer(read.answer, answerContext()))).toMatchObject({ candidates: [{ groundingMetadata }] });
  });
});

describe("a call whose arguments are no object", () => {
  const head = { kind: "tool_call", id: "c", name: "f", form: "function", namespace: null } as const;

  it.each([
    ['{"a":1}', 1],
    ["", 1],
    ["{bad", 0],
    ["[1,2]", 0],
    ['"x"', 0],
  ])("is never told as one without arguments: %s", (args, told) => {
    const escaped = JSON.stringify(args).slice(1, -1);
    const stream = surface.createWriter(answerContext()).write([
      { kind: "open", index: 0, head },
      { kind: "delta", index: 0, pieces: [escaped] },
      { kind: "close", index: 0 },
    ]);
    expect(stream.split('"functionCall"')).toHaveLength(told + 1);
    const finish = { reason: "tool_calls", raw: null, stopSequence: null } as const;
    const blocks = [{ ...head, arguments: args, seal: null }];
    const whole = surface.writeAnswer({ id: null, model: null, blocks, finish, usage: null }, answerContext());
    expect(whole.split('"functionCall"')).toHaveLength(told + 1);
  });
});
