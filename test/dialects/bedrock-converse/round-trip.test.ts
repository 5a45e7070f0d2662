import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readChat } from "../../../src/dialects/bedrock-converse/read-chat.ts";
import { readDelta } from "../../../src/dialects/bedrock-converse/read-delta.ts";
import { runsOf } from "../../judges/runs.ts";
import { answerArbitrary, styleArbitrary } from "./answer-arbitrary.ts";
import { collect, CONTEXT } from "./collect.ts";
import { inPieces } from "./in-pieces.ts";
import { writeConverse, writeConverseStream } from "./write-answer.ts";

describe("an answer", () => {
  it("comes whole out of Converse as it went in", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(answerArbitrary, (answer) => {
        expect(readChat(writeConverse(answer), CONTEXT)).toEqual({ kind: "read", answer });
      }),
      { numRuns: runsOf(1000, 20_000) },
    );
  });

  it("comes out of ConverseStream as it went in, in any deltas and any split", { timeout: 300_000 }, () => {
    // A call that the provider could not read is an error, and no answer any more.
    const soundAnswer = answerArbitrary.filter(({ finish }) => finish.reason !== "malformed_call");
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(soundAnswer, styleArbitrary, sizes, (answer, style, cuts) => {
        const { answer: read, failure, reader } = collect(inPieces(writeConverseStream(answer, style), cuts));
        expect(failure).toBeNull();
        expect(read).toEqual(answer);
        expect([reader.terminated, reader.midEvent]).toEqual([true, false]);
      }),
      { numRuns: runsOf(500, 20_000) },
    );
  });
});

describe("readDelta", () => {
  const kinds = {
    text: (text: string) => ({ text }),
    reasoning: (text: string) => ({ reasoningContent: { text } }),
    call: (text: string) => ({ toolUse: { input: text } }),
  };

  it("finds without parsing what parsing would find", () => {
    const kind = fc.constantFrom("text", "reasoning", "call");
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom('"', "\\", '"}}', '"},"p":"', "\ud800", "\u0001"));
    fc.assert(
      fc.property(fc.record({ block: fc.nat(99), kind, value: text, isPadded: fc.boolean() }), (drawn) => {
        const { block, isPadded, value } = drawn;
        const delta = kinds[drawn.kind](value);
        const read = readDelta(JSON.stringify({ contentBlockIndex: block, delta, ...(isPadded && { p: "abc" }) }));
        expect(read).toMatchObject({ block, kind: drawn.kind });
        expect(JSON.parse(`"${read?.piece ?? "?"}"`)).toBe(value);
      }),
      { numRuns: runsOf(2000, 20_000) },
    );
  });

  it.each([
    '{"delta":{"text":"a"},"contentBlockIndex":0}',
    '{"contentBlockIndex":0,"delta":{"text":"a","more":1}}',
    '{"contentBlockIndex":0,"delta":{"text":"a"},"more":1}',
    '{"contentBlockIndex":0,"delta":{"text":"a"}',
    '{"contentBlockIndex":0,"delta":{"text":"a',
    '{"contentBlockIndex":0,"delta":{"text":"a\\x"}}',
    '{"contentBlockIndex":0,"delta":{"text":"a\n"}}',
    '{"contentBlockIndex":0,"delta":{"toolUse":{"input":"a"}}',
    '{"contentBlockIndex":0,"delta":{"text":"a"}}}',
  ])("leaves %s to the parser", (payload) => {
    expect(readDelta(payload)).toBeNull();
  });
});
