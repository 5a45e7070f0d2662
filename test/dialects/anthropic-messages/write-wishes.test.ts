import { describe, expect, it } from "vitest";
import type { Capability } from "../../../src/core/capability.ts";
import type { Block } from "../../../src/dialects/canonical/block.ts";
import type { ChatRequest, OutputFormat, ReasoningWish, Sampling } from "../../../src/dialects/canonical/chat-request.ts";
import { NO_SAMPLING } from "../../../src/dialects/canonical/chat-request.ts";
import { strictSchema } from "../../../src/dialects/anthropic-messages/strict-schema.ts";
import type { UpstreamModel } from "../../../src/dialects/dialect.ts";
import { assistant, foreign, NEW, OLD, readBody, send, upstreamOf, user } from "./ask.ts";

const WISH: ReasoningWish = { effort: null, budgetTokens: null, visible: null, adaptive: false };

interface Asked extends Partial<ReasoningWish> {
  readonly rest?: Partial<ChatRequest>;
  readonly maxOutputTokens?: number;
}

function think({ maxOutputTokens, rest, ...wish }: Asked, upstream: UpstreamModel): Readonly<Record<string, unknown>> {
  const sampling: Sampling = { ...NO_SAMPLING, maxOutputTokens: maxOutputTokens ?? null };
  const { body, lost } = send(foreign({ reasoning: { ...WISH, ...wish }, sampling, ...rest }), upstream);
  const { max_tokens: maxTokens, output_config: config, thinking } = body;
  return { thinking, config, maxTokens, lost };
}

const known = (maxOutputTokens: number): UpstreamModel => upstreamOf("2023-06-01", { maxOutputTokens });

describe("thinking of models that think by effort", () => {
  it("is asked by effort, and told to be shown or hidden", () => {
    expect(think({ effort: "xhigh", visible: true }, NEW)).toMatchObject({
      thinking: { type: "adaptive", display: "summarized" },
      config: { effort: "xhigh" },
      lost: [],
    });
    expect(think({ effort: "minimal", visible: false }, NEW)).toMatchObject({
      thinking: { type: "adaptive", display: "omitted" },
      config: { effort: "low" },
    });
    expect(think({ effort: "none" }, NEW)).toMatchObject({ thinking: { type: "disabled" }, config: undefined });
  });

  it("is not asked for by a wish to see nothing of it, but by one to see it", () => {
    expect(think({ visible: false }, NEW)).toMatchObject({ thinking: undefined, lost: [] });
    expect(think({ visible: true }, NEW)).toMatchObject({
      thinking: { type: "adaptive", display: "summarized" },
      config: undefined,
    });
  });

  it("rounds a budget to an effort", () => {
    for (const [budgetTokens, effort] of [
      [1_000, "low"],
      [4_096, "medium"],
      [9_000, "high"],
    ] as const) {
      expect(think({ budgetTokens }, NEW)).toMatchObject({
        thinking: { type: "adaptive" },
        config: { effort },
        lost: ["reasoning hint"],
      });
    }
    expect(think({ budgetTokens: 0 }, NEW)).toMatchObject({ thinking: { type: "disabled" }, lost: [] });
  });

  it("goes on where a tool is forced, or the thoughts behind a call are lost", () => {
    const tools: ChatRequest["tools"] = [{ kind: "function", name: "f", description: null, schema: null, strict: null }];
    expect(think({ effort: "low", rest: { tools, toolChoice: { kind: "required" } } }, NEW)).toMatchObject({
      thinking: { type: "adaptive" },
      lost: [],
    });
  });
});

