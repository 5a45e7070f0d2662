import { describe, expect, it } from "vitest";
import { createStreamMeter, createStreamRepair } from "../../../src/dialects/anthropic-messages/stream-repair.ts";
import { createReader } from "../../../src/dialects/anthropic-messages/stream-reader.ts";
import { arrange, CONTEXT, gather, inPieces } from "./gather.ts";
import { streamOf } from "./recordings.ts";

function sse(...events: readonly Record<string, unknown>[]): string {
  return events.map((event) => `event: ${String(event["type"])}\ndata: ${JSON.stringify(event)}\n\n`).join("");
}

function start(message: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: "message_start",
    message: { id: "msg_1", model: "m", content: [], usage: { input_tokens: 3, output_tokens: 1 }, ...message },
  };
}

function block(
  index: number,
  contentBlock: Record<string, unknown>,
  ...deltas: readonly Record<string, unknown>[]
): readonly Record<string, unknown>[] {
  return [
    { type: "content_block_start", index, content_block: contentBlock },
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

const STOP = [
  { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 5 } },
  { type: "message_stop" },
];
const TEXT = block(0, { type: "text", text: "" }, { type: "text_delta", text: "Hi" });

function read(...events: readonly Record<string, unknown>[]): ReturnType<typeof gather> {
  return gather(arrange([sse(...events)]));
}

describe("a block", () => {
  it("of thoughts keeps its signature byte for byte", () => {
    const thought = block(
      0,
      { type: "thinking", thinking: "", signature: "" },
      { type: "thinking_delta", thinking: "Hm" },
      { type: "signature_delta", signature: "s+/=" },
    );
    const seal = { family: "anthropic", form: "signature", data: "s+/=", id: null };
    expect(read(start(), ...thought, ...STOP).answer.blocks).toEqual([{ kind: "reasoning", text: "Hm", isSummary: false, seal }]);
  });

  it("of thoughts that are left out is its signature alone", () => {
    const thought = block(0, { type: "thinking", thinking: "", signature: "" }, { type: "signature_delta", signature: "s" });
    const seal = { family: "anthropic", form: "signature", data: "s", id: null };
    expect(read(start(), ...thought, ...STOP).answer.blocks).toEqual([{ kind: "reasoning", text: "", isSummary: false, seal }]);
  });

  it("that calls a tool without arguments has none, also where an empty delta comes", () => {
    for (const deltas of [[], [{ type: "input_json_delta", partial_json: "" }]]) {
      const call = block(0, { type: "tool_use", id: "toolu_1", name: "now", input: {} }, ...deltas);
      expect(read(start(), ...call, ...STOP).answer.blocks).toMatchObject([{ kind: "tool_call", arguments: "{}" }]);
    }
  });

  it("that calls a tool without an id gets one of its own", () => {
    const calls = [
      ...block(0, { type: "tool_use", name: "a", input: {} }),
      ...block(1, { type: "tool_use", name: "b", input: {} }),
    ];
    const { blocks } = read(start(), ...calls, ...STOP).answer;
    expect(blocks.map((call) => call.kind === "tool_call" && call.id)).toEqual([
      `toolu_${CONTEXT.seed}0`,
      `toolu_${CONTEXT.seed}1`,
    ]);
  });

  it("of a server's tool comes whole, with its input, and is no call", () => {
    const use = { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {} };
    const call = block(
      0,
      use,
      { type: "input_json_delta", partial_json: '{"q":' },
      { type: "input_json_delta", partial_json: '"\\u00e9"}' },
    );
    const { answer } = read(start(), ...call, ...STOP);
    expect(answer.finish.reason).toBe("stop");
    expect(answer.blocks).toEqual([
      { kind: "opaque", dialect: "anthropic-messages", type: "server_tool_use", raw: { ...use, input: { q: "é" } } },
    ]);
  });

  it("of an unknown kind keeps what its deltas say", () => {
    const compaction = block(0, { type: "compaction", content: null }, { type: "compaction_delta", content: "so far" });
    expect(read(start(), ...compaction, ...STOP).answer.blocks).toEqual([
      { kind: "opaque", dialect: "anthropic-messages", type: "compaction", raw: { type: "compaction", content: "so far" } },
    ]);
  });

  it("of text names the addresses it cites and no other source", () => {
    const cited = {
      type: "web_search_result_location",
      url: "https://a.example",
      title: "A",
      cited_text: "x",
      encrypted_index: "E",
    };
    const page = { type: "page_location", document_index: 0, cited_text: "y" };
    const text = block(
      0,
      { type: "text", text: "" },
      { type: "text_delta", text: "Hi" },
      { type: "citations_delta", citation: cited },
      { type: "citations_delta", citation: page },
    );
    expect(read(start(), ...text, ...STOP).answer.blocks).toEqual([
      {
        kind: "text",
        text: "Hi",
        annotations: [{ url: "https://a.example", title: "A", startIndex: null, endIndex: null, citedText: "x" }],
      },
    ]);
  });

  it("that the start of the message holds is told once", () => {
    const content = [{ type: "tool_use", id: "toolu_1", name: "f", input: { a: 1 } }];
    const message = start({ content, stop_reason: "tool_use" });
    const { answer } = read(message, { type: "message_stop" });
    expect(answer.blocks).toMatchObject([{ kind: "tool_call", id: "toolu_1", arguments: '{"a":1}' }]);
    expect(answer.finish).toEqual({ reason: "tool_calls", raw: "tool_use", stopSequence: null });
    expect(read(message, ...TEXT, ...STOP).answer.blocks.map(({ kind }) => kind)).toEqual(["tool_call", "text"]);
  });
});

describe("a stream", () => {
  it("counts what its start and its end say, field by field", () => {
    const begun = start({
      usage: { input_tokens: 10, cache_read_input_tokens: 100, cache_creation_input_tokens: 1_000, output_tokens: 1 },
    });
    const end = {
      type: "message_delta",
      delta: { stop_reason: "end_turn" },
      usage: { input_tokens: 12, cache_read_input_tokens: null, output_tokens: 7, output_tokens_details: { thinking_tokens: 4 } },
    };
    expect(read(begun, ...TEXT, end, { type: "message_stop" }).answer.usage).toEqual({
      inputTokens: 1_112,
      cachedInputTokens: 100,
      cacheWriteTokens: 1_000,
      outputTokens: 7,
      reasoningTokens: 4,
      estimated: false,
    });
  });

  it("is read past pings and events of a later version", () => {
    expect(read({ type: "ping" }, start(), { type: "new_thing", index: 0 }, ...TEXT, ...STOP)).toEqual(
      read(start(), ...TEXT, ...STOP),
    );
  });

  it("ends with message_stop: what follows is not read", () => {
    const reader = createReader(CONTEXT);
    reader.push(sse(start(), ...TEXT, ...STOP));
    expect(reader.terminated).toBe(true);
    expect(reader.push(sse(...TEXT))).toEqual([]);
    expect(reader.midEvent).toBe(false);
  });

  it("that never says why it ended has stopped", () => {
    expect(read(start(), ...TEXT, { type: "message_stop" }).answer.finish).toEqual({
      reason: "stop",
      raw: null,
      stopSequence: null,
    });
  });

  it("whose last block was never closed closes it", () => {
    const call = block(0, { type: "tool_use", id: "toolu_1", name: "now", input: {} }).slice(0, 1);
    expect(read(start(), ...call, ...STOP).answer.blocks).toMatchObject([{ kind: "tool_call", arguments: "{}" }]);
  });

  it("fails with the class of its error event, and the caller has been told", () => {
    const reader = createReader(CONTEXT);
    const events = reader.push(
      sse(start(), { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, ...TEXT),
    );
    expect(events.at(-1)).toMatchObject({ kind: "error", failure: { class: "overloaded", status: 200 } });
    expect(reader.errorTold).toBe(true);
    expect(reader.terminated).toBe(false);
  });

  it("fails at a proxy's bare error, of which no SDK has been told", () => {
    const reader = createReader(CONTEXT);
    expect(reader.push('data: {"error":{"message":"upstream gone"}}\n\n')).toMatchObject([
      { kind: "error", failure: { class: "server_error" } },
    ]);
    expect(reader.errorTold).toBe(false);
  });

  it("fails at what is no JSON object", () => {
    for (const data of ["{", "[]", '"x"']) {
      expect(createReader(CONTEXT).push(`event: ping\ndata: ${data}\n\n`)).toMatchObject([
        { kind: "error", failure: { class: "malformed" } },
      ]);
    }
  });

  it("fails once at an event that never ends", () => {
    const reader = createReader(CONTEXT);
    expect(reader.push(`data: ${"x".repeat(300_000)}`)).toMatchObject([{ kind: "error", failure: { class: "malformed" } }]);
    expect(reader.push("x\n\n")).toEqual([]);
    expect(reader.end()).toEqual([]);
  });

  it("that goes over into another message fails", () => {
    const { answer, failure } = read(start(), ...TEXT, start({ id: "msg_2" }), ...TEXT, ...STOP);
    expect(failure).toMatchObject({ class: "malformed" });
    expect(answer.blocks).toEqual([{ kind: "text", text: "Hi" }]);
  });

  it("hands on runs of deltas as they stand", () => {
    const pieces = ["a", "\\n", "é", "\\ud83d\\ude00"];
    const deltas = pieces.map(
      (piece) =>
        `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${piece}"}}\n\n`,
    );
    const reader = createReader(CONTEXT);
    reader.push(sse(start(), ...TEXT.slice(0, 1)));
    expect(reader.push(deltas.join(""))).toEqual([
      { kind: "delta", index: 0, pieces: pieces.slice(0, 1) },
      { kind: "delta", index: 0, pieces: pieces.slice(1) },
    ]);
  });
});

describe("the meter of a native stream", () => {
  it("reads usage, content and end without touching anything", () => {
    const meter = createStreamMeter();
    for (const piece of inPieces(streamOf("syn-basic-cache-usage"), 7)) meter.push(piece);
    meter.end();
    expect(meter.reading).toMatchObject({
      content: true,
      finished: true,
      explained: false,
      terminated: true,
      failure: null,
      errorTold: false,
      midEvent: false,
    });
    expect(meter.reading.usage).toMatchObject({ inputTokens: 1_110, outputTokens: 25 });
  });

  it("knows a stream that was cut", () => {
    const meter = createStreamMeter();
    meter.push(streamOf("syn-truncated-mid-tool"));
    meter.end();
    expect(meter.reading).toMatchObject({ finished: false, terminated: false });
  });
});

function mend(text: string, size = text.length): string {
  const repair = createStreamRepair();
  return (
    inPieces(text, size)
      .map((piece) => repair.mend(piece))
      .join("") + repair.mendEnd()
  );
}

describe("mending", () => {
  it("leaves a well-formed stream as it is, in any split and with any line ends", () => {
    for (const name of [
      "syn-interleaved-thinking-tools",
      "syn-crlf-no-space",
      "syn-ping-everywhere",
      "syn-error-overloaded-mid",
    ]) {
      const stream = streamOf(name);
      for (const size of [1, 2, 3, 7, 64, stream.length]) expect(mend(stream, size)).toBe(stream);
    }
  });

  it("leaves out a beginning that is said twice", () => {
    const stream = streamOf("vai-duplicate-message-start");
    const first = stream.indexOf("event: message_start");
    const second = stream.indexOf("event: message_start", first + 1);
    const wanted = stream.slice(0, second) + stream.slice(stream.indexOf("event: content_block_start"));
    for (const size of [1, 7, stream.length]) expect(mend(stream, size)).toBe(wanted);
  });

  it("ends a stream that goes over into another message in one error", () => {
    const good = sse(start(), ...TEXT.slice(0, 2));
    expect(mend(good + sse(start({ id: "msg_2" }), ...TEXT, ...STOP))).toBe(
      `${good}event: error\ndata: {"type":"error","error":{"type":"api_error","message":"Another message began in the middle of the upstream's stream."},"request_id":null}\n\n`,
    );
  });

  it("ends a last event that has no blank line", () => {
    const stream = sse(start(), ...TEXT, ...STOP);
    expect(mend(stream.trimEnd())).toBe(stream);
  });
});
