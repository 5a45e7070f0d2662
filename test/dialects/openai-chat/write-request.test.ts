import { describe, expect, it } from "vitest";
import type { ChatRequest, Tool, Turn } from "../../../src/dialects/canonical/chat-request.ts";
import { defaultQuirks } from "../../../src/core/policy/default-quirks.ts";
import { fieldName } from "../../../src/dialects/openai-chat/field-name.ts";
import { FOREIGN_HISTORY } from "../canonical/foreign-history.ts";
import { read, upstreamOf, write } from "./asking.ts";

/** A request of another dialect's caller. */
function foreign(members: Partial<ChatRequest> = {}): ChatRequest {
  return { ...read({}), extra: { dialect: "anthropic-messages", fields: {} }, ...members };
}

function messagesOf(turns: readonly Turn[], upstream = {}): unknown {
  return write(foreign({ turns }), upstream).body["messages"];
}

function lossesOf(request: ChatRequest, upstream = {}): readonly string[] {
  return write(request, upstream).losses.map(({ feature, severity }) => `${severity} ${feature}`);
}

function toolOf(name: string): Tool {
  return { kind: "function", name, description: null, schema: null, strict: null };
}

/** Speaks the dialect and knows none of its author's newer fields. */
const IMITATOR = { quirks: defaultQuirks("openai-chat") };

const { quirks } = IMITATOR;

describe("messages written for this dialect", () => {
  it("make a message of each result, and show what is no text in one of the user", () => {
    const image = {
      kind: "media",
      media: "image",
      mimeType: "image/png",
      source: { kind: "base64", data: "aGk=" },
      name: null,
      detail: null,
    } as const;
    const turns: readonly Turn[] = [
      {
        role: "user",
        blocks: [
          { kind: "tool_result", callId: "a", name: "f", isError: false, content: [{ kind: "text", text: "one" }, image] },
          { kind: "tool_result", callId: "b", name: "f", isError: true, content: [{ kind: "text", text: "no such file" }] },
          { kind: "tool_result", callId: "c", name: "f", isError: false, content: [] },
          { kind: "text", text: "and?" },
        ],
      },
    ];
    expect(messagesOf(turns)).toEqual([
      { role: "tool", tool_call_id: "a", content: "one\n(See the next message of the user.)" },
      { role: "tool", tool_call_id: "b", content: "Error: no such file" },
      { role: "tool", tool_call_id: "c", content: "" },
      {
        role: "user",
        content: [
          { type: "text", text: "Result of tool call a:" },
          { type: "image_url", image_url: { url: "data:image/png;base64,aGk=" } },
          { type: "text", text: "and?" },
        ],
      },
    ]);
  });

  it("send a developer as system where the server knows no other", () => {
    const turns: readonly Turn[] = [{ role: "developer", blocks: [{ kind: "text", text: "Be brief." }] }];
    expect(messagesOf(turns, { quirks })).toEqual([{ role: "system", content: "Be brief." }]);
    expect(messagesOf(turns)).toEqual([{ role: "developer", content: "Be brief." }]);
  });

  it("map ids the same way in call and result, and names back and forth", () => {
    const id = "toolu_01:with a space, and far longer than forty characters";
    const turns: readonly Turn[] = [
      {
        role: "assistant",
        blocks: [{ kind: "tool_call", id, name: "read file", form: "function", arguments: "", namespace: null, seal: null }],
      },
      { role: "user", blocks: [{ kind: "tool_result", callId: id, name: "read file", isError: false, content: [] }] },
    ];
    const tools: readonly Tool[] = [{ kind: "function", name: "read file", description: null, schema: null, strict: null }];
    const { body, restore } = write(foreign({ turns, tools, toolChoice: { kind: "tool", name: "read file" } }));
    const sent = [...restore.names.keys()][0];
    expect(sent).toMatch(/^read_file_[0-9a-f]{8}$/);
    expect(restore.names.get(sent ?? "")).toBe("read file");
    const called = (body["messages"] as { tool_calls?: { id: string }[]; tool_call_id?: string }[])[0]?.tool_calls?.[0]?.id;
    expect(body).toMatchObject({
      messages: [{ content: null, tool_calls: [{ function: { name: sent, arguments: "{}" } }] }, { tool_call_id: called }],
      tools: [{ type: "function", function: { name: sent } }],
      tool_choice: { type: "function", function: { name: sent } },
    });
    expect(called).toMatch(/^call_[0-9a-f]{24}$/);
    expect(JSON.stringify(messagesOf(turns, { quirks: { ...quirks, callIds: "alnum9" } }))).toMatch(
      /"tool_call_id":"[A-Za-z0-9]{9}"/,
    );
  });

  it("give state back to its own family in the form it came, and to no other", () => {
    const seal = {
      family: "gemini",
      form: "details",
      data: '[{"type":"reasoning.text","signature":"s","index":0}]',
      id: null,
    } as const;
    const turns: readonly Turn[] = [
      { role: "user", blocks: [{ kind: "text", text: "hi" }] },
      {
        role: "assistant",
        blocks: [
          { kind: "reasoning", text: "hm", isSummary: false, seal },
          { kind: "text", text: "so" },
          {
            kind: "tool_call",
            id: "a",
            name: "f",
            form: "function",
            arguments: "{}",
            namespace: null,
            seal: { ...seal, form: "thought_signature", data: "t" },
          },
        ],
      },
      { role: "assistant", blocks: [{ kind: "reasoning", text: "alone", isSummary: false, seal }] },
    ];
    expect(messagesOf(turns, { family: "gemini" })).toMatchObject([
      {},
      {
        reasoning_details: [{ type: "reasoning.text", signature: "s", index: 0, text: "hm" }],
        tool_calls: [{ extra_content: { google: { thought_signature: "t" } } }],
      },
      { reasoning_details: [{ text: "alone" }] },
    ]);
    const elsewhere = JSON.stringify(messagesOf(turns, { family: "openai" }));
    expect(elsewhere).not.toMatch(/reasoning|thought|hm|alone/);
    expect(messagesOf(turns, { family: "openai" })).toHaveLength(2);
  });

  it("mark what may be cached where the model is known to take marks", () => {
    const turns: readonly Turn[] = [{ role: "user", blocks: [{ kind: "text", text: "hi", cache: { ttl: "5m" } }] }];
    expect(messagesOf(turns, { capabilities: new Set(["prompt_cache"]) })).toEqual([
      { role: "user", content: [{ type: "text", text: "hi", prompt_cache_breakpoint: { mode: "explicit" } }] },
    ]);
    expect(messagesOf(turns)).toEqual([{ role: "user", content: "hi" }]);
    expect(lossesOf(foreign({ turns }))).toEqual(["hint cache_marks"]);
  });
});

