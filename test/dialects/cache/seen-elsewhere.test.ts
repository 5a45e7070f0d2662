import { describe, expect, it } from "vitest";
import { captureJson, captureStream } from "../../../src/dialects/capture-answer.ts";
import type { CacheForm } from "../../../src/dialects/canonical/cache-form.ts";
import { backendOf } from "../../../src/dialects/index.ts";
import { formOf } from "./form-of.ts";
import { READING } from "./replay-context.ts";

const ASKED = { role: "user", content: "How do I return a parcel?" };
const TOOLS = [{ type: "function", function: { name: "refund", parameters: { type: "object" } } }];
const CALLED = [
  ASKED,
  {
    role: "assistant",
    content: null,
    tool_calls: [{ id: "c", type: "function", function: { name: "refund", arguments: "{}" } }],
  },
  { role: "tool", tool_call_id: "c", content: "done" },
];

function chat(members: object): CacheForm {
  const form = formOf("openai-chat", { model: "m", messages: [ASKED], ...members });
  if (form === null) throw new Error("It has a form.");
  return form;
}

/** What users of other caches met, with where they said so. */
describe("an answer is not given to another request", () => {
  it.each<readonly [string, object, object]>([
    ["with other instructions (spring-ai#5256)", {}, { messages: [{ role: "system", content: "Be rude." }, ASKED] }],
    ["with another temperature (spring-ai#5256)", { temperature: 0 }, { temperature: 0.5 }],
    ["with other tools (spring-ai#5256)", {}, { tools: TOOLS }],
    ["that forbids what the first may call (OmniRoute#13267)", { tools: TOOLS }, { tools: TOOLS, tool_choice: "none" }],
    ["in another output format (spring-ai#5256)", {}, { response_format: { type: "json_object" } }],
    ["after another conversation (litellm-docs#833)", { messages: [...CALLED, ASKED] }, { messages: [ASKED, ...CALLED, ASKED] }],
  ])("%s", (_, first, second) => {
    expect(chat(second).scope).not.toBe(chat(first).scope);
  });

  it("whose input is another, on any surface (litellm#28272)", () => {
    const [first, second] = ["How do I return a parcel?", "How do I send one?"].map((input) =>
      formOf("openai-responses", { model: "m", input }),
    );
    expect(first?.text).not.toBe(second?.text);
    expect(first?.scope).toBe(second?.scope);
  });

  it("that ends with a tool's result or with nothing: there is no text to be like (litellm#21906)", () => {
    expect(chat({ messages: CALLED }).text).toBeNull();
    expect(chat({ messages: [{ role: "user", content: "" }] }).text).toBeNull();
  });
});

describe("the same request is given the same answer", () => {
  it.each<readonly [string, object, object]>([
    ["whatever the order of members (bifrost#2791)", { temperature: 0, seed: 1 }, { seed: 1, temperature: 0 }],
    ["as a stream and not (llmgateway#529)", { stream: true }, {}],
    ["with `stream: false` as without it (Portkey)", { stream: false }, {}],
    ["for another end user of the caller", { user: "a" }, { user: "b" }],
  ])("%s", (_, first, second) => {
    expect({ ...chat(first), user: null }).toEqual({ ...chat(second), user: null });
  });

  it("in a scope of its conversation, whose last text alone is compared (zeph#1372)", () => {
    const other = { role: "user", content: "And how do I send one?" };
    expect(chat({ messages: [...CALLED, other] }).scope).toBe(chat({ messages: [...CALLED, ASKED] }).scope);
  });
});

describe("what went wrong is not kept", () => {
  const chunk = (delta: object, finish: string | null): string =>
    `data: ${JSON.stringify({ id: "c", model: "m", choices: [{ index: 0, delta, finish_reason: finish }], usage: USAGE })}\n\n`;
  const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

  it.each<readonly [string, readonly string[]]>([
    ["that `[DONE]` ends without a reason (gonka#1722)", [chunk({ content: "Half an ans" }, null), "data: [DONE]\n\n"]],
    ["that is cut off by its length (LightRAG#3446)", [chunk({ content: "Half an ans" }, "length"), "data: [DONE]\n\n"]],
    [
      "that ends in an error",
      [chunk({ content: "Half" }, null), 'data: {"error":{"message":"overloaded"}}\n\n', "data: [DONE]\n\n"],
    ],
  ])("a stream %s", (_, events) => {
    const bytes = events.map((event) => new TextEncoder().encode(event));
    expect(captureStream(bytes, backendOf("openai-chat"), READING)).toBeNull();
    const whole = [chunk({ content: "An answer." }, "stop"), "data: [DONE]\n\n"].map((event) => new TextEncoder().encode(event));
    expect(captureStream(whole, backendOf("openai-chat"), READING)).not.toBeNull();
  });

  it("an error that came with status 200 (Portkey)", () => {
    const text = JSON.stringify({ error: { message: "rate limited" } });
    expect(captureJson(text, backendOf("openai-chat"), READING)).toBeNull();
  });
});
