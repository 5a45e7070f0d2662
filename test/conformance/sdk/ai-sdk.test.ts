import { APICallError, embedMany, generateObject, generateText, isStepCount, Output, RetryError, streamText, tool } from "ai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { eventually } from "../faults/lab.ts";
import { MID_STREAM_FAULTS } from "./mid-stream-faults.ts";
import { type SdkRig, startSdkRig, UPSTREAM_SECRET } from "./start-sdk-rig.ts";
import { CITY_SCHEMA } from "./tools.ts";

const prompt = "Where is the harbour?";
const NO_REPORT = { onError: () => undefined };
let rig: SdkRig;
// It would report every deprecation to the console; generateObject is what most applications still call.
globalThis.AI_SDK_LOG_WARNINGS = false;

beforeAll(async () => {
  rig = await startSdkRig();
});
beforeEach(() => rig.script());
afterAll(() => rig.close());

describe("the Vercel AI SDK", () => {
  it("generates text with its usage", async () => {
    const { finishReason, text, usage } = await generateText({ model: rig.vercel("sim-small"), prompt });
    expect(text).toMatch(/\w/);
    expect(finishReason).toBe("stop");
    expect(usage).toMatchObject({ inputTokens: expect.any(Number), outputTokens: expect.any(Number) });
  });

  it("streams the text that the whole answer has, and its usage", async () => {
    const whole = await generateText({ model: rig.vercel("wild"), prompt });
    rig.script("ok@interval=10");
    const streamed = streamText({ model: rig.vercel("wild"), prompt });
    expect(await streamed.text).toBe(whole.text);
    expect(await streamed.usage).toMatchObject({ outputTokens: 12 });
  });

  it.each(["generateText", "streamText"])("runs a loop of tool call, result and answer to its end with %s", async (form) => {
    const cities: string[] = [];
    const execute = ({ city }: z.output<typeof CITY_SCHEMA>): string => {
      cities.push(city);
      return "47.37 N, 8.54 E";
    };
    const findCity = tool({ inputSchema: CITY_SCHEMA, execute });
    const options = { model: rig.vercel("sim-small"), prompt, tools: { findCity }, stopWhen: isStepCount(3) };
    const result = form === "generateText" ? await generateText(options) : streamText(options);
    expect(await result.text).toMatch(/\w/);
    expect((await result.steps).map(({ finishReason }) => finishReason)).toEqual(["tool-calls", "stop"]);
    expect(cities).toHaveLength(1);
  });

  it("assembles parallel calls whose arguments come in pieces", async () => {
    rig.script("ok@tools@interval=10");
    const tools = { findCity: { inputSchema: CITY_SCHEMA }, tellTime: { inputSchema: z.object({ zone: z.string() }) } };
    const result = streamText({ model: rig.vercel("wild"), prompt, tools });
    const calls = await result.toolCalls;
    expect(calls.map(({ input, toolName }) => [toolName, input])).toEqual([
      ["findCity", { city: "Zürich 🌊" }],
      ["tellTime", { zone: "Europe/Zurich" }],
    ]);
  });

  it("generates an object that fits the schema", async () => {
    const schema = z.object({ name: z.string(), berths: z.int(), flags: z.array(z.enum(["red", "green"])) });
    const { object } = await generateObject({ model: rig.vercel("sim-small"), prompt, schema });
    expect(schema.safeParse(object).success).toBe(true);
    const { output } = await generateText({ model: rig.vercel("sim-small"), prompt, output: Output.object({ schema }) });
    expect(schema.safeParse(output).success).toBe(true);
  });

  it("embeds several values", async () => {
    const { embeddings, usage } = await embedMany({
      model: rig.vercel.embeddingModel("sim-embed"),
      values: ["harbour", "anchor"],
    });
    expect(embeddings.map(({ length }) => length)).toEqual([256, 256]);
    expect(usage.tokens).toBeGreaterThan(0);
  });

  it("ends the upstream call of a stream that its caller aborts", async () => {
    rig.script("ok@events=400@interval=25");
    const controller = new AbortController();
    const { textStream } = streamText({ model: rig.vercel("wild"), prompt, abortSignal: controller.signal, ...NO_REPORT });
    for await (const text of textStream) if (text !== "") controller.abort();
    expect(await eventually(() => rig.attempts().length === 1 && rig.upstream.live() === 0, 5_000)).toBe(true);
  });
});

describe("an error in the Vercel AI SDK", () => {
  it("is an APICallError with our status", async () => {
    for (const [behave, status] of [
      ["F09", 502],
      ["F11@form=0@seconds=1", 429],
    ] as const) {
      rig.script(behave);
      const error = await generateText({ model: rig.vercel("wild"), prompt, maxRetries: 0 }).catch((cause: unknown) => cause);
      expect(error).toSatisfy((cause) => APICallError.isInstance(cause) && cause.statusCode === status);
      expect(rig.attempts()).toHaveLength(1);
    }
  });

  it("is not raised where its own retry, after the wait we name, succeeds", async () => {
    rig.script("F11@form=0@seconds=1", "ok");
    const startedAt = Date.now();
    const { text } = await generateText({ model: rig.vercel("wild"), prompt });
    expect(text).toContain("Answer from chaos.");
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000);
    expect(rig.attempts()).toHaveLength(2);
  });

  it("is a RetryError of the last answer when its own retries fail too; it does not read x-should-retry", async () => {
    rig.script(...Array.from({ length: 3 }, () => "F11@form=0@seconds=1"));
    const error = await generateText({ model: rig.vercel("wild"), prompt }).catch((cause: unknown) => cause);
    expect(error).toSatisfy((cause) => RetryError.isInstance(cause) && APICallError.isInstance(cause.lastError));
    expect(rig.attempts()).toHaveLength(3);
  });

  it("says which model or field or key is wrong", async () => {
    const stranger = createOpenAICompatible({ name: "fairlead", baseURL: rig.openai.baseURL, apiKey: "sk-not-a-key-of-ours" });
    const refused = [
      { model: rig.vercel("no-such-model"), status: 404, says: "no-such-model" },
      { model: rig.vercel("sim-small"), topP: 7, status: 400, says: "top_p" },
      { model: stranger("sim-small"), status: 401, says: "API key" },
    ];
    for (const { says, status, ...options } of refused) {
      const error = await generateText({ ...options, prompt }).catch((cause: unknown) => cause);
      expect(error).toSatisfy(
        (cause) => APICallError.isInstance(cause) && cause.statusCode === status && cause.message.includes(says),
      );
    }
  });

  it.each(MID_STREAM_FAULTS)("is a part of the stream when $what after content (fault $fault)", async ({ behave }) => {
    rig.script(behave);
    const result = streamText({ model: rig.vercel("wild"), prompt, ...NO_REPORT });
    const types: string[] = [];
    let text = "";
    for await (const part of result.fullStream) {
      types.push(part.type);
      if (part.type === "text-delta") text += part.text;
      if (part.type === "error") expect(String(part.error)).not.toContain(UPSTREAM_SECRET);
    }
    expect(text).toContain("Answer from chaos.");
    expect(types).toContain("error");
    expect(rig.attempts()).toHaveLength(1);
  });
});
