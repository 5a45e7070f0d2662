import { describe, expect, it } from "vitest";
import type { Block } from "../../../src/dialects/canonical/block.ts";
import type { ChatRequest, ReasoningWish } from "../../../src/dialects/canonical/chat-request.ts";
import { claudeVersion } from "../../../src/dialects/bedrock-converse/claude-version.ts";
import { ask, call, CLAUDE, result, sampling, tool, turn, upstream } from "./asking.ts";

const OPUS_46 = "us.anthropic.claude-opus-4-6-v1";
const OPUS_47 = "us.anthropic.claude-opus-4-7";
const NOVA = "us.amazon.nova-2-lite-v1:0";
const wish = (some: Partial<ReasoningWish>): ReasoningWish => ({
  effort: null,
  budgetTokens: null,
  visible: null,
  adaptive: false,
  ...some,
});

/** The model's own fields, and the losses. */
function think(
  reasoning: ReasoningWish,
  model = CLAUDE,
  request: Partial<ChatRequest> = {},
): { readonly fields: unknown; readonly losses: readonly string[]; readonly config: unknown } {
  const { body, losses } = ask({ reasoning, ...request }, upstream(model));
  return { fields: body["additionalModelRequestFields"], losses, config: body["inferenceConfig"] };
}

const afterCall = (...before: readonly Block[]): ChatRequest["turns"] => [
  turn("user", "a"),
  turn("assistant", ...before, call("1")),
  turn("user", result("1", "x")),
];
const enabled = (budget_tokens: number): unknown => ({ thinking: { type: "enabled", budget_tokens } });