describe("thinking of models that think by budget", () => {
  it("is asked by a share of the longest answer, or a fixed budget where that is not known", () => {
    expect(think({ effort: "low" }, known(20_000))).toMatchObject({
      thinking: { type: "enabled", budget_tokens: 2_000 },
      maxTokens: 20_000,
    });
    expect(think({ effort: "minimal" }, known(20_000))).toMatchObject({ thinking: { budget_tokens: 1_024 } });
    expect(think({ effort: "medium" }, OLD)).toMatchObject({ thinking: { budget_tokens: 2_048 }, maxTokens: 4_096, lost: [] });
    expect(think({ adaptive: true }, OLD)).toMatchObject({ thinking: { budget_tokens: 2_048 } });
    expect(think({ effort: "none" }, OLD)).toMatchObject({ thinking: undefined, lost: [] });
    expect(think({ budgetTokens: 3_000 }, OLD)).toMatchObject({ thinking: { budget_tokens: 3_000 }, lost: [] });
  });

  it("has room beside the answer, up to the model's longest", () => {
    expect(think({ effort: "high" }, OLD)).toMatchObject({ thinking: { budget_tokens: 4_096 }, maxTokens: 8_192, lost: [] });
    expect(think({ budgetTokens: 2_000, maxOutputTokens: 500 }, OLD)).toMatchObject({
      thinking: { budget_tokens: 2_000 },
      maxTokens: 2_500,
      lost: ["max_output_tokens hint"],
    });
    expect(think({ budgetTokens: 4_000, maxOutputTokens: 2_000 }, known(5_000))).toMatchObject({
      thinking: { budget_tokens: 3_000 },
      maxTokens: 5_000,
    });
    expect(think({ budgetTokens: 4_000, maxOutputTokens: 900 }, known(1_000))).toMatchObject({
      thinking: undefined,
      maxTokens: 900,
      lost: ["reasoning hint"],
    });
    expect(think({ maxOutputTokens: 9_000, effort: "none" }, known(1_000))).toMatchObject({
      maxTokens: 1_000,
      lost: ["max_output_tokens hint"],
    });
  });

  it("stops where a tool is forced, an answer is to be continued, or the thoughts behind a call are not known", () => {
    const tools: ChatRequest["tools"] = [{ kind: "function", name: "f", description: null, schema: null, strict: null }];
    const call: Block = { kind: "tool_call", id: "1", name: "f", form: "function", arguments: "{}", namespace: null, seal: null };
    const thought: Block = {
      kind: "reasoning",
      text: "",
      isSummary: false,
      seal: { family: "anthropic", form: "signature", data: "s", id: null },
    };
    const answered = (...blocks: readonly Block[]): Partial<ChatRequest> => ({
      tools,
      turns: [
        user("x"),
        { role: "assistant", blocks },
        { role: "user", blocks: [{ kind: "tool_result", callId: "1", name: null, isError: false, content: [] }] },
      ],
    });
    const none = { thinking: undefined, lost: ["reasoning hint"] };
    expect(think({ effort: "low", rest: { tools, toolChoice: { kind: "required" } } }, OLD)).toMatchObject(none);
    expect(think({ effort: "low", rest: { turns: [user("x"), assistant("Well,")] } }, OLD)).toMatchObject(none);
    expect(think({ effort: "low", rest: answered(call) }, OLD)).toMatchObject(none);
    expect(think({ effort: "low", rest: answered(thought, call) }, OLD)).toMatchObject({
      thinking: { type: "enabled" },
      lost: [],
    });
  });

  it("is not asked of a model that cannot", () => {
    const upstream = upstreamOf("2023-06-01", { capabilities: new Set<Capability>(["tools"]) });
    expect(think({ effort: "low" }, upstream)).toMatchObject({ thinking: undefined, lost: ["reasoning hint"] });
    expect(think({ effort: "none" }, upstream)).toMatchObject({ thinking: undefined, lost: [] });
  });
});

describe("thinking of a caller of this dialect", () => {
  it("is asked as it was written, whatever the version", () => {
    for (const thinking of [
      { type: "enabled", budget_tokens: 1_024, display: "omitted" },
      { type: "adaptive" },
      { type: "disabled" },
      { type: "between_tools" },
    ]) {
      const request = readBody({
        model: "m",
        max_tokens: 2_000,
        messages: [{ role: "user", content: "x" }],
        thinking,
        output_config: { effort: "low", task_budget: { total: 1 } },
      });
      for (const upstream of [OLD, NEW]) {
        expect(send(request, upstream)).toMatchObject({
          body: { thinking, output_config: { effort: "low", task_budget: { total: 1 } } },
          lost: [],
        });
      }
    }
  });
});

