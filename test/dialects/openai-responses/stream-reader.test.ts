import { describe, expect, it } from "vitest";
import { NOTHING_TO_RESTORE, restoreAnswer } from "../../../src/dialects/canonical/restore.ts";
import type { ChatEvent } from "../../../src/dialects/canonical/chat-event.ts";
import { readAnswer, readChat } from "../../../src/dialects/openai-responses/read-answer.ts";
import { ResponsesReader } from "../../../src/dialects/openai-responses/stream-reader.ts";
import { checkStrict } from "../canonical/check-strict.ts";
import { gather } from "./gather.ts";
import { expected, normalize } from "./normalize.ts";
import { type Recording, recording, recordings } from "./recordings.ts";

const CONTEXT = { seed: "0123456789abcdef0123456789abcdef", family: "openai" };
const ALL = recordings("openai-responses", "openai-responses-compat", "openai-responses-extra");
const STREAMED = ALL.filter(({ normalized, stream }) => stream !== null && normalized !== null);

/** Recordings that break off before they say how they ended. */
const CUT = "openai-responses/syn-truncated-no-terminal";

function read(stream: string, size: number): { readonly events: readonly ChatEvent[]; readonly reader: ResponsesReader } {
  const reader = new ResponsesReader(CONTEXT);
  const events: ChatEvent[] = [];
  for (let at = 0; at < stream.length; at += size) events.push(...reader.push(stream.slice(at, at + size)));
  events.push(...reader.end());
  return { events, reader };
}

function readWhole(stream: string): ReturnType<typeof gather> {
  return gather(read(stream, stream.length).events);
}

/** A stream of these events, numbered. */
function sse(...events: readonly Readonly<Record<string, unknown>>[]): string {
  return events
    .map((event, index) => `event: ${String(event["type"])}\ndata: ${JSON.stringify({ sequence_number: index, ...event })}\n\n`)
    .join("");
}

function textDelta(index: number, delta: string): Readonly<Record<string, unknown>> {
  return { type: "response.output_text.delta", output_index: index, content_index: 0, delta };
}

function argumentsDelta(delta: string): Readonly<Record<string, unknown>> {
  return { type: "response.function_call_arguments.delta", output_index: 0, delta };
}

/** A whole answer with these fields. */
function answerJson(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ id: "resp_1", object: "response", status: "completed", output: [], usage: null, ...fields });
}

describe("recorded streams", () => {
  it.each(STREAMED)("reads $name", ({ name, normalized, stream }: Recording) => {
    if (stream === null || normalized === null) return;
    const { answer, events, failure } = readWhole(stream);
    const want = { ...expected(normalized), ...(name === CUT ? { finish: "other" } : {}) };
    expect(normalize(answer, failure)).toEqual(want);
    expect(checkStrict(events, name !== CUT)).toEqual([]);
  });

  it.each([1, 2, 3, 7, 64])("read the same in pieces of %i characters", (size) => {
    for (const { stream } of STREAMED) {
      if (stream === null) continue;
      expect(gather(read(stream, size).events).answer).toEqual(readWhole(stream).answer);
    }
  });

  it("end at the terminal event and tell whether the caller's SDK has raised", () => {
    for (const { name, stream, normalized } of STREAMED) {
      const { reader } = read(stream ?? "", 64);
      expect([name, reader.terminated]).toEqual([name, name !== CUT]);
      expect([name, reader.errorTold]).toEqual([name, normalized?.error !== null && name !== CUT]);
    }
  });
});

describe("recorded answers", () => {
  // Where a case has both, the answer is another one than the stream that `normalized` describes.
  const described = ALL.filter(({ normalized, response, stream }) => response !== null && stream === null && normalized !== null);
  const others = ALL.filter(({ name, response, stream }) => response !== null && stream !== null && !name.includes("error"));

  it.each(described)("reads $name", ({ normalized, response }: Recording) => {
    if (response === null || normalized === null) return;
    const answer = readChat(response, CONTEXT);
    const restored = answer.kind === "read" ? restoreAnswer(answer.answer, NOTHING_TO_RESTORE) : null;
    // What a compaction gives is no turn: its usage is read, its items are opaque.
    expect(normalize(restored, answer.kind === "failed" ? answer.failure : null)).toEqual(expected(normalized));
  });

  it.each(others)("reads the answer beside $name", ({ response }: Recording) => {
    expect(readChat(response ?? "", CONTEXT).kind).toBe("read");
    expect(readAnswer("chat", response ?? "")).toMatchObject({ kind: "complete" });
  });
});

