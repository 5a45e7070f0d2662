import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { type SdkRig, startSdkRig } from "./start-sdk-rig.ts";
import { CITY_SCHEMA, CITY_TOOL, TIME_TOOL } from "./tools.ts";

const messages = [{ role: "user" as const, content: "Where is the harbour?" }];
let rig: SdkRig;

beforeAll(async () => {
  rig = await startSdkRig();
});
beforeEach(() => rig.script());
afterAll(() => rig.close());

describe("chat with the openai SDK", () => {
  it("answers with text, usage and a request id the SDK can quote", async () => {
    const {
      data,
      request_id: requestId,
      response,
    } = await rig.openai.chat.completions.create({ model: "sim-small", messages }).withResponse();
    expect(data.choices[0]?.message).toMatchObject({ role: "assistant", content: expect.stringMatching(/\w/) });
    expect(data.choices[0]?.finish_reason).toBe("stop");
    expect(data.usage?.total_tokens).toBe((data.usage?.prompt_tokens ?? 0) + (data.usage?.completion_tokens ?? 0));
    expect(response.headers.get("x-fairlead-target")).toBe("simulator/sim-small");
    expect(requestId).toBe(response.headers.get("x-fairlead-request-id"));
  });

  it("streams the text that the whole answer has", async () => {
    const whole = await rig.openai.chat.completions.create({ model: "wild", messages });
    let text = "";
    for await (const chunk of await rig.openai.chat.completions.create({ model: "wild", messages, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? "";
    }
    expect(text).toBe(whole.choices[0]?.message.content);
  });

  it.each(["lf", "crlf", "cr"])(
    "reads a stream that its backend cut in the middle of characters, with %s line ends",
    async (lineEnd) => {
      const whole = await rig.openai.chat.completions.create({ model: "wild", messages });
      rig.script(`F23@eol=${lineEnd}`);
      const stream = rig.openai.chat.completions.stream({ model: "wild", messages });
      expect(await stream.finalContent()).toBe(whole.choices[0]?.message.content);
    },
  );

  it("gives the stream helper its content, finish and usage", async () => {
    const stream = rig.openai.chat.completions.stream({
      model: "sim-pace-30",
      messages,
      stream_options: { include_usage: true },
    });
    let deltas = 0;
    stream.on("content", () => (deltas += 1));
    const final = await stream.finalChatCompletion();
    expect(deltas).toBeGreaterThan(1);
    expect(final.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: expect.stringMatching(/\w/) } });
    expect(final.usage?.completion_tokens).toBeGreaterThan(0);
  });

  it("gives every choice asked for", async () => {
    const { choices } = await rig.openai.chat.completions.create({ model: "sim-small", messages, n: 3 });
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    const streamed = await rig.openai.chat.completions.stream({ model: "sim-small", messages, n: 2 }).finalChatCompletion();
    expect(streamed.choices.map(({ finish_reason: finish }) => finish)).toEqual(["stop", "stop"]);
  });

  it("says that a filter cut an answer", async () => {
    const { choices } = await rig.openai.chat.completions.create({ model: "sim-filter", messages });
    expect(choices[0]?.finish_reason).toBe("content_filter");
  });
});