describe("thinking", () => {
  it.each<[Partial<ReasoningWish>, string, unknown, readonly string[]]>([
    [{ budgetTokens: 2000 }, CLAUDE, enabled(2000), []],
    [{ budgetTokens: 10 }, CLAUDE, enabled(1024), []],
    [{ effort: "none" }, CLAUDE, undefined, []],
    [{ effort: "minimal" }, CLAUDE, enabled(1024), []],
    [{ effort: "medium" }, CLAUDE, enabled(2048), []],
    [{ effort: "max" }, CLAUDE, enabled(8192), []],
    [{ adaptive: true }, OPUS_46, { thinking: { type: "adaptive" } }, []],
    [{ adaptive: true, visible: false }, OPUS_46, { thinking: { type: "adaptive", display: "omitted" } }, []],
    [{ effort: "high" }, OPUS_46, { thinking: { type: "adaptive" }, output_config: { effort: "high" } }, []],
    [{ effort: "xhigh" }, OPUS_46, { thinking: { type: "adaptive" }, output_config: { effort: "max" } }, []],
    [{ effort: "xhigh" }, OPUS_47, { thinking: { type: "adaptive" }, output_config: { effort: "xhigh" } }, []],
    [{ effort: "none" }, OPUS_47, { thinking: { type: "disabled" } }, []],
    [{ budgetTokens: 2000 }, OPUS_46, enabled(2000), []],
    [
      { budgetTokens: 2000 },
      OPUS_47,
      { thinking: { type: "adaptive" }, output_config: { effort: "medium" } },
      ["hint reasoning"],
    ],
    [{ effort: "low" }, NOVA, { reasoningConfig: { type: "enabled", maxReasoningEffort: "low" } }, []],
    [{ effort: "max" }, NOVA, { reasoningConfig: { type: "enabled", maxReasoningEffort: "high" } }, ["hint reasoning"]],
    [{ budgetTokens: 9000 }, NOVA, { reasoningConfig: { type: "enabled", maxReasoningEffort: "high" } }, ["hint reasoning"]],
    [{ effort: "none" }, NOVA, undefined, []],
    [{ effort: "high" }, "openai.gpt-oss-120b-1:0", { reasoning_effort: "high" }, []],
    [{ effort: "medium" }, "qwen.qwen3-32b-v1:0", { reasoning_config: "high" }, []],
    [{ effort: "high" }, "us.meta.llama4-maverick-17b-instruct-v1:0", undefined, ["meaning reasoning"]],
    [{ effort: "none" }, "us.meta.llama4-maverick-17b-instruct-v1:0", undefined, []],
    [{}, CLAUDE, undefined, []],
  ])("of %j is told to %s as %j", (some, model, ...[fields, losses]) => {
    expect(think(wish(some), model)).toMatchObject({ fields, losses });
  });

  it("is a share of what the answer may be at most, where that is known", () => {
    const wished = wish({ effort: "medium" });
    const large = upstream(CLAUDE, { maxOutputTokens: 64_000 });
    expect(ask({ reasoning: wished }, large).body["additionalModelRequestFields"]).toEqual(enabled(19_200));
    const limited = { reasoning: wished, sampling: sampling({ maxOutputTokens: 8000 }) };
    expect(ask(limited, large).body).toMatchObject({
      inferenceConfig: { maxTokens: 8000 },
      additionalModelRequestFields: enabled(2400),
    });
  });

  it("is only not told how much to a model that thinks anyway", () => {
    const deepseek = upstream("us.deepseek.r1-v1:0", { capabilities: new Set(["reasoning"]) });
    expect(ask({ reasoning: wish({ effort: "high" }) }, deepseek).losses).toEqual(["hint reasoning"]);
  });

  it("raises a limit that leaves no room for an answer", () => {
    expect(think(wish({ budgetTokens: 2000 }), CLAUDE, { sampling: sampling({ maxOutputTokens: 2001 }) })).toMatchObject({
      config: { maxTokens: 2001 },
      losses: [],
    });
    expect(think(wish({ budgetTokens: 2000 }), CLAUDE, { sampling: sampling({ maxOutputTokens: 500 }) })).toMatchObject({
      config: { maxTokens: 2500 },
      losses: ["hint max_output_tokens"],
    });
  });

  it("binds what Claude takes of sampling", () => {
    const all = sampling({ temperature: 0.5, topP: 0.5, topK: 5 });
    expect(think(wish({ budgetTokens: 2000 }), CLAUDE, { sampling: all })).toMatchObject({
      config: undefined,
      losses: ["meaning temperature", "meaning top_p", "meaning top_k"],
    });
    expect(think(wish({ budgetTokens: 2000 }), CLAUDE, { sampling: sampling({ temperature: 1, topP: 0.97 }) })).toMatchObject({
      config: { topP: 0.97 },
      losses: [],
    });
    expect(ask({ sampling: all }, upstream(OPUS_47)).losses).toEqual(["meaning temperature", "meaning top_p", "meaning top_k"]);
    expect(ask({ sampling: all }, upstream(CLAUDE)).losses).toEqual([]);
    expect(ask({ sampling: all }, upstream("anthropic.claude-sonnet-4-5-20250929-v1:0")).losses).toEqual(["meaning top_p"]);
  });

  it("gives way to a tool that must be called", () => {
    const forced = { tools: [tool("a")], toolChoice: { kind: "required" } } as const;
    expect(think(wish({ budgetTokens: 2000 }), CLAUDE, forced)).toMatchObject({ fields: undefined, losses: ["hint reasoning"] });
    expect(think(wish({ effort: "high" }), OPUS_46, forced)).toMatchObject({
      fields: { output_config: { effort: "high" } },
      losses: ["hint reasoning"],
    });
  });

  it("does not begin between a call without thoughts and its answer", () => {
    const thought: Block = {
      kind: "reasoning",
      text: "hm",
      isSummary: false,
      seal: { family: "bedrock-anthropic", form: "signature", data: "s", id: null },
    };
    expect(think(wish({ budgetTokens: 2000 }), CLAUDE, { turns: afterCall() })).toMatchObject({
      fields: undefined,
      losses: ["hint reasoning"],
    });
    expect(think(wish({ budgetTokens: 2000 }), CLAUDE, { turns: afterCall(thought) })).toMatchObject({
      fields: enabled(2000),
      losses: [],
    });
  });

  it("is of medium effort on Nova where a limit or sampling fields are asked for, which high effort refuses", () => {
    const { fields, losses } = think(wish({ effort: "high" }), NOVA, { sampling: sampling({ maxOutputTokens: 100 }) });
    expect(fields).toEqual({ reasoningConfig: { type: "enabled", maxReasoningEffort: "medium" } });
    expect(losses).toEqual(["hint reasoning"]);
  });

  it("goes by the provider's family where the model's id does not say whose it is", () => {
    const profile = upstream("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc", {
      family: "bedrock-anthropic",
    });
    expect(ask({ reasoning: wish({ budgetTokens: 2000 }) }, profile).body["additionalModelRequestFields"]).toEqual(enabled(2000));
  });
});

describe("claudeVersion", () => {
  it.each([
    ["us.anthropic.claude-sonnet-4-20250514-v1:0", 400],
    ["anthropic.claude-opus-4-1-20250805-v1:0", 401],
    ["anthropic.claude-haiku-4-5-20251001-v1:0", 405],
    ["us.anthropic.claude-sonnet-4-6", 406],
    ["anthropic.claude-opus-5-v1:0", 500],
    ["anthropic.claude-3-7-sonnet-20250219-v1:0", 307],
    ["anthropic.claude-3-sonnet-20240229-v1:0", 300],
    ["anthropic.claude-instant-v1", 0],
  ])("reads %s as %i", (model, version) => {
    expect(claudeVersion(model)).toBe(version);
  });
});