describe("a stream that is not as it should be", () => {
  const created = { type: "response.created", response: { id: "resp_1", model: "m", output: [] } };
  const call = { type: "function_call", id: "fc_1", call_id: "call_1", name: "f" };
  const completed = { type: "response.completed", response: { id: "resp_1", status: "completed", output: [] } };

  it("has arguments that come only at their end, or only with the item", () => {
    const done = { type: "response.output_item.done", output_index: 0, item: { ...call, arguments: '{"a":1}' } };
    const added = { type: "response.output_item.added", output_index: 0, item: { ...call, arguments: "" } };
    const whole = { type: "response.function_call_arguments.done", output_index: 0, arguments: '{"a":1}' };
    for (const events of [[added, done], [added, whole, done], [added, whole], [done]]) {
      const { answer } = readWhole(sse(created, ...events, completed));
      expect(answer?.blocks).toMatchObject([{ kind: "tool_call", id: "call_1", name: "f", arguments: '{"a":1}' }]);
      expect(answer?.finish.reason).toBe("tool_calls");
    }
  });

  it("has items that no event had but the final response", () => {
    const output = [{ type: "message", id: "msg_1", role: "assistant", content: [{ type: "output_text", text: "hi" }] }];
    const { answer } = readWhole(sse(created, { ...completed, response: { status: "completed", output } }));
    expect(answer?.blocks).toEqual([{ kind: "text", text: "hi" }]);
  });

  it("has a final response with other ids than its events", () => {
    const item = { type: "message", role: "assistant", content: [{ type: "output_text", text: "hi" }] };
    const events = [
      { type: "response.output_item.added", output_index: 0, item: { type: "message", id: "a", content: [] } },
      { type: "response.output_text.delta", output_index: 0, item_id: "b", content_index: 0, delta: "hi" },
      { type: "response.output_item.done", output_index: 0, item: { ...item, id: "c" } },
      { type: "response.completed", response: { id: "other", status: "completed", output: [{ ...item, id: "d" }] } },
    ];
    expect(readWhole(sse(created, ...events)).answer?.blocks).toEqual([{ kind: "text", text: "hi" }]);
  });

  it("has events that do not say which item they are about", () => {
    const events = [
      { type: "response.output_item.added", item: { type: "message", content: [] } },
      { type: "response.output_text.delta", delta: "a" },
      { type: "response.output_text.delta", delta: "b" },
      { type: "response.output_item.done", item: { type: "message", content: [{ type: "output_text", text: "ab" }] } },
      { type: "response.output_item.added", item: { ...call, id: undefined, arguments: "" } },
      { type: "response.function_call_arguments.delta", delta: "{}" },
    ];
    const { answer } = readWhole(sse(created, ...events, completed));
    expect(answer?.blocks).toMatchObject([{ text: "ab" }, { arguments: "{}" }]);
  });

  it("has items that overlap", () => {
    const added = { type: "response.output_item.added", output_index: 0, item: { ...call, arguments: "" } };
    const { answer, events } = readWhole(
      sse(created, added, argumentsDelta('{"a"'), textDelta(1, "one "), argumentsDelta(":1}"), textDelta(1, "two"), completed),
    );
    expect(answer?.blocks).toMatchObject([{ arguments: '{"a":1}' }, { text: "one two" }]);
    expect(checkStrict(events)).toEqual([]);
  });

  it("takes the encrypted content of a finished item alone, with the item's id", () => {
    const item = { type: "reasoning", id: "rs_1", summary: [] };
    const events = [
      { type: "response.output_item.added", output_index: 0, item: { ...item, encrypted_content: "partial" } },
      { type: "response.output_item.done", output_index: 0, item: { ...item, encrypted_content: "whole" } },
    ];
    const seal = { family: "openai", form: "encrypted", data: "whole", id: "rs_1" };
    expect(readWhole(sse(created, ...events, completed)).answer?.blocks).toEqual([
      { kind: "reasoning", text: "", isSummary: true, seal },
    ]);
  });

  it("puts a thought whose seal comes late before the call that overlaps it", () => {
    const thought = { type: "reasoning", id: "rs_1", summary: [] };
    const events = [
      { type: "response.output_item.added", output_index: 0, item: thought },
      { type: "response.output_item.added", output_index: 1, item: { ...call, arguments: "" } },
      { type: "response.output_item.done", output_index: 0, item: { ...thought, encrypted_content: "e" } },
      { type: "response.output_item.done", output_index: 1, item: { ...call, arguments: "{}" } },
    ];
    const kinds = readWhole(sse(created, ...events, completed)).answer?.blocks.map(({ kind }) => kind);
    expect(kinds).toEqual(["reasoning", "tool_call"]);
  });

  it("is not held up by a thought that is never done", () => {
    const reader = new ResponsesReader(CONTEXT);
    reader.push(sse(created, { type: "response.output_item.added", output_index: 0, item: { type: "reasoning", id: "rs_1" } }));
    const events = Array.from({ length: 20 }, () => reader.push(sse(textDelta(1, "x"))));
    expect(events.flat().filter(({ kind }) => kind === "delta")).toHaveLength(20);
  });

  it("cites web sources and leaves out files", () => {
    const at = { output_index: 0, content_index: 0 };
    const citation = { type: "url_citation", url: "https://a.example", title: "A", start_index: 0, end_index: 2 };
    const events = [
      { type: "response.output_text.delta", ...at, delta: "hi" },
      { type: "response.output_text.annotation.added", ...at, annotation_index: 0, annotation: citation },
      { type: "response.output_text.annotation.added", ...at, annotation_index: 1, annotation: { type: "file_citation" } },
    ];
    const annotation = { url: "https://a.example", title: "A", startIndex: 0, endIndex: 2, citedText: null };
    expect(readWhole(sse(created, ...events, completed)).answer?.blocks).toEqual([
      { kind: "text", text: "hi", annotations: [annotation] },
    ]);
  });

  it("gives a generated image as media and a provider's own tools as they came", () => {
    const image = { type: "image_generation_call", id: "ig_1", status: "completed", result: "aGk=", output_format: "webp" };
    const search = { type: "web_search_call", id: "ws_1", status: "completed", action: { type: "search", query: "q" } };
    const events = [image, search].map((item, index) => ({ type: "response.output_item.done", output_index: index, item }));
    expect(readWhole(sse(created, ...events, completed)).answer?.blocks).toMatchObject([
      { kind: "media", media: "image", mimeType: "image/webp", source: { kind: "base64", data: "aGk=" } },
      { kind: "opaque", dialect: "openai-responses", type: "web_search_call", raw: search },
    ]);
  });

  it("fails where chat completions are streamed instead", () => {
    const { failure } = readWhole(recording("openai-compat/vai-azure-deepseek-reasoning.1").stream ?? "");
    expect(failure?.class).toBe("malformed");
  });

  it("fails at an event that is no JSON object, and at one that is too long", () => {
    expect(readWhole("data: {oops\n\n").failure?.class).toBe("malformed");
    expect(readWhole(`data: "${"x".repeat(9 * 1024 * 1024)}`).failure?.class).toBe("malformed");
  });

  it("has told every caller of an error with the failed response alone", () => {
    const error = { type: "error", error: { message: "no" } };
    expect(read(sse(created, error), 64).reader).toMatchObject({ errorTold: false, terminated: false });
    const failed = { type: "response.failed", response: {} };
    expect(read(sse(created, error, failed), 64).reader).toMatchObject({ errorTold: true, terminated: true });
  });

  it("fails with the class that an error event names, flat, nested or untyped", () => {
    const error = { type: "server_error", code: "rate_limit_exceeded", message: "slow down", param: null };
    expect(readWhole(sse(created, { ...error, type: "error" })).failure?.class).toBe("rate_limited");
    expect(readWhole(sse(created, { type: "error", error })).failure?.class).toBe("rate_limited");
    expect(readWhole(`data: ${JSON.stringify({ error })}\n\n`).failure?.class).toBe("rate_limited");
    const failed = { type: "response.failed", response: { status: "failed", error: { code: "invalid_prompt", message: "no" } } };
    expect(readWhole(sse(created, failed)).failure).toMatchObject({ class: "invalid_request", message: "no" });
  });
});

describe("an answer passed on as it came", () => {
  it("is a failure when it is empty, reports an error or is none at all", () => {
    const classes = [
      answerJson({}),
      answerJson({ status: "failed", error: null }),
      answerJson({ error: { code: "server_error" } }),
      "[]",
      "<html>",
    ]
      .map((text) => readAnswer("chat", text))
      .map((reading) => (reading.kind === "failed" ? reading.failure.class : reading.kind));
    expect(classes).toEqual(["empty_completion", "server_error", "server_error", "malformed", "malformed"]);
  });

  it("may be empty where it says why, or has yet to come", () => {
    const cut = answerJson({ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } });
    for (const text of [cut, answerJson({ status: "queued" }), answerJson({ status: "in_progress" })])
      expect(readAnswer("chat", text)).toEqual({ kind: "complete", usage: null, outputCharacters: 0 });
  });
});
