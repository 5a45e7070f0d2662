import { describe, expect, it } from "vitest";
import { createArranger } from "../canonical/create-arranger.ts";
import type { ChatEvent } from "../../../src/dialects/canonical/chat-event.ts";
import { JsonSequence } from "../../../src/dialects/gemini/json-sequence.ts";
import { PartialArgs } from "../../../src/dialects/gemini/partial-args.ts";
import { backend, native } from "./asked.ts";
import { collect } from "./fixtures.ts";

const { reader } = backend;
if (reader.wire !== "text") throw new Error("Gemini streams text.");
const create = reader.create;

function chunk(parts: readonly object[], rest: object = {}): string {
  return `data: ${JSON.stringify({ candidates: [{ content: { parts, role: "model" }, index: 0, ...rest }] })}\n\n`;
}

function strict(stream: string): readonly ChatEvent[] {
  const read = create({ seed: "5eed", family: "gemini" });
  const arranger = createArranger();
  return [...arranger.push(read.push(stream)), ...arranger.push(read.end()), ...arranger.end()];
}

const STOP = chunk([{ text: "" }], { finishReason: "STOP" });

describe("texts and thoughts", () => {
  it("that follow one another are one block, as runs of equal events and parsed alike", () => {
    const words = Array.from({ length: 20 }, (_, index) => `w\\"${index} `);
    const stream = `${words.map((text) => chunk([{ text }])).join("")}${chunk([{ text: "t", thought: true }])}${chunk([{ text: "end" }])}${STOP}`;
    const whole = collect(strict(stream));
    expect(whole?.blocks).toEqual([
      { kind: "text", text: words.join("") },
      { kind: "reasoning", text: "t", isSummary: true, seal: null },
      { kind: "text", text: "end" },
    ]);
    const read = create({ seed: "5eed", family: "gemini" });
    const deltas = read.push(stream).filter(({ kind }) => kind === "delta");
    expect(deltas.some((event) => event.kind === "delta" && event.pieces.length > 10)).toBe(true);
  });

  it("keep a signature that comes first until the text has ended", () => {
    const stream = chunk([{ text: "a", thoughtSignature: "c2ln" }]) + chunk([{ text: "b" }]) + STOP;
    expect(collect(strict(stream))?.blocks).toEqual([
      { kind: "text", text: "ab" },
      {
        kind: "reasoning",
        text: "",
        isSummary: true,
        seal: { family: "gemini", form: "thought_signature", data: "c2ln", id: null },
      },
    ]);
  });

  it("have their sources, each once", () => {
    const groundingMetadata = { groundingChunks: [{ web: { uri: "https://a", title: "A" } }, { retrievedContext: {} }] };
    const stream =
      chunk([{ text: "a" }], { groundingMetadata }) + chunk([{ text: "b" }], { groundingMetadata, finishReason: "STOP" });
    expect(collect(strict(stream))?.blocks).toMatchObject([{ text: "ab", annotations: [{ url: "https://a", title: "A" }] }]);
  });
});

describe("other parts", () => {
  it("are files, or Gemini's own, and one event holds many", () => {
    const parts = [
      { text: "see" },
      { inlineData: { mimeType: "image/png", data: "AAAA" }, thoughtSignature: "c2ln" },
      { executableCode: { code: "1" } },
      { inlineData: { mimeType: "image/png", data: "AAAA" }, thought: true },
    ];
    expect(collect(strict(chunk(parts) + STOP))?.blocks).toMatchObject([
      { kind: "text", text: "see" },
      { kind: "media", media: "image", source: { kind: "base64", data: "AAAA" } },
      { kind: "reasoning", text: "", seal: { data: "c2ln" } },
      { kind: "opaque", dialect: "gemini", type: "executableCode" },
      { kind: "opaque", dialect: "gemini", type: "inlineData" },
    ]);
  });
});

