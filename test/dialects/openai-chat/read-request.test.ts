import { describe, expect, it } from "vitest";
import { wrapSeal } from "../../../src/dialects/canonical/seal-envelope.ts";
import { readRequest } from "../../../src/dialects/openai-chat/read-request.ts";
import { decode, read } from "./asking.ts";

const CALL = { id: "call_1", type: "function", function: { name: "now", arguments: '{"n":12345678901234567890}' } };

function turnsOf(...messages: readonly unknown[]): ReturnType<typeof read>["turns"] {
  return read({ messages }).turns;
}

function thoughtsOf(members: Readonly<Record<string, unknown>>): unknown {
  return turnsOf({ role: "assistant", content: "so", ...members })[0]?.blocks.filter(({ kind }) => kind === "reasoning");
}

describe("messages in no dialect", () => {
  it("may name what every object has", () => {
    const sound = { type: "input_audio", input_audio: { data: "aGk=", format: "constructor" } };
    expect(turnsOf({ role: "user", content: [sound] })[0]?.blocks).toMatchObject([
      { media: "audio", mimeType: "audio/constructor" },
    ]);
  });

  it("are turns of their roles, with media from URLs and from data", () => {
    const parts = [
      { type: "text", text: "look", cache_control: { type: "ephemeral", ttl: "1h" } },
      { type: "image_url", image_url: { url: "data:image/png;base64,aGk=", detail: "low" } },
      { type: "image_url", image_url: { url: "https://a.example/a.png" } },
      { type: "input_audio", input_audio: { data: "aGk=", format: "mp3" } },
      { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,aGk=" } },
      { type: "file", file: { file_id: "file-1" } },
      { type: "text", text: "mark", prompt_cache_breakpoint: { mode: "explicit" } },
    ];
    const media = { kind: "media", name: null, detail: null };
    expect(turnsOf({ role: "developer", content: "Be brief." }, { role: "user", content: parts, name: "ann" })).toEqual([
      { role: "developer", blocks: [{ kind: "text", text: "Be brief." }] },
      {
        role: "user",
        name: "ann",
        blocks: [
          { kind: "text", text: "look", cache: { ttl: "1h" } },
          { ...media, media: "image", mimeType: "image/png", source: { kind: "base64", data: "aGk=" }, detail: "low" },
          { ...media, media: "image", mimeType: null, source: { kind: "url", url: "https://a.example/a.png" } },
          { ...media, media: "audio", mimeType: "audio/mpeg", source: { kind: "base64", data: "aGk=" } },
          { ...media, media: "file", mimeType: "application/pdf", source: { kind: "base64", data: "aGk=" }, name: "a.pdf" },
          { ...media, media: "file", mimeType: null, source: { kind: "file_id", id: "file-1", family: "openai" } },
          { kind: "text", text: "mark", cache: { ttl: null } },
        ],
      },
    ]);
  });

  it("make one turn of the results of a turn, each with its tool", () => {
    const other = { id: "call_2", type: "custom", custom: { name: "run", input: "ls" } };
    const turns = turnsOf(
      { role: "user", content: "go" },
      { role: "assistant", content: null, tool_calls: [CALL, other] },
      { role: "tool", tool_call_id: "call_2", content: [{ type: "text", text: "files" }] },
      { role: "tool", tool_call_id: "call_1", content: "noon" },
      { role: "user", content: "thanks" },
    );
    expect(turns.map(({ role }) => role)).toEqual(["user", "assistant", "user", "user"]);
    expect(turns[1]?.blocks).toMatchObject([
      { kind: "tool_call", id: "call_1", name: "now", form: "function", arguments: '{"n":12345678901234567890}' },
      { kind: "tool_call", id: "call_2", name: "run", form: "custom", arguments: "ls" },
    ]);
    expect(turns[2]?.blocks).toEqual([
      { kind: "tool_result", callId: "call_2", name: "run", isError: false, content: [{ kind: "text", text: "files" }] },
      { kind: "tool_result", callId: "call_1", name: "now", isError: false, content: [{ kind: "text", text: "noon" }] },
    ]);
  });

  it("know the legacy calls and their results by the function's name", () => {
    const turns = turnsOf(
      { role: "assistant", content: null, function_call: { name: "now", arguments: "{}" } },
      { role: "function", name: "now", content: "noon" },
    );
    const [call] = turns[0]?.blocks ?? [];
    expect(call).toMatchObject({ kind: "tool_call", name: "now", arguments: "{}" });
    expect(turns[1]?.blocks).toMatchObject([{ callId: call?.kind === "tool_call" ? call.id : "", name: "now" }]);
  });

  it("keep an object in arguments to the last digit", () => {
    const call = '{"id":"a","function":{"name":"f","arguments":{"n":12345678901234567890}}}';
    const { turns } = readRequest(decode(`{"model":"m","messages":[{"role":"assistant","tool_calls":[${call}]}]}`));
    expect(turns[0]?.blocks).toMatchObject([{ arguments: '{"n":12345678901234567890}' }]);
  });

  it.each([
    ["messages[0].content[0].type", { role: "user", content: [{}] }],
    ["messages[0].content[0]", { role: "user", content: ["a"] }],
    ["messages[0].content[0].text", { role: "user", content: [{ type: "text" }] }],
    ["messages[0].content[0].image_url", { role: "user", content: [{ type: "image_url" }] }],
    ["messages[0].content[0].image_url.url", { role: "user", content: [{ type: "image_url", image_url: {} }] }],
    [
      "messages[0].content[0].input_audio.format",
      { role: "user", content: [{ type: "input_audio", input_audio: { data: "" } }] },
    ],
    ["messages[0].content[0].file.file_data", { role: "user", content: [{ type: "file", file: {} }] }],
    ["messages[0].tool_calls[0].id", { role: "assistant", tool_calls: [{ function: { name: "f" } }] }],
    ["messages[0].tool_calls[0].function", { role: "assistant", tool_calls: [{ id: "a" }] }],
    ["messages[0].tool_calls[0].function.name", { role: "assistant", tool_calls: [{ id: "a", function: {} }] }],
    ["messages[0].tool_call_id", { role: "tool", content: "x" }],
    ["messages[0].tool_call_id", { role: "tool", tool_call_id: "call_9", content: "x" }],
    ["messages[0].name", { role: "function", name: "now", content: "x" }],
  ])("are refused by the place at fault: %s", (param, message) => {
    expect(() => turnsOf(message)).toThrow(expect.objectContaining({ param }));
  });

  it("keep parts of a type nobody else has for servers that do", () => {
    const raw = { type: "input_mesh", mesh: "x" };
    expect(turnsOf({ role: "user", content: [raw] })[0]?.blocks).toMatchObject([
      { kind: "opaque", dialect: "openai-chat", type: "input_mesh", raw },
    ]);
  });
});

describe("thoughts in history", () => {
  const seal = { family: "gemini", form: "thought_signature", data: "s", id: null } as const;

  it("carry state of the family their envelope names, or their format", () => {
    const enveloped = wrapSeal(seal, "openai-chat");
    expect(thoughtsOf({ reasoning_details: [{ type: "reasoning.text", text: "hm", signature: enveloped }] })).toEqual([
      { kind: "reasoning", text: "hm", isSummary: false, seal },
    ]);
    expect(
      thoughtsOf({ reasoning_details: [{ type: "reasoning.text", text: "hm", signature: "s", format: "anthropic-claude-v1" }] }),
    ).toMatchObject([{ text: "hm", seal: { family: "anthropic", form: "signature", data: "s", id: null } }]);
    const summary = [
      { type: "reasoning.summary", summary: "hm", format: "openai-responses-v1", index: 0 },
      { type: "reasoning.encrypted", data: "s", id: "rs_1", format: "openai-responses-v1", index: 0 },
    ];
    expect(thoughtsOf({ reasoning_details: summary })).toMatchObject([
      { text: "hm", isSummary: true, seal: { family: "openai", form: "encrypted", data: "s", id: "rs_1" } },
    ]);
    expect(thoughtsOf({ reasoning_details: [{ type: "reasoning.encrypted", data: "s" }] })).toMatchObject([
      { text: "", seal: { family: "openai-chat", form: "encrypted" } },
    ]);
  });

  it("are read from the other ways in which gateways carry them", () => {
    const blocks = [
      { type: "thinking", thinking: "hm", signature: "s" },
      { type: "redacted_thinking", data: "r" },
    ];
    expect(thoughtsOf({ thinking_blocks: blocks })).toEqual([
      { kind: "reasoning", text: "hm", isSummary: false, seal: { family: "anthropic", form: "signature", data: "s", id: null } },
      { kind: "reasoning", text: "", isSummary: false, seal: { family: "anthropic", form: "redacted", data: "r", id: null } },
    ]);
    expect(thoughtsOf({ reasoning_content: "hm" })).toEqual([{ kind: "reasoning", text: "hm", isSummary: false, seal: null }]);
    const call = { ...CALL, extra_content: { google: { thought_signature: "s" } } };
    expect(turnsOf({ role: "assistant", tool_calls: [call] })[0]?.blocks).toMatchObject([{ kind: "tool_call", seal }]);
  });
});

describe("the rest of a request in no dialect", () => {
  it("reads limits and sampling in either spelling", () => {
    const { sampling } = read({
      max_tokens: 5,
      temperature: 0.5,
      top_k: 3,
      stop: "x",
      seed: 7,
      logit_bias: { 5: -1 },
      logprobs: true,
      top_logprobs: 2,
    });
    expect(sampling).toMatchObject({
      maxOutputTokens: 5,
      temperature: 0.5,
      topK: 3,
      stop: ["x"],
      seed: 7,
      logprobs: true,
      topLogprobs: 2,
    });
    expect(read({ max_tokens: 5, max_completion_tokens: 6 }).sampling.maxOutputTokens).toBe(6);
  });

  it("reads tools, the legacy kind and search among them", () => {
    const { tools } = read({
      tools: [
        { type: "function", function: { name: "f", parameters: { type: "object" }, strict: true }, eager: 1 },
        { type: "custom", custom: { name: "c", format: { type: "grammar", grammar: { syntax: "lark", definition: "d" } } } },
        { type: "browser", size: 1 },
      ],
      functions: [{ name: "old" }],
      web_search_options: { search_context_size: "low" },
    });
    expect(tools).toEqual([
      {
        kind: "function",
        name: "f",
        description: null,
        schema: { type: "object" },
        strict: true,
        extra: { dialect: "openai-chat", fields: { eager: 1 } },
      },
      { kind: "custom", name: "c", description: null, format: { type: "grammar", syntax: "lark", definition: "d" } },
      { kind: "server", dialect: "openai-chat", type: "browser", raw: { type: "browser", size: 1 } },
      { kind: "function", name: "old", description: null, schema: null, strict: null },
      { kind: "server", dialect: "openai-chat", type: "web_search", raw: { search_context_size: "low" } },
    ]);
  });

  it.each([
    [{ tool_choice: "required" }, { kind: "required" }],
    [{ tool_choice: { type: "function", function: { name: "f" } } }, { kind: "tool", name: "f" }],
    [{ tool_choice: { type: "custom", custom: { name: "c" } } }, { kind: "tool", name: "c" }],
    [
      {
        tool_choice: {
          type: "allowed_tools",
          allowed_tools: { mode: "required", tools: [{ type: "function", function: { name: "f" } }] },
        },
      },
      { kind: "subset", mode: "required", names: ["f"] },
    ],
    [{ function_call: { name: "f" } }, { kind: "tool", name: "f" }],
    [{ function_call: "none" }, { kind: "none" }],
  ])("reads the choice of a tool: %o", (members, choice) => {
    expect(read(members).toolChoice).toEqual(choice);
  });

  it.each([
    [{ reasoning_effort: "high" }, { effort: "high", budgetTokens: null, visible: null, adaptive: false }],
    [{ reasoning: { max_tokens: 2_000, exclude: true } }, { effort: null, budgetTokens: 2_000, visible: false, adaptive: false }],
    [{ reasoning: { enabled: true } }, { effort: null, budgetTokens: null, visible: null, adaptive: true }],
    [{ reasoning: { enabled: false } }, { effort: "none", budgetTokens: null, visible: null, adaptive: false }],
    [{}, null],
  ])("reads the wish for thoughts: %o", (members, wish) => {
    expect(read(members).reasoning).toEqual(wish);
  });

  it("keeps what has no place, and only that", () => {
    const request = read({
      store: true,
      prediction: { type: "content", content: "x" },
      user: null,
      service_tier: "flex",
      safety_identifier: "u",
      verbosity: "low",
    });
    expect(request.extra.fields).toEqual({ store: true, prediction: { type: "content", content: "x" } });
    expect(request).toMatchObject({ user: "u", serviceTier: "flex", verbosity: "low" });
    expect(read({ user: "a", safety_identifier: "b" })).toMatchObject({
      user: "a",
      extra: { fields: { safety_identifier: "b" } },
    });
  });

  it.each([
    ["reasoning_effort", { reasoning_effort: "huge" }],
    ["response_format.type", { response_format: { type: "xml" } }],
    ["response_format.json_schema", { response_format: { type: "json_schema" } }],
    ["tool_choice", { tool_choice: "sometimes" }],
    ["tools[0].function.name", { tools: [{ type: "function", function: {} }] }],
    ["tools[0].type", { tools: [{}] }],
    ["metadata", { metadata: { a: 1 } }],
    ["tool_choice.allowed_tools.tools", { tool_choice: { type: "allowed_tools", allowed_tools: { mode: "auto", tools: [] } } }],
  ])("is refused by the field at fault: %s", (param, members) => {
    expect(() => read(members)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(?:invalid_value|missing_field)$/), param }),
    );
  });
});

function imageOf(url: string): unknown {
  return turnsOf({ role: "user", content: [{ type: "image_url", image_url: { url } }] })[0]?.blocks[0];
}

describe("an image in a data: URL", () => {
  it("is base64 whatever it was written in", () => {
    expect(imageOf("data:image/svg+xml,%3Csvg/%3E")).toMatchObject({
      mimeType: "image/svg+xml",
      source: { kind: "base64", data: btoa("<svg/>") },
    });
  });

  it.each(["data:image/png;base64", "data:image/svg+xml,%zz"])("is refused where it is malformed: %s", (url) => {
    const param = "messages[0].content[0].image_url.url";
    expect(() => imageOf(url)).toThrow(expect.objectContaining({ code: "invalid_value", param }));
  });
});
