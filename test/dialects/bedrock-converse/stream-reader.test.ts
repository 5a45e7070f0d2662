import { describe, expect, it } from "vitest";
import { encodeConverseEvent, encodeFrame } from "../../rigs/eventstream-encoder.ts";
import { collect, CONTEXT } from "./collect.ts";

const start = (contentBlockIndex: number, value: object): Buffer =>
  encodeConverseEvent("contentBlockStart", { contentBlockIndex, start: value });
const delta = (contentBlockIndex: number, value: object): Buffer =>
  encodeConverseEvent("contentBlockDelta", { contentBlockIndex, delta: value });
const close = (contentBlockIndex: number): Buffer => encodeConverseEvent("contentBlockStop", { contentBlockIndex });
const stop = (stopReason = "end_turn"): Buffer => encodeConverseEvent("messageStop", { stopReason });
const usage = { inputTokens: 1, outputTokens: 2, cacheReadInputTokens: 3, cacheWriteInputTokens: 4 };
const metadata = encodeConverseEvent("metadata", { usage });
const exception = (type: string, message: string): Buffer =>
  encodeFrame({ ":message-type": "exception", ":exception-type": type }, JSON.stringify({ message }));

describe("ConverseStreamReader", () => {
  it.each([
    ["messageStop first", [stop(), metadata]],
    ["metadata first", [metadata, stop()]],
  ])("ends with messageStop and metadata in either order: %s", (_, ending) => {
    const { answer, reader } = collect([Buffer.concat([delta(0, { text: "a" }), ...ending, delta(0, { text: "not read" })])]);
    expect(answer).toMatchObject({
      blocks: [{ text: "a" }],
      finish: { reason: "stop" },
      usage: { inputTokens: 8, outputTokens: 2 },
    });
    expect([reader.terminated, reader.midEvent]).toEqual([true, false]);
  });

  it("waits for the usage: without it the answer ends with the transport", () => {
    const { events, reader } = collect([delta(0, { text: "a" }), stop()]);
    expect(events.at(-1)).toMatchObject({ kind: "finish" });
    expect(reader.terminated).toBe(true);
  });

  it("is incomplete without messageStop, whatever else came", () => {
    const { answer, failure, reader } = collect([delta(0, { text: "a" }), close(0), metadata]);
    expect([answer, failure, reader.terminated]).toEqual([null, null, false]);
  });

  it.each([
    ["throttlingException", "rate_limited", "Too many tokens, please wait."],
    ["serviceUnavailableException", "overloaded", "later"],
    ["internalServerException", "server_error", "oops"],
    ["modelStreamErrorException", "server_error", "oops"],
    ["validationException", "invalid_request", "The temperature is wrong."],
    ["validationException", "context_length", "Input is too long for requested model."],
    ["somethingNew", "server_error", "?"],
  ])("takes the exception %s for %s", (type, failureClass, message) => {
    const { answer, blocks, failure, reader } = collect([
      delta(0, { text: "a" }),
      exception(type, message),
      delta(0, { text: "b" }),
      stop(),
    ]);
    expect(answer).toBeNull();
    expect(blocks).toMatchObject([{ text: "a" }]);
    expect(failure).toMatchObject({ class: failureClass, status: 200 });
    expect(failure?.message === message).toBe(failureClass === "invalid_request" || failureClass === "context_length");
    expect(reader.errorTold).toBe(true);
  });

  it("takes an error frame, whose words are in its headers", () => {
    const error = encodeFrame({ ":message-type": "error", ":error-code": "ThrottlingException", ":error-message": "slow" }, "");
    expect(collect([error]).failure).toMatchObject({ class: "rate_limited" });
  });

  it("takes a frame without a message type for an event", () => {
    const frames = [encodeFrame({ ":event-type": "contentBlockDelta" }, '{"contentBlockIndex":0,"delta":{"text":"a"}}'), stop()];
    expect(collect(frames).blocks).toMatchObject([{ text: "a" }]);
  });

  it.each(["{", "[]", '"text"'])("fails at a frame that holds %s", (payload) => {
    expect(collect([encodeFrame({ ":event-type": "messageStop" }, payload)]).failure).toMatchObject({ class: "malformed" });
  });

  it("opens no block for an empty delta, and gives a call without input an empty object", () => {
    const call = { toolUse: { toolUseId: "t1", name: "now" } };
    const { answer } = collect([
      delta(0, { text: "" }),
      close(0),
      start(1, call),
      delta(1, { toolUse: { input: "" } }),
      close(1),
      stop("tool_use"),
    ]);
    expect(answer?.blocks).toMatchObject([{ kind: "tool_call", id: "t1", name: "now", arguments: "{}" }]);
  });

  it("closes at the end what nobody closed", () => {
    const call = { toolUse: { toolUseId: "t1", name: "now" } };
    const { answer } = collect([delta(0, { text: "a" }), start(1, call), stop("tool_use"), metadata]);
    expect(answer?.blocks).toMatchObject([{ text: "a" }, { arguments: "{}" }]);
  });

  it("tells thoughts from text under the same index", () => {
    const thought = (value: object): Buffer => delta(0, { reasoningContent: value });
    const { answer } = collect([
      thought({ text: "hm" }),
      thought({ signature: "c2ln" }),
      delta(0, { text: "a" }),
      close(0),
      stop(),
    ]);
    const seal = { family: CONTEXT.family, form: "signature", data: "c2ln", id: null };
    expect(answer?.blocks).toEqual([
      { kind: "reasoning", isSummary: false, text: "hm", seal },
      { kind: "text", text: "a" },
    ]);
  });

  it("gives a signature without thoughts, and thoughts that are hidden", () => {
    const { answer } = collect([
      delta(0, { reasoningContent: { signature: "c2ln" } }),
      delta(1, { reasoningContent: { redactedContent: "cmVk" } }),
      delta(2, { text: "a" }),
      stop(),
    ]);
    expect(answer?.blocks).toMatchObject([
      { text: "", seal: { form: "signature" } },
      { text: "", seal: { form: "redacted", data: "cmVk" } },
      { text: "a" },
    ]);
  });

  it("mints the id of a call that has none, the same for the same request", () => {
    const stream = [start(1, { toolUse: { name: "now" } }), stop()];
    expect(collect(stream).blocks).toMatchObject([{ id: expect.stringMatching(/^tooluse_[0-9a-f]{22}$/) as string }]);
    expect(collect(stream).blocks).toEqual(collect(stream).blocks);
  });

  it("fails at a call without a name", () => {
    expect(collect([start(0, { toolUse: { toolUseId: "t" } })]).failure).toMatchObject({ class: "malformed" });
  });

  it("tells a provider's own tool whole, with every digit of its numbers", () => {
    const { answer } = collect([
      start(0, { toolUse: { toolUseId: "t", name: "nova_code_interpreter", type: "server_tool_use" } }),
      delta(0, { toolUse: { input: '{"n":1' } }),
      delta(0, { toolUse: { input: "2345678901234567890}" } }),
      close(0),
      start(1, { toolResult: { toolUseId: "t", type: "nova_code_interpreter_result", status: "success" } }),
      delta(1, { toolResult: [{ json: { out: 1 } }] }),
      close(1),
      delta(2, { text: "done" }),
      stop(),
    ]);
    expect(answer?.blocks).toMatchObject([
      {
        kind: "opaque",
        type: "server_tool_use",
        raw: { toolUse: { toolUseId: "t", input: { n: { text: "12345678901234567890" } } } },
      },
      { kind: "opaque", type: "nova_code_interpreter_result", raw: { toolResult: { content: [{ json: { out: 1 } }] } } },
      { text: "done" },
    ]);
  });

  it("joins an image whose bytes come in parts", () => {
    const parts = ["a", "bcd"].map((text) => Buffer.from(text).toString("base64"));
    const deltas = parts.map((bytes) => delta(0, { image: { source: { bytes } } }));
    const { answer } = collect([start(0, { image: { format: "png" } }), ...deltas, close(0), stop()]);
    expect(answer?.blocks).toMatchObject([
      { kind: "media", mimeType: "image/png", source: { data: Buffer.from("abcd").toString("base64") } },
    ]);
  });

  it("cites pages, and passes over documents, which have no address", () => {
    const web = { citation: { title: "T", location: { web: { url: "https://a.example/" } }, sourceContent: [{ text: "said" }] } };
    const page = { citation: { title: "D", location: { documentPage: { documentIndex: 0, start: 1, end: 2 } } } };
    const { answer } = collect([delta(0, { text: "a" }), delta(0, web), delta(0, page), close(0), stop()]);
    const annotation = { url: "https://a.example/", title: "T", startIndex: null, endIndex: null, citedText: "said" };
    expect(answer?.blocks).toEqual([{ kind: "text", text: "a", annotations: [annotation] }]);
  });

  it("fails where blocks that are told whole grow without end", () => {
    const part = delta(0, { image: { source: { bytes: "A".repeat(4 * 1024 * 1024) } } });
    expect(collect([start(0, { image: { format: "png" } }), ...Array.from({ length: 5 }, () => part)]).failure).toMatchObject({
      class: "malformed",
    });
  });

  it("gives the deltas of one read as one event", () => {
    const { events } = collect([Buffer.concat([delta(0, { text: "a" }), delta(0, { text: '"' }), delta(0, { text: "c" })])]);
    expect(events.filter(({ kind }) => kind === "delta")).toEqual([{ kind: "delta", index: 0, pieces: ["a", '\\"', "c"] }]);
  });

  it("keeps the order of what is no delta among them", () => {
    const citation = { citation: { location: { web: { url: "https://a.example/" } } } };
    const { events } = collect([Buffer.concat([delta(0, { text: "a" }), delta(0, citation), delta(0, { text: "b" })])]);
    expect(events.map(({ kind }) => kind)).toEqual(["start", "open", "delta", "annotate", "delta"]);
  });

  it("names the stop sequence that was met, where the model says", () => {
    const frame = encodeConverseEvent("messageStop", {
      stopReason: "stop_sequence",
      additionalModelResponseFields: { delta: { stop_sequence: "END" } },
    });
    expect(collect([delta(0, { text: "a" }), frame]).answer?.finish).toEqual({
      reason: "stop_sequence",
      raw: "stop_sequence",
      stopSequence: "END",
    });
  });
});