describe("a stream", () => {
  it("fails at an event that is no object, with what came before it kept", () => {
    for (const bad of ["data: {\n\n", "data: 1\n\n"]) {
      const events = strict(chunk([{ text: "a" }]) + bad + STOP);
      expect(events.at(-1)).toMatchObject({ kind: "error", failure: { class: "malformed", status: 200 } });
      expect(events.some(({ kind }) => kind === "delta")).toBe(true);
    }
  });

  it("fails at a line without an end", () => {
    const read = create({ seed: "5eed", family: "gemini" });
    const piece = "x".repeat(1024 * 1024);
    const events = ["data: ", ...Array.from({ length: 9 }, () => piece)].flatMap((text) => read.push(text));
    expect(events).toMatchObject([{ kind: "error", failure: { class: "malformed" } }]);
    const array = create({ seed: "5eed", family: "gemini" });
    const more = ['[{"a":"', ...Array.from({ length: 9 }, () => piece)].flatMap((text) => array.push(text));
    expect(more).toMatchObject([{ kind: "error", failure: { class: "malformed" } }]);
  });

  it("takes an error object for one, in an array as well", () => {
    const error = { error: { code: 429, message: "m", status: "RESOURCE_EXHAUSTED" } };
    for (const text of [`data: ${JSON.stringify(error)}\n\n`, `[${JSON.stringify(error)}]`, JSON.stringify([error])]) {
      const read = create({ seed: "5eed", family: "gemini" });
      expect(read.push(text)).toMatchObject([{ kind: "error", failure: { class: "rate_limited" } }]);
      expect(read.errorTold).toBe(true);
      expect(read.push(STOP)).toEqual([]);
    }
  });

  it("goes on after an early reason", () => {
    const stream = chunk([{ text: "a" }], { finishReason: "STOP" }) + chunk([{ text: "b" }], { finishReason: "MAX_TOKENS" });
    expect(collect(strict(stream))).toMatchObject({ blocks: [{ text: "ab" }], finish: { reason: "length", raw: "MAX_TOKENS" } });
  });

  it("of several choices is finished with the last of them", () => {
    const meter = native.createStreamMeter(2);
    meter.push(chunk([{ text: "a" }], { finishReason: "SAFETY" }));
    expect(meter.reading.finished).toBe(false);
    meter.push(chunk([{ text: "b" }], { finishReason: "STOP", index: 1 }));
    expect(meter.reading).toMatchObject({ finished: true, explained: true, content: true });
  });
});

/** Arguments of these pieces, or what is wrong with one. */
function build(...pieces: readonly object[]): string | null {
  const args = new PartialArgs({ first: 1 });
  return pieces.reduce<string | null>((problem, piece) => problem ?? args.add(piece), null) ?? args.text;
}

function callChunk(functionCall: object, rest: object = {}): string {
  return chunk([{ functionCall, ...rest }]);
}

describe("arguments in pieces", () => {
  it("stand where their paths lead", () => {
    const text = build(
      { jsonPath: "$.a.b[0]", numberValue: 1 },
      { jsonPath: "$.a.b[1].c", stringValue: "x" },
      { jsonPath: "$['q.k']", boolValue: true },
      { jsonPath: '$.a.b[1]["c"]', stringValue: "y" },
      { jsonPath: "$.n", nullValue: "NULL_VALUE" },
      { jsonPath: "$.__proto__.x", stringValue: "own" },
    );
    expect(text).toBe('{"first":1,"a":{"b":[1,{"c":"xy"}]},"q.k":true,"n":null,"__proto__":{"x":"own"}}');
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it.each([
    { jsonPath: "a" },
    { jsonPath: "$" },
    { jsonPath: "$.a[" },
    { jsonPath: "$.list[9]", numberValue: 1 },
    { jsonPath: "$[0]", numberValue: 1 },
    { jsonPath: "$.first.b", numberValue: 1 },
    { jsonPath: `$${".a".repeat(65)}`, numberValue: 1 },
  ])("are refused at a place that cannot be: %j", (piece) => {
    expect(build(piece)).toMatch(/stands at no place/);
    expect(
      strict(chunk([{ functionCall: { name: "f", args: { first: 1 }, willContinue: true, partialArgs: [piece] } }])).at(-1),
    ).toMatchObject({
      kind: "error",
    });
  });

  it("end where another part begins", () => {
    const stream =
      callChunk({ name: "f", willContinue: true }, { thoughtSignature: "c2ln" }) +
      callChunk({ partialArgs: [{ jsonPath: "$.a", stringValue: "\ud83d\ude00" }], willContinue: true }) +
      callChunk({ name: "g", args: { b: 1 } }) +
      callChunk({}) +
      STOP;
    expect(collect(strict(stream))?.blocks).toMatchObject([
      { kind: "tool_call", name: "f", arguments: '{"a":"\ud83d\ude00"}', seal: { data: "c2ln" } },
      { kind: "tool_call", name: "g", arguments: '{"b":1}', seal: null },
    ]);
  });
});

function split(text: string, size: number): readonly string[] {
  const objects: string[] = [];
  const sequence = new JsonSequence((object) => objects.push(object));
  for (let at = 0; at < text.length; at += size) sequence.push(text.slice(at, at + size));
  return objects;
}

describe("a sequence of JSON objects", () => {
  it("is split wherever its text is cut", () => {
    const objects = [{ a: '"}]\\' }, { b: [{ c: "\\\\" }, []] }, {}].map((object) => JSON.stringify(object));
    const text = `\n[${objects.join("\r\n,\n")}] {"after":1}`;
    for (const size of [1, 2, 3, 5, 100]) expect(split(text, size)).toEqual(objects);
  });
});