describe("fields written for this dialect", () => {
  it("are those the server knows", () => {
    const sampling = { ...read({}).sampling, maxOutputTokens: 5 };
    expect(write(foreign({ sampling, stream: true })).body).toMatchObject({
      max_tokens: 5,
      stream: true,
      stream_options: { include_usage: true },
    });
    const strict = { ...quirks, maxTokensField: "max_completion_tokens", streamUsage: false } as const;
    const { body } = write(foreign({ sampling, stream: true }), { quirks: strict });
    expect(body).toMatchObject({ max_completion_tokens: 5, stream: true });
    expect(body).not.toHaveProperty("stream_options");
    expect(write(foreign()).body).not.toHaveProperty("stream");
  });

  it.each([
    [0, "none"],
    [1_024, "low"],
    [4_096, "medium"],
    [4_097, "high"],
  ])("round a thinking budget of %i tokens to the effort %s", (budgetTokens, effort) => {
    const reasoning = { effort: null, budgetTokens, visible: true, adaptive: false };
    const { body, losses } = write(foreign({ reasoning }));
    expect(body["reasoning_effort"]).toBe(effort);
    expect(losses).toMatchObject([{ feature: "reasoning", severity: "hint" }]);
  });

  it("leave thinking out where the model is known not to think", () => {
    const reasoning = { effort: "high", budgetTokens: null, visible: null, adaptive: false } as const;
    const { body, losses } = write(foreign({ reasoning }), { capabilities: new Set(["tools"]) });
    expect(body).not.toHaveProperty("reasoning_effort");
    expect(losses).toMatchObject([{ feature: "reasoning", severity: "hint", capability: "reasoning" }]);
  });

  it("name a format that has no name", () => {
    const output = { kind: "json_schema", name: null, description: null, schema: { type: "object" }, strict: null } as const;
    expect(write(foreign({ output })).body["response_format"]).toEqual({
      type: "json_schema",
      json_schema: { name: "response", schema: { type: "object" } },
    });
  });

  it("send free-form tools as functions of one text where only functions are known", () => {
    const tools: readonly Tool[] = [
      { kind: "custom", name: "run", description: "Runs.", format: { type: "grammar", syntax: "lark", definition: "d" } },
    ];
    const compat = write(foreign({ tools }), IMITATOR);
    expect(compat.body["tools"]).toMatchObject([
      { type: "function", function: { name: "run", parameters: { required: ["input"] } } },
    ]);
    expect([...compat.restore.customTools]).toEqual(["run"]);
    expect(compat.losses).toMatchObject([{ feature: "tools.custom", severity: "meaning" }]);
    const own = write(foreign({ tools }));
    expect(own.body["tools"]).toEqual([
      {
        type: "custom",
        custom: { name: "run", description: "Runs.", format: { type: "grammar", grammar: { syntax: "lark", definition: "d" } } },
      },
    ]);
    expect(own.losses).toEqual([]);
  });

  it("leave out the tools that are not allowed where no subset can be told", () => {
    const request = foreign({
      tools: [toolOf("a"), toolOf("b")],
      toolChoice: { kind: "subset", mode: "required", names: ["b"] },
    });
    expect(write(request, IMITATOR).body).toMatchObject({ tools: [{ function: { name: "b" } }], tool_choice: "required" });
    expect(lossesOf(request, IMITATOR)).toEqual(["hint tool_choice"]);
    expect(write(request).body).toMatchObject({
      tools: [{}, {}],
      tool_choice: {
        type: "allowed_tools",
        allowed_tools: { mode: "required", tools: [{ type: "function", function: { name: "b" } }] },
      },
    });
  });

  it("say nothing of a choice among no tools", () => {
    expect(write(foreign({ toolChoice: { kind: "none" }, parallelTools: false })).body).not.toHaveProperty("tool_choice");
  });

  it("search the web for another dialect's caller where the model is known to", () => {
    const tools: readonly Tool[] = [{ kind: "server", dialect: "anthropic-messages", type: "web_search_20250305", raw: {} }];
    expect(write(foreign({ tools }), { capabilities: new Set(["web_search"]) }).body["web_search_options"]).toEqual({});
    expect(write(foreign({ tools })).losses).toMatchObject([
      { feature: "tools.web_search_20250305", severity: "meaning", capability: "web_search" },
    ]);
  });
});

