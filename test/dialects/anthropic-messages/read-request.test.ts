import { describe, expect, it } from "vitest";
import type { Block } from "../../../src/dialects/canonical/block.ts";
import { wrapSeal } from "../../../src/dialects/canonical/seal-envelope.ts";
import { readRequest } from "../../../src/dialects/anthropic-messages/read-request.ts";
import { decode, readBody } from "./ask.ts";

const BODY = { model: "virtual", max_tokens: 10, messages: [{ role: "user", content: "Hello" }] };

function blocksOf(content: unknown, role = "user"): readonly Block[] {
  return readBody({ ...BODY, messages: [{ role, content }] }).turns[0]?.blocks ?? [];
}

function choice(value: unknown): unknown {
  const { parallelTools, toolChoice } = readBody({ ...BODY, tool_choice: value });
  return { parallelTools, toolChoice };
}

describe("turns", () => {
  it("keep one block for each part of the system prompt, with its mark", () => {
    const system = [
      { type: "text", text: "A" },
      { type: "text", text: "B", cache_control: { type: "ephemeral", ttl: "1h" } },
    ];
    expect(readBody({ ...BODY, system }).turns[0]).toEqual({
      role: "system",
      blocks: [
        { kind: "text", text: "A" },
        { kind: "text", text: "B", cache: { ttl: "1h" } },
      ],
    });
    expect(readBody({ ...BODY, system: "" }).turns).toHaveLength(1);
  });

  it("of the system in between stay where they are", () => {
    const messages = [...BODY.messages, { role: "system", content: "Be brief." }];
    expect(readBody({ ...BODY, messages }).turns.map(({ role }) => role)).toEqual(["user", "system"]);
  });

  it("have their tool results first", () => {
    const content = [
      { type: "text", text: "See" },
      { type: "tool_result", tool_use_id: "1", content: "42" },
    ];
    expect(blocksOf(content)).toEqual([
      { kind: "tool_result", callId: "1", name: null, isError: false, content: [{ kind: "text", text: "42" }] },
      { kind: "text", text: "See" },
    ]);
  });
});

describe("blocks", () => {
  it("of images and documents keep where they come from", () => {
    const pdf = { type: "base64", media_type: "application/pdf", data: "JVBERg==" };
    const media = { kind: "media", name: null, detail: null };
    expect(
      blocksOf([
        { type: "image", source: { type: "base64", media_type: "image/png", data: "AA==" } },
        { type: "image", source: { type: "url", url: "https://a.example/a.png" } },
        { type: "image", source: { type: "file", file_id: "file_1" } },
        { type: "document", source: pdf, title: "Report", context: "C", citations: { enabled: true } },
        { type: "document", source: { type: "text", media_type: "text/plain", data: "T" } },
        { type: "document", source: { type: "url", url: "https://a.example/a.pdf" } },
      ]),
    ).toEqual([
      { ...media, media: "image", mimeType: "image/png", source: { kind: "base64", data: "AA==" } },
      { ...media, media: "image", mimeType: null, source: { kind: "url", url: "https://a.example/a.png" } },
      { ...media, media: "image", mimeType: null, source: { kind: "file_id", id: "file_1", family: "anthropic" } },
      {
        ...media,
        media: "file",
        mimeType: "application/pdf",
        source: { kind: "base64", data: "JVBERg==" },
        name: "Report",
        extra: { dialect: "anthropic-messages", fields: { context: "C", citations: { enabled: true } } },
      },
      { ...media, media: "file", mimeType: "text/plain", source: { kind: "text", text: "T" } },
      { ...media, media: "file", mimeType: "application/pdf", source: { kind: "url", url: "https://a.example/a.pdf" } },
    ]);
  });

  it("that others can only read as text are text to them, and whole to us", () => {
    const found = { type: "search_result", source: "https://a.example", title: "A", content: [{ type: "text", text: "B" }] };
    expect(blocksOf([{ ...found, cache_control: { type: "ephemeral" } }])).toEqual([
      {
        kind: "media",
        media: "file",
        mimeType: "text/plain",
        source: { kind: "text", text: "https://a.example\nB" },
        name: "A",
        detail: null,
        cache: { ttl: null },
        extra: { dialect: "anthropic-messages", fields: found },
      },
    ]);
    const reference = { type: "tool_reference", tool_name: "f" };
    expect(blocksOf([{ type: "tool_result", tool_use_id: "1", content: [reference], is_error: true }])).toEqual([
      {
        kind: "tool_result",
        callId: "1",
        name: null,
        isError: true,
        content: [{ kind: "text", text: JSON.stringify(reference), extra: { dialect: "anthropic-messages", fields: reference } }],
      },
    ]);
  });

  it("nobody else knows are opaque", () => {
    const use = { type: "server_tool_use", id: "1", name: "web_search", input: {} };
    expect(blocksOf([use], "assistant")).toEqual([
      { kind: "opaque", dialect: "anthropic-messages", type: "server_tool_use", raw: use },
    ]);
  });

  it("of calls keep every digit of their arguments", () => {
    const body =
      '{"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"f","input":{"n":12345678901234567890}}]}]}';
    expect(readBody(body).turns[0]?.blocks).toMatchObject([{ kind: "tool_call", arguments: '{"n":12345678901234567890}' }]);
  });
});

