import { describe, expect, it } from "vitest";
import type { Arranger } from "../../../src/dialects/canonical/arranger.ts";
import { createArranger } from "../canonical/create-arranger.ts";
import type { ChatEvent } from "../../../src/dialects/canonical/chat-event.ts";
import type { StreamReader } from "../../../src/dialects/stream.ts";
import { answerContext, ask, backend, native, surface } from "./asked.ts";
import { collect, exchanges, expected, fixture, normalize, sealsOf } from "./fixtures.ts";

const CONTEXT = { seed: "5eed", family: "gemini" };
const SPLITS = [1, 2, 3, 7, 64, Number.POSITIVE_INFINITY];
const HELLO = { contents: [{ parts: [{ text: "hi" }] }] };

/** The oracle calls a filter of ours `other`: Model Armor refused, which is what `content_filter` says. */
const FINISH_EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ["pyd-google-google_model_armor_response_template_real_block", "content_filter"],
]);

function create(): StreamReader<string> {
  if (backend.reader.wire !== "text") throw new Error("Gemini streams text.");
  return backend.reader.create(CONTEXT);
}

function pieces(text: string, size: number): readonly string[] {
  if (size === Number.POSITIVE_INFINITY) return [text];
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size));
}

/** What the hub makes of a stream that comes in pieces of `size` characters. */
function strict(stream: string, size: number): { readonly events: readonly ChatEvent[]; readonly arranger: Arranger } {
  const reader = create();
  const arranger = createArranger();
  const events: ChatEvent[] = [];
  for (const piece of pieces(stream, size)) events.push(...arranger.push(reader.push(piece)));
  events.push(...arranger.push(reader.end()), ...arranger.end());
  return { events, arranger };
}

const recorded = exchanges("gemini");
const streams = recorded.flatMap(({ name, normalized, stream }) => (stream === null ? [] : [{ name, normalized, stream }]));
/** The answer came whole, and holds a call that the provider could not read: it is told as the error it is. */
const MALFORMED = "syn-malformed-function-call";
const complete = streams.filter(({ name, normalized }) => normalized.complete && name !== MALFORMED);
const answers = recorded.flatMap(({ name, normalizedResponse, response }) =>
  response === null ? [] : [{ name, normalized: normalizedResponse, response }],
);

describe("recorded streams", () => {
  it.each(complete)("$name reads as recorded in any split", ({ name, normalized, stream }) => {
    const wanted = { ...(expected(normalized) as object), finish: FINISH_EXCEPTIONS.get(name) ?? normalized.finish };
    const whole = collect(strict(stream, Number.POSITIVE_INFINITY).events);
    for (const size of SPLITS) {
      const answer = collect(strict(stream, size).events);
      expect(answer === null ? null : normalize(answer)).toEqual(wanted);
      expect(answer).toEqual(whole);
    }
  });

  it("is an error where the provider could not read the model's call", () => {
    const [malformed] = streams.filter(({ name }) => name === MALFORMED);
    expect(strict(malformed?.stream ?? "", 7).events.at(-1)).toMatchObject({ kind: "error", failure: { class: "malformed" } });
  });

  it("has no end where the stream broke off, and an error where one came", () => {
    const broken = streams.filter(({ normalized }) => !normalized.complete);
    expect(broken.map(({ name }) => name)).toEqual(["syn-error-mid", "syn-error-mid-bare-json", "syn-truncated-no-finish"]);
    for (const { normalized, stream } of broken) {
      const { arranger, events } = strict(stream, 7);
      expect(arranger.finished).toBe(false);
      expect(arranger.failure?.class ?? null).toBe(normalized.error === null ? null : "overloaded");
      expect(collect(events)).toBeNull();
    }
  });

  it("keeps every signature, byte for byte", () => {
    const signed = complete.filter(({ stream }) => stream.includes("thoughtSignature"));
    expect(signed.length).toBeGreaterThan(6);
    for (const { stream } of signed) {
      const wire = [...stream.matchAll(/"thoughtSignature": ?"([^"]*)"/g)].map(([, data]) => data);
      const answer = collect(strict(stream, 64).events);
      expect(sealsOf(answer?.blocks ?? [])).toEqual(
        wire.map((data) => ({ family: "gemini", form: "thought_signature", data, id: null })),
      );
    }
  });

  it("gives every call an id of its own", () => {
    for (const { stream } of complete) {
      const ids = (collect(strict(stream, 64).events)?.blocks ?? []).flatMap((block) =>
        block.kind === "tool_call" ? [block.id] : [],
      );
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.every((id) => id !== "")).toBe(true);
    }
  });

  it.each(complete)("$name is measured like it is read", ({ normalized, stream }) => {
    const meter = native.createStreamMeter(1);
    for (const piece of pieces(stream, 64)) meter.push(piece);
    meter.end();
    const { reading } = meter;
    expect(reading.finished).toBe(true);
    expect(reading.failure).toBeNull();
    expect(reading.midEvent).toBe(false);
    expect(reading.usage?.outputTokens ?? null).toBe(normalized.usage?.output_total ?? null);
    expect(reading.content).toBe(normalized.text + normalized.reasoning !== "" || normalized.tool_calls.length > 0);
  });
});