describe("what this dialect cannot be told", () => {
  const rich: Partial<ChatRequest> = {
    choices: 2,
    modalities: ["audio"],
    verbosity: "low",
    serviceTier: "flex",
    user: "u",
    metadata: { a: "b" },
    promptCacheKey: "k",
    cache: { ttl: null },
    sampling: { ...read({}).sampling, topK: 3, logprobs: true, stop: ["1", "2", "3", "4", "5"] },
    extra: { dialect: "anthropic-messages", fields: { speed: "fast" } },
    turns: [
      {
        role: "user",
        name: "Ann Other",
        blocks: [
          {
            kind: "media",
            media: "video",
            mimeType: "video/mp4",
            source: { kind: "base64", data: "aGk=" },
            name: null,
            detail: null,
          },
          {
            kind: "media",
            media: "file",
            mimeType: null,
            source: { kind: "file_id", id: "file_1", family: "anthropic" },
            name: null,
            detail: null,
          },
          { kind: "opaque", dialect: "anthropic-messages", type: "search_result", raw: {} },
        ],
      },
    ],
  };

  it("is told apart by whether the answer could differ", () => {
    expect(lossesOf(foreign(rich), IMITATOR).toSorted()).toEqual([
      "hint cache_marks",
      "hint extra.speed",
      "hint metadata",
      "hint names",
      "hint prompt_cache_key",
      "hint service_tier",
      "hint user",
      "hint verbosity",
      "meaning choices",
      "meaning logprobs",
      "meaning media.file",
      "meaning media.video",
      "meaning modalities",
      "meaning opaque.search_result",
      "meaning stop",
      "meaning top_k",
    ]);
  });

  it("is less for the API's author, and for a caller of its own", () => {
    const kept = ["hint metadata", "hint prompt_cache_key", "hint service_tier", "hint user", "hint verbosity"];
    expect(lossesOf(foreign(rich))).not.toEqual(expect.arrayContaining(kept));
    const own = read({ top_k: 3, modalities: ["text", "audio"], audio: { voice: "alloy", format: "mp3" }, store: true });
    const { body, losses } = write(own);
    expect(body).toMatchObject({
      top_k: 3,
      modalities: ["text", "audio"],
      audio: { voice: "alloy", format: "mp3" },
      store: true,
    });
    expect(losses).toEqual([]);
  });

  it("has names and reasons that are safe in a header, and the caller's own word", () => {
    for (const { feature, reason } of write(foreign(rich)).losses) {
      expect(`${feature} ${reason}`).toMatch(/^[\x20-\x7e]+[^.]$/);
      expect(fieldName(feature)).not.toBe("");
    }
    expect(["max_output_tokens", "choices", "output_format", "extra.speed", "stop"].map(fieldName)).toEqual([
      "max_completion_tokens",
      "n",
      "response_format",
      "speed",
      "stop",
    ]);
  });
});

describe("an upstream of which nothing is known", () => {
  it("is sent what its dialect can carry", () => {
    expect(upstreamOf().capabilities).toBeNull();
    const output = { kind: "json_object" } as const;
    expect(
      write(
        foreign({
          output,
          parallelTools: true,
          tools: [{ kind: "function", name: "f", description: null, schema: null, strict: true }],
        }),
      ).body,
    ).toMatchObject({
      response_format: { type: "json_object" },
      parallel_tool_calls: true,
      tools: [{ function: { strict: true } }],
    });
  });
});

describe("a history of another family", () => {
  it("loses the thoughts it sealed or did not seal, and what stands with a document", () => {
    expect(lossesOf(foreign({ turns: FOREIGN_HISTORY }))).toEqual(["hint media.file", "hint reasoning"]);
  });
});
