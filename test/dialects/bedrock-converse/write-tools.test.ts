import { describe, expect, it } from "vitest";
import type { ChatRequest, ToolChoice } from "../../../src/dialects/canonical/chat-request.ts";
import { ask, call, CLAUDE, result, tool, turn, upstream } from "./asking.ts";

const LLAMA = "us.meta.llama4-maverick-17b-instruct-v1:0";
const MISTRAL = "mistral.mistral-large-2407-v1:0";
const tools = [tool("a"), tool("b")];
const history = [turn("user", "hi"), turn("assistant", call("1", "a")), turn("user", result("1", "x"))];

/** Names declared, and the choice. */
function config(
  request: Partial<ChatRequest>,
  model = CLAUDE,
): { readonly names: readonly string[]; readonly choice: unknown; readonly losses: readonly string[] } {
  const { body, losses } = ask(request, upstream(model));
  const toolConfig = body["toolConfig"] as { tools: { toolSpec: { name: string } }[]; toolChoice?: unknown } | undefined; // as written
  return { names: (toolConfig?.tools ?? []).map(({ toolSpec }) => toolSpec.name), choice: toolConfig?.toolChoice, losses };
}

describe("tools", () => {
  it("are declared with a schema that is an object", () => {
    const { body } = ask({
      tools: [
        tool("a", { schema: null, description: " " }),
        tool("b", { schema: {}, description: "does b" }),
        tool("c", { schema: { properties: { x: {} } }, strict: true }),
        tool("d", { strict: false }),
      ],
    });
    expect(body["toolConfig"]).toEqual({
      tools: [
        { toolSpec: { name: "a", inputSchema: { json: { type: "object" } } } },
        { toolSpec: { name: "b", description: "does b", inputSchema: { json: { type: "object" } } } },
        { toolSpec: { name: "c", inputSchema: { json: { type: "object", properties: { x: {} } } }, strict: true } },
        { toolSpec: { name: "d", inputSchema: { json: { type: "object", properties: {} } } } },
      ],
    });
  });

  it("are not strict where the model cannot be held to a schema", () => {
    const { body, losses } = ask(
      { tools: [tool("c", { strict: true })] },
      upstream(CLAUDE, { capabilities: new Set(["tools"]) }),
    );
    expect([JSON.stringify(body).includes("strict"), losses]).toEqual([false, ["hint tools.strict"]]);
  });

  it.each<[ToolChoice | null, unknown]>([
    [null, undefined],
    [{ kind: "auto" }, undefined],
    [{ kind: "required" }, { any: {} }],
    [{ kind: "tool", name: "b" }, { tool: { name: "b" } }],
  ])("are chosen as asked: %j", (toolChoice, choice) => {
    expect(config({ tools, toolChoice })).toEqual({ names: ["a", "b"], choice, losses: [] });
  });

  it("are left out where none may be called, unless the conversation has called some", () => {
    expect(config({ tools, toolChoice: { kind: "none" } })).toEqual({ names: [], choice: undefined, losses: [] });
    expect(config({ tools, toolChoice: { kind: "none" }, turns: history })).toEqual({
      names: ["a", "b"],
      choice: undefined,
      losses: ["hint tool_choice"],
    });
  });

  it("are narrowed to a subset", () => {
    expect(config({ tools, toolChoice: { kind: "subset", mode: "auto", names: ["b"] } })).toEqual({
      names: ["b"],
      choice: undefined,
      losses: [],
    });
    expect(config({ tools, toolChoice: { kind: "subset", mode: "required", names: ["b"] } })).toEqual({
      names: ["b"],
      choice: { any: {} },
      losses: [],
    });
  });

  it("of one name are the only ones where a model obeys no more than `any`", () => {
    expect(config({ tools, toolChoice: { kind: "tool", name: "b" } }, MISTRAL)).toEqual({
      names: ["b"],
      choice: { any: {} },
      losses: [],
    });
    expect(config({ tools, toolChoice: { kind: "tool", name: "b" } }, LLAMA)).toEqual({
      names: ["b"],
      choice: undefined,
      losses: ["meaning tool_choice"],
    });
    expect(config({ tools, toolChoice: { kind: "required" } }, LLAMA)).toEqual({
      names: ["a", "b"],
      choice: undefined,
      losses: ["meaning tool_choice"],
    });
  });

  it("are declared for a conversation that has called some, though none are left", () => {
    expect(config({ turns: history })).toEqual({ names: ["unavailable"], choice: undefined, losses: [] });
  });

  it("that take free text are functions of one string", () => {
    const { body, restore, losses } = ask({
      tools: [{ kind: "custom", name: "sh.run", description: "runs", format: { type: "text" } }],
      turns: [
        turn("user", "hi"),
        turn("assistant", { ...call("1", "sh.run", 'ls "x"'), form: "custom" } as never),
        turn("user", result("1", "x")),
      ], // a call
    });
    const [mangled] = [...restore.customTools];
    expect(body["toolConfig"]).toMatchObject({
      tools: [{ toolSpec: { name: mangled, inputSchema: { json: { properties: { input: { type: "string" } } } } } }],
    });
    expect(body["messages"]).toMatchObject([{}, { content: [{ toolUse: { name: mangled, input: { input: 'ls "x"' } } }] }, {}]);
    expect(losses).toEqual([]);
    expect(ask({ tools: [{ kind: "custom", name: "g", description: null, format: { type: "grammar" } }] }).losses).toEqual([
      "meaning tools.custom",
    ]);
  });

  it("that a provider runs are its own alone", () => {
    const raw = { systemTool: { name: "nova_grounding" } };
    expect(
      ask({ tools: [{ kind: "server", dialect: "bedrock-converse", type: "nova_grounding", raw }] }).body["toolConfig"],
    ).toEqual({ tools: [raw] });
    const { reasons } = ask({ tools: [{ kind: "server", dialect: "anthropic-messages", type: "web_search_20250305", raw: {} }] });
    expect(reasons).toMatchObject([{ feature: "tools.web_search_20250305", severity: "meaning", capability: "web_search" }]);
  });

  it("are called one at a time by Anthropic's models, where that is asked for", () => {
    const { body, losses } = ask({ tools, parallelTools: false, toolChoice: { kind: "tool", name: "b" } });
    expect(body["additionalModelRequestFields"]).toEqual({
      tool_choice: { type: "tool", name: "b", disable_parallel_tool_use: true },
    });
    expect([(body["toolConfig"] as { toolChoice?: unknown }).toolChoice, losses]).toEqual([undefined, []]); // as written
    expect(ask({ tools, parallelTools: false }).body["additionalModelRequestFields"]).toMatchObject({
      tool_choice: { type: "auto" },
    });
    expect(config({ tools, parallelTools: false }, MISTRAL).losses).toEqual(["hint parallel_tools"]);
    expect(config({ parallelTools: false }, MISTRAL).losses).toEqual([]);
  });
});