describe("seals", () => {
  const foreign = { family: "gemini", form: "thought_signature", data: "AAA=", id: null } as const;

  it("are taken for Anthropic's own where they stand bare, and go home where they do not", () => {
    const openai = { family: "openai", form: "encrypted", data: "gAAA", id: "rs_1" } as const;
    expect(
      blocksOf(
        [
          { type: "thinking", thinking: "Hm", signature: "s+/=" },
          { type: "redacted_thinking", data: "r" },
          { type: "thinking", thinking: "", signature: wrapSeal(openai, "anthropic") },
        ],
        "assistant",
      ),
    ).toEqual([
      {
        kind: "reasoning",
        text: "Hm",
        isSummary: false,
        seal: { family: "anthropic", form: "signature", data: "s+/=", id: null },
      },
      { kind: "reasoning", text: "", isSummary: false, seal: { family: "anthropic", form: "redacted", data: "r", id: null } },
      { kind: "reasoning", text: "", isSummary: false, seal: openai },
    ]);
  });

  it("that are empty are none", () => {
    const none = wrapSeal({ family: "none", form: "signature", data: "", id: null }, "anthropic");
    for (const signature of ["", none]) {
      expect(blocksOf([{ type: "thinking", thinking: "Hm", signature }], "assistant")).toMatchObject([{ seal: null }]);
    }
  });

  it("of calls go back to their call, and to no other block", () => {
    const call = { type: "tool_use", id: "1", name: "f", input: {} };
    const carrier = { type: "redacted_thinking", data: wrapSeal(foreign, "anthropic") };
    const thought = { type: "thinking", thinking: "", signature: wrapSeal(foreign, "anthropic") };
    expect(blocksOf([call, carrier], "assistant")).toMatchObject([{ kind: "tool_call", seal: foreign }]);
    expect(blocksOf([call, thought], "assistant")).toMatchObject([
      { kind: "tool_call", seal: null },
      { kind: "reasoning", seal: foreign },
    ]);
  });
});