describe("sampling", () => {
  const warm: Sampling = { ...NO_SAMPLING, temperature: 1.4, topP: 0.5, topK: 3 };

  it("is no part of the new version", () => {
    const { body, lost } = send(foreign({ sampling: warm }), NEW);
    expect(body).not.toHaveProperty("temperature");
    expect(lost).toEqual(["temperature hint", "top_p hint", "top_k hint"]);
  });

  it("is a temperature up to 1 or a top_p in the old one", () => {
    const { body, lost } = send(foreign({ sampling: warm }));
    expect(body).toMatchObject({ temperature: 1, top_k: 3 });
    expect(body).not.toHaveProperty("top_p");
    expect(lost).toEqual(["temperature hint", "top_p hint"]);
    expect(send(foreign({ sampling: { ...warm, temperature: null, topK: null } })).body).toMatchObject({ top_p: 0.5 });
  });

  it("gives way to thinking", () => {
    const { body, lost } = send(
      foreign({ sampling: { ...warm, maxOutputTokens: 5_000 }, reasoning: { ...WISH, effort: "low" } }),
    );
    expect(Object.keys(body)).toEqual(["model", "max_tokens", "messages", "thinking"]);
    expect(lost).toEqual(["temperature hint", "top_p hint", "top_k hint"]);
  });
});

describe("the form of an answer", () => {
  const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false };
  const output: OutputFormat = { kind: "json_schema", name: "n", description: null, schema, strict: true };
  const loose = upstreamOf("2023-06-01", { capabilities: new Set<Capability>(["tools"]) });

  it("is a schema where the model can be held to one", () => {
    const { body, lost, restore } = send(foreign({ output }));
    expect(body["output_config"]).toEqual({ format: { type: "json_schema", schema } });
    expect(restore.forcedTool).toBeNull();
    expect(lost).toEqual([]);
  });

  it("is a forced tool elsewhere", () => {
    const { body, restore } = send(foreign({ output }), loose);
    expect(restore.forcedTool).toBe("json");
    expect(body).toMatchObject({
      tools: [{ name: "json", input_schema: schema }],
      tool_choice: { type: "tool", name: "json", disable_parallel_tool_use: true },
    });
  });

  it("is one tool among the caller's own, under a name that none of them has", () => {
    const tools: ChatRequest["tools"] = [{ kind: "function", name: "json", description: null, schema: null, strict: null }];
    const sent = send(foreign({ output, tools }), loose);
    expect(sent.restore.forcedTool).toBe("json_answer");
    expect(sent.body["tool_choice"]).toEqual({ type: "any" });
    expect(send(foreign({ output, tools, toolChoice: { kind: "none" } }), loose).body["tool_choice"]).toMatchObject({
      type: "tool",
      name: "json_answer",
    });
    expect(send(foreign({ output, tools, toolChoice: { kind: "tool", name: "json" } }), loose).body["tool_choice"]).toEqual({
      type: "tool",
      name: "json",
    });
  });

  it("without a schema is a forced tool and a word to the model", () => {
    const { body, restore } = send(foreign({ output: { kind: "json_object" } }));
    expect(restore.forcedTool).toBe("json");
    expect(body).toMatchObject({
      system: [{ text: expect.stringContaining("one JSON object") }],
      tools: [{ input_schema: { type: "object" } }],
    });
  });

  it("keeps a schema that the API would refuse as far as it can be kept", () => {
    const asked = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: {
        minimum: { type: "integer", minimum: 1, description: "Count." },
        list: { type: "array", minItems: 2, items: { oneOf: [{ type: "string", format: "email" }, { $ref: "#/$defs/x" }] } },
        one: { type: "array", minItems: 1 },
        phone: { type: "string", format: "phone", pattern: "^a" },
      },
      $defs: { x: { type: "object" } },
    };
    expect(strictSchema(asked)).toEqual({
      isLoosened: true,
      schema: {
        type: "object",
        properties: {
          minimum: { type: "integer", description: "Count. {minimum: 1}" },
          list: {
            type: "array",
            items: { anyOf: [{ type: "string", format: "email" }, { $ref: "#/$defs/x" }] },
            description: "{minItems: 2}",
          },
          one: { type: "array", minItems: 1 },
          phone: { type: "string", pattern: "^a", description: '{format: "phone"}' },
        },
        $defs: { x: { type: "object", additionalProperties: false } },
        additionalProperties: false,
      },
    });
    expect(send(foreign({ output: { ...output, schema: asked } })).lost).toEqual(["output_format hint"]);
  });
});