describe("an output format", () => {
  const schema = { type: "object", properties: { n: { type: "number" } } };
  const output = { kind: "json_schema", name: "Answer", description: null, schema, strict: true } as const;
  const plain = upstream(CLAUDE, { capabilities: new Set(["tools"]) });

  it("is a schema in a string", () => {
    const { body, restore } = ask({ output });
    expect(body["outputConfig"]).toEqual({
      textFormat: { type: "json_schema", structure: { jsonSchema: { schema: JSON.stringify(schema), name: "Answer" } } },
    });
    expect([restore.forcedTool, ask({ output: { ...output, name: "no good" } }).body["outputConfig"]]).toEqual([
      null,
      expect.not.objectContaining({ name: expect.anything() as unknown }),
    ]);
  });

  it("is a tool that must be called where the model cannot be held to a schema", () => {
    const { body, losses, restore } = ask({ output }, plain);
    expect(restore.forcedTool).toBe("give_answer");
    expect(body["outputConfig"]).toBeUndefined();
    expect(body["toolConfig"]).toMatchObject({
      tools: [{ toolSpec: { name: "give_answer", inputSchema: { json: schema } } }],
      toolChoice: { tool: { name: "give_answer" } },
    });
    expect(losses).toEqual([]);
  });

  it("leaves the caller's tools callable on the way to it, and takes no name of theirs", () => {
    const { body, restore } = ask({ output, tools: [tool("give_answer")] }, plain);
    expect(restore.forcedTool).toBe("give_answer_2");
    expect(body["toolConfig"]).toMatchObject({ tools: [{}, {}], toolChoice: { any: {} } });
  });

  it("does not matter where one of the caller's tools is forced", () => {
    const { body, restore } = ask({ output, tools, toolChoice: { kind: "required" } }, plain);
    expect(restore.forcedTool).toBeNull();
    expect(body["toolConfig"]).toMatchObject({ tools: [{}, {}], toolChoice: { any: {} } });
  });

  it("cannot be enforced where no tool can be forced", () => {
    const { losses } = ask({ output }, upstream(LLAMA, { capabilities: new Set(["tools"]) }));
    expect(losses).toEqual(["meaning output_format"]);
  });

  it("of any JSON is an instruction, and a loss", () => {
    const { body, reasons } = ask({ output: { kind: "json_object" } });
    expect(body["system"]).toEqual([{ text: "Answer with one JSON object and nothing else." }]);
    expect(reasons).toMatchObject([{ feature: "output_format", severity: "meaning", capability: "json_object" }]);
  });
});
