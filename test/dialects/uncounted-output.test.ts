import { describe, expect, it } from "vitest";
import { withOutput } from "../../src/core/usage.ts";
import { backendOf } from "../../src/dialects/index.ts";
import type { DialectName } from "../../src/dialects/dialect.ts";

const TEXT = "Aye. ".repeat(400);
const COUNTED = Math.ceil(TEXT.length / 4);

/** How a dialect's answer says what it used: whole, and as the events of a stream. `usage` is its own member, as it is sent. */
interface Wire {
  readonly output: string;
  readonly whole: (usage: object) => object;
  readonly events: (usage: object) => readonly (readonly [event: string, data: unknown])[];
}

const choice = { index: 0, finish_reason: "stop" };
const WIRES: Readonly<Partial<Record<DialectName, Wire>>> = {
  "openai-chat": {
    output: "completion_tokens",
    whole: (usage) => ({
      choices: [{ ...choice, message: { role: "assistant", content: TEXT } }],
      usage: { prompt_tokens: 7, ...usage },
    }),
    events: (usage) => [
      ["", { choices: [{ index: 0, delta: { content: TEXT }, finish_reason: null }] }],
      ["", { choices: [{ ...choice, delta: {} }] }],
      ["", { choices: [], usage: { prompt_tokens: 7, ...usage } }],
      ["", "[DONE]"],
    ],
  },
  "openai-completions": {
    output: "completion_tokens",
    whole: (usage) => ({ choices: [{ ...choice, text: TEXT }], usage: { prompt_tokens: 7, ...usage } }),
    events: (usage) => [
      ["", { choices: [{ ...choice, text: TEXT }] }],
      ["", { choices: [], usage: { prompt_tokens: 7, ...usage } }],
      ["", "[DONE]"],
    ],
  },
  "anthropic-messages": {
    output: "output_tokens",
    whole: (usage) => ({
      ...MESSAGE,
      content: [{ type: "text", text: TEXT }],
      stop_reason: "end_turn",
      usage: { input_tokens: 7, ...usage },
    }),
    events: (usage) => [
      // What a stream begins with is no count of what comes.
      [
        "message_start",
        { message: { ...MESSAGE, content: [], stop_reason: null, usage: { input_tokens: 7, output_tokens: 3 } } },
      ],
      ["content_block_start", { index: 0, content_block: { type: "text", text: "" } }],
      ["content_block_delta", { index: 0, delta: { type: "text_delta", text: TEXT } }],
      ["content_block_stop", { index: 0 }],
      ["message_delta", { delta: { stop_reason: "end_turn" }, usage }],
      ["message_stop", {}],
    ],
  },
  "openai-responses": {
    output: "output_tokens",
    whole: (usage) => response({ input_tokens: 7, ...usage }),
    events: (usage) => [
      ["response.created", { response: { id: "r", object: "response", status: "in_progress", output: [] } }],
      ["response.output_item.added", { output_index: 0, item: { ...item(""), content: [] } }],
      [
        "response.content_part.added",
        { output_index: 0, content_index: 0, item_id: "i", part: { type: "output_text", text: "" } },
      ],
      ["response.output_text.delta", { output_index: 0, content_index: 0, item_id: "i", delta: TEXT }],
      ["response.output_item.done", { output_index: 0, item: item(TEXT) }],
      ["response.completed", { response: response({ input_tokens: 7, ...usage }) }],
    ],
  },
  gemini: {
    output: "candidatesTokenCount",
    whole: (usage) => candidate({ promptTokenCount: 7, ...usage }),
    events: (usage) => [["", candidate({ promptTokenCount: 7, ...usage })]],
  },
};

const MESSAGE = { id: "msg", type: "message", role: "assistant", model: "m" };
const item = (text: string) => ({
  id: "i",
  type: "message",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text }],
});
const response = (usage: object) => ({ id: "r", object: "response", status: "completed", output: [item(TEXT)], usage });
const candidate = (usage: object) => ({
  candidates: [{ content: { role: "model", parts: [{ text: TEXT }] }, finishReason: "STOP" }],
  usageMetadata: usage,
});

function sse([event, data]: readonly [string, unknown]): string {
  const body = typeof data === "object" && event !== "" ? { type: event, ...data } : data;
  return `${event === "" ? "" : `event: ${event}\n`}data: ${typeof body === "string" ? body : JSON.stringify(body)}\n\n`;
}

describe.each(Object.entries(WIRES) as [DialectName, Wire][])("what an answer in %s used", (dialect, wire) => {
  const native = backendOf(dialect).native ?? expect.unreachable();

  function read(usage: object) {
    const answer = native.readAnswer("chat", JSON.stringify(wire.whole(usage)));
    if (answer.kind !== "complete") return expect.unreachable(JSON.stringify(answer));
    const meter = native.createStreamMeter(1);
    for (const event of wire.events(usage)) meter.push(sse(event));
    meter.end();
    expect([meter.reading.failure, meter.reading.finished]).toEqual([null, true]);
    return [answer, meter.reading].map((reading) => withOutput(reading.usage ?? expect.unreachable(), reading.outputCharacters));
  }

  it.each([
    ["null", { [wire.output]: null }],
    ["missing", {}],
    ["0", { [wire.output]: 0 }],
  ])("is counted by us, flagged, where its output is %s", (_, usage) => {
    for (const used of read(usage)) expect(used).toMatchObject({ inputTokens: 7, outputTokens: COUNTED, estimated: true });
  });

  it("is what was reported, where it was", () => {
    for (const used of read({ [wire.output]: 321 }))
      expect(used).toMatchObject({ inputTokens: 7, outputTokens: 321, estimated: false });
  });
});