describe("tools with the openai SDK", () => {
  it("calls one tool with arguments that fit its schema", async () => {
    const { choices } = await rig.openai.chat.completions.create({ model: "sim-small", messages, tools: [CITY_TOOL] });
    const [call] = choices[0]?.message.tool_calls ?? [];
    expect(choices[0]?.finish_reason).toBe("tool_calls");
    expect(call).toMatchObject({ type: "function", function: { name: "find_city" } });
    expect(CITY_SCHEMA.safeParse(JSON.parse(call?.type === "function" ? call.function.arguments : "")).success).toBe(true);
  });

  it("calls tools in parallel, under an id each", async () => {
    const asked = [{ role: "user" as const, content: "Do both in parallel." }];
    const { choices } = await rig.openai.chat.completions.create({
      model: "sim-small",
      messages: asked,
      tools: [CITY_TOOL, TIME_TOOL],
    });
    const calls = choices[0]?.message.tool_calls ?? [];
    expect(calls.map((call) => (call.type === "function" ? call.function.name : ""))).toEqual(["find_city", "tell_time"]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
  });

  it("streams the arguments of parallel calls in pieces that add up", async () => {
    rig.script("ok@tools@interval=10");
    const stream = rig.openai.chat.completions.stream({ model: "wild", messages, tools: [CITY_TOOL, TIME_TOOL] });
    const pieces: string[] = [];
    stream.on("tool_calls.function.arguments.delta", ({ arguments_delta: delta, index }) => pieces.push(`${index}:${delta}`));
    const { choices } = await stream.finalChatCompletion();
    const calls = choices[0]?.message.tool_calls ?? [];
    expect(pieces.filter((piece) => /^\d:./.test(piece))).toHaveLength(7);
    expect(calls.map((call) => JSON.parse(call.type === "function" ? call.function.arguments : "null"))).toEqual([
      { city: "Zürich 🌊" },
      { zone: "Europe/Zurich" },
    ]);
  });

  it.each([false, true])("runs a loop of tool call, result and answer to its end (stream: %s)", async (stream) => {
    const results: unknown[] = [];
    const find = (input: z.output<typeof CITY_SCHEMA>): string => {
      results.push(input);
      return "47.37 N, 8.54 E";
    };
    const options = {
      model: "sim-small",
      messages,
      tools: [zodFunction({ name: "find_city", parameters: CITY_SCHEMA, function: find })],
    };
    const runner = stream
      ? rig.openai.chat.completions.runTools({ ...options, stream })
      : rig.openai.chat.completions.runTools({ ...options, stream: false });
    expect(await runner.finalContent()).toMatch(/\w/);
    expect(results).toHaveLength(1);
    expect(CITY_SCHEMA.safeParse(results[0]).success).toBe(true);
    expect(runner.messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant"]);
  });
});

describe("structured output with the openai SDK", () => {
  const format = zodResponseFormat(
    z.object({ name: z.string(), berths: z.int(), flags: z.array(z.enum(["red", "green"])) }),
    "harbour",
  );

  it("parses an answer that fits the schema", async () => {
    const { choices } = await rig.openai.chat.completions.parse({ model: "sim-small", messages, response_format: format });
    expect(choices[0]?.message.parsed).toEqual({
      name: expect.any(String),
      berths: expect.any(Number),
      flags: expect.any(Array),
    });
  });

  it("parses it from a stream too", async () => {
    const stream = rig.openai.chat.completions.stream({ model: "sim-small", messages, response_format: format });
    const { choices } = await stream.finalChatCompletion();
    expect(choices[0]?.message.parsed).toMatchObject({ name: expect.any(String), berths: expect.any(Number) });
  });
});

describe("embeddings and models with the openai SDK", () => {
  it("gives the same vectors in base64, which the SDK asks for, as in plain numbers", async () => {
    const input = ["harbour", "anchor"];
    const packed = await rig.openai.embeddings.create({ model: "sim-embed", input });
    const plain = await rig.openai.embeddings.create({ model: "sim-embed", input, encoding_format: "float" });
    expect(packed.data.map(({ embedding }) => embedding.length)).toEqual([256, 256]);
    const distance = packed.data.flatMap(({ embedding }, row) =>
      embedding.map((value, column) => Math.abs(value - (plain.data[row]?.embedding[column] ?? 9))),
    );
    expect(Math.max(...distance)).toBeLessThan(1e-6);
    expect(packed.usage.prompt_tokens).toBeGreaterThan(0);
  });

  it("lists the models of the caller's policy and retrieves one", async () => {
    const listed: string[] = [];
    for await (const model of rig.openai.models.list()) listed.push(model.id);
    expect(listed).toEqual(expect.arrayContaining(["sim-small", "sim-embed", "wild"]));
    expect(await rig.openai.models.retrieve("sim-small")).toMatchObject({ id: "sim-small", object: "model" });
  });
});