describe("wishes", () => {
  it("for thinking are read in each of their forms", () => {
    const wish = (thinking: unknown, effort?: string): unknown =>
      readBody({ ...BODY, thinking, output_config: { effort } }).reasoning;
    const nothing = { effort: null, budgetTokens: null, visible: null, adaptive: false };
    expect(wish({ type: "enabled", budget_tokens: 2_000, display: "omitted" })).toEqual({
      ...nothing,
      budgetTokens: 2_000,
      visible: false,
    });
    expect(wish({ type: "adaptive", display: "summarized" }, "max")).toEqual({
      ...nothing,
      effort: "max",
      visible: true,
      adaptive: true,
    });
    expect(wish({ type: "disabled" })).toEqual({ ...nothing, effort: "none" });
    expect(wish(undefined, "low")).toEqual({ ...nothing, effort: "low" });
    expect(wish(undefined)).toBeNull();
    const between = readBody({ ...BODY, thinking: { type: "between_tools" } });
    expect(between.reasoning).toEqual({ ...nothing, adaptive: true });
    expect(between.extra.fields).toEqual({ thinking: { type: "between_tools" } });
  });

  it("for tools say whether calls may be parallel", () => {
    expect(choice({ type: "any", disable_parallel_tool_use: true })).toEqual({
      parallelTools: false,
      toolChoice: { kind: "required" },
    });
    expect(choice({ type: "tool", name: "f" })).toEqual({ parallelTools: null, toolChoice: { kind: "tool", name: "f" } });
    expect(choice({ type: "none" })).toEqual({ parallelTools: null, toolChoice: { kind: "none" } });
  });

  it("that have no canonical form stay for backends of this dialect, beta flags with them", () => {
    const body = {
      ...BODY,
      metadata: { user_id: "u", team: "t" },
      output_config: { effort: "low", task_budget: { total: 1 } },
      container: "c",
      speed: null,
    };
    const { extra, user } = readRequest(decode(body, "chat", { "anthropic-beta": "x-1" }));
    expect(user).toBe("u");
    expect(extra).toEqual({
      dialect: "anthropic-messages",
      fields: {
        container: "c",
        output_config: { task_budget: { total: 1 } },
        metadata: { team: "t" },
        "anthropic-beta": "x-1",
      },
    });
  });
});

describe("reading", () => {
  const at = (content: unknown): unknown => ({ ...BODY, messages: [{ role: "user", content: [content] }] });
  const refused: readonly (readonly [string, unknown, string])[] = [
    ["a block without a type", at({}), "messages[0].content[0].type"],
    ["a block that is no object", at("x"), "messages[0].content[0]"],
    ["a text without one", at({ type: "text" }), "messages[0].content[0].text"],
    ["an image without a source", at({ type: "image" }), "messages[0].content[0].source"],
    ["a source of no known type", at({ type: "image", source: { type: "s3" } }), "messages[0].content[0].source.type"],
    ["a call without an id", at({ type: "tool_use", name: "f", input: {} }), "messages[0].content[0].id"],
    ["a call whose input is no object", at({ type: "tool_use", id: "1", name: "f", input: "x" }), "messages[0].content[0].input"],
    ["a result of no call", at({ type: "tool_result" }), "messages[0].content[0].tool_use_id"],
    [
      "a part of a result without a type",
      at({ type: "tool_result", tool_use_id: "1", content: [{}] }),
      "messages[0].content[0].content[0].type",
    ],
    ["a tool without a schema", { ...BODY, tools: [{ name: "f" }] }, "tools[0].input_schema"],
    ["a tool without a name", { ...BODY, tools: [{ input_schema: {} }] }, "tools[0].name"],
    ["a choice of no known type", { ...BODY, tool_choice: { type: "some" } }, "tool_choice.type"],
    ["an effort of no known degree", { ...BODY, output_config: { effort: "huge" } }, "output_config.effort"],
    ["a format of no known type", { ...BODY, output_config: { format: { type: "xml" } } }, "output_config.format.type"],
    ["a budget of nothing", { ...BODY, thinking: { type: "enabled" } }, "thinking.budget_tokens"],
  ];
  for (const [what, body, param] of refused) {
    it(`refuses ${what}, by its place`, () => {
      expect(() => readBody(body)).toThrow(expect.objectContaining({ code: "invalid_value", param }));
    });
  }
});