describe("recorded answers", () => {
  const whole = answers.filter(({ normalized }) => normalized.error === null);

  it.each(whole)("$name reads as recorded", ({ name, normalized, response }) => {
    const read = backend.readChat(response, CONTEXT);
    const wanted = { ...(expected(normalized) as object), finish: FINISH_EXCEPTIONS.get(name) ?? normalized.finish };
    expect(read.kind === "read" ? normalize(read.answer) : read.failure).toEqual(wanted);
  });

  it.each(whole)("$name is written as it was read", ({ response }) => {
    const first = backend.readChat(response, CONTEXT);
    if (first.kind !== "read") throw new Error("unreadable");
    const again = backend.readChat(surface.writeAnswer(first.answer, answerContext()), CONTEXT);
    if (again.kind !== "read") throw new Error("unreadable");
    expect(normalize(again.answer)).toEqual(normalize(first.answer));
    expect(again.answer.blocks).toEqual(first.answer.blocks);
  });

  it("reads an error inside a 200 as a failure", () => {
    const read = backend.readChat(fixture("gemini/vai-google-429-retry-info/response.json"), CONTEXT);
    expect(read).toMatchObject({ kind: "failed", failure: { class: "rate_limited", retryAfterSeconds: 35 } });
  });
});

/** The events of a stream of ours; each must be a `data:` line and a blank one. */
function eventsOf(text: string): readonly Record<string, unknown>[] {
  expect(text.endsWith("\n\n")).toBe(true);
  return text
    .slice(0, -2)
    .split("\n\n")
    .map((event) => {
      expect(event).toMatch(/^data: \{[^\n]*\}$/);
      return JSON.parse(event.slice(6)) as Record<string, unknown>;
    });
}

describe("written streams", () => {
  it.each(complete)("$name keeps what SDKs rely on, and reads back the same", ({ stream }) => {
    for (const size of [7, 64, Number.POSITIVE_INFINITY]) {
      const { events } = strict(stream, size);
      const writer = surface.createWriter(answerContext(ask(HELLO, { stream: true, query: "alt=sse" })));
      const text = events.map((event) => writer.write([event])).join("");
      const written = eventsOf(text);
      const ends = written.map((event) => JSON.stringify(event).includes('"finishReason"'));
      expect(ends.indexOf(true)).toBe(written.length - 1);
      expect("usageMetadata" in (written.at(-1) ?? {})).toBe(events.some(({ kind }) => kind === "usage"));
      expect(new Set(written.map((event) => event["responseId"])).size).toBe(1);
      expect(JSON.stringify(written)).not.toMatch(/partialArgs|willContinue/);
      const before = collect(events);
      const after = collect(strict(text, 7).events);
      expect(after === null ? null : normalize(after)).toEqual(before === null ? null : normalize(before));
      expect(sealsOf(after?.blocks ?? [])).toEqual(sealsOf(before?.blocks ?? []));
    }
  });

  it.each(complete)("$name is one array where no events are asked for", ({ stream }) => {
    const { events } = strict(stream, 64);
    const writer = surface.createWriter(answerContext(ask(HELLO, { stream: true })));
    const text = writer.write(events.slice(0, 2)) + writer.write([]) + writer.write(events.slice(2));
    expect(Array.isArray(JSON.parse(text))).toBe(true);
    const before = collect(events);
    const after = collect(strict(text, 3).events);
    expect(after === null ? null : normalize(after)).toEqual(before === null ? null : normalize(before));
  });

  it("keeps a call in one line, however its arguments were written", () => {
    const written = '{\n  "a": "x\\ny",\r\n  "n": 12345678901234567890\n}';
    const head = { kind: "tool_call", id: "a", name: "f", form: "function", namespace: null } as const;
    const events: readonly ChatEvent[] = [
      { kind: "start", id: null, model: null, usage: null },
      { kind: "open", index: 0, head },
      { kind: "delta", index: 0, pieces: [JSON.stringify(written).slice(1, -1)] },
      { kind: "close", index: 0 },
      { kind: "finish", finish: { reason: "tool_calls", raw: null, stopSequence: null } },
    ];
    const writer = surface.createWriter(answerContext(ask(HELLO, { stream: true, query: "alt=sse" })));
    const text = writer.write(events);
    expect(eventsOf(text)).toHaveLength(2);
    expect(collect(strict(text, 7).events)?.blocks).toMatchObject([{ arguments: '{"a":"x\\ny","n":12345678901234567890}' }]);
  });

  it("ends with one error object where the stream fails", () => {
    const { events } = strict(fixture("gemini/syn-error-mid/stream.sse"), 64);
    for (const query of ["alt=sse", ""]) {
      const writer = surface.createWriter(answerContext(ask(HELLO, { stream: true, query })));
      const text = writer.write(events);
      const written = query === "" ? (JSON.parse(text) as unknown[]) : eventsOf(text);
      expect(written.at(-1)).toMatchObject({ error: { code: 503, status: "UNAVAILABLE" } });
    }
  });
});

describe("the JSON array that streams without alt=sse", () => {
  const [first = "", second = ""] = ["input-1.bin", "input-2.bin"].map((name) =>
    fixture(`framing/kong-partial-json-split/${name}`),
  );

  it("reads the same in any split", () => {
    const read = SPLITS.map((size) => collect(strict(first + second, size).events));
    for (const answer of read) expect(answer).toEqual(read[0]);
    const said = read[0]?.blocks.map((block) => (block.kind === "text" ? block.text : "")).join("") ?? "";
    expect(said.trim()).toBe(fixture("framing/kong-partial-json-split/expected-output.bin").trim());
  });

  it("is over where the array is closed, and not before", () => {
    const reader = create();
    reader.push(first);
    expect([reader.terminated, reader.midEvent]).toEqual([false, true]);
    reader.push(second.concat("]"));
    expect([reader.terminated, reader.midEvent]).toEqual([true, false]);
  });
});
