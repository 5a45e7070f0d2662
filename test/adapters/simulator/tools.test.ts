import { describe, expect, it } from "vitest";
import { askChat, type Choice, choiceOf, chunksOf, question } from "./ask.ts";

const tools = [
  tool("get_weather", {
    type: "object",
    properties: { city: { type: "string" }, days: { type: "integer", minimum: 3, maximum: 5 } },
    required: ["city"],
  }),
  tool("get_time", { type: "object", properties: { zone: { enum: ["UTC", "CET"] } }, required: ["zone"] }),
];
const parallel = [{ role: "user", content: "Weather and time, in Parallel please" }];
const answered = [
  ...question,
  {
    role: "assistant",
    content: null,
    tool_calls: [{ id: "call_1", type: "function", function: { name: "get_weather", arguments: "{}" } }],
  },
  { role: "tool", tool_call_id: "call_1", content: "18 degrees, light wind" },
];

describe("simulated tools", () => {
  it("calls the first tool with arguments that its schema allows", async () => {
    const choice = await choiceOf(await askChat({ model: "sim-small", tools }));
    expect([choice.finish_reason, choice.message.content]).toEqual(["tool_calls", null]);
    expect(callsOf(choice)).toEqual([
      { name: "get_weather", arguments: { city: "sample city", days: expect.toSatisfy((days) => days >= 3 && days <= 5) } },
    ]);
  });

  it("calls all tools, each under an id of its own, when the user says parallel", async () => {
    const choice = await choiceOf(await askChat({ model: "sim-small", tools, messages: parallel }));
    expect(callsOf(choice).map(({ name }) => name)).toEqual(["get_weather", "get_time"]);
    expect(new Set(choice.message.tool_calls?.map(({ id }) => id)).size).toBe(2);
    const single = await choiceOf(await askChat({ model: "sim-small", tools, messages: parallel, parallel_tool_calls: false }));
    expect(callsOf(single)).toHaveLength(1);
  });

  it("calls the tool that tool_choice names, and none when it says none", async () => {
    const named = await choiceOf(
      await askChat({ model: "sim-small", tools, tool_choice: { type: "function", function: { name: "get_time" } } }),
    );
    expect(callsOf(named).map(({ name }) => name)).toEqual(["get_time"]);
    const none = await choiceOf(await askChat({ model: "sim-small", tools, tool_choice: "none" }));
    expect([none.finish_reason, none.message.tool_calls]).toEqual(["stop", undefined]);
  });

  it("answers in text once it has the tool's result", async () => {
    const choice = await choiceOf(await askChat({ model: "sim-small", tools, messages: answered }));
    expect(choice.finish_reason).toBe("stop");
    expect(choice.message.content).toContain("18 degrees, light wind");
  });

  it("streams a call as its name, then its arguments in pieces", async () => {
    const chunks = chunksOf(await (await askChat({ model: "sim-small", tools, messages: parallel, stream: true })).text());
    const deltas = chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.tool_calls ?? []));
    const weather = deltas.filter(({ index }) => index === 0);
    expect(weather[0]).toMatchObject({ id: expect.any(String), function: { name: "get_weather", arguments: "" } });
    expect(weather.length).toBeGreaterThan(2);
    expect(JSON.parse(weather.map((delta) => delta.function.arguments).join(""))).toMatchObject({ city: "sample city" });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("tool_calls");
  });
});

function tool(name: string, parameters: unknown): unknown {
  return { type: "function", function: { name, parameters } };
}

function callsOf({ message }: Choice): readonly { readonly name: string; readonly arguments: unknown }[] {
  return (message.tool_calls ?? []).map((call) => ({ name: call.function.name, arguments: JSON.parse(call.function.arguments) }));
}
