import { describe, expect, it } from "vitest";
import type { Capability } from "../../../src/core/capability.ts";
import type { Block, MediaBlock, Seal } from "../../../src/dialects/canonical/block.ts";
import type { ChatRequest, Turn } from "../../../src/dialects/canonical/chat-request.ts";
import { NO_SAMPLING } from "../../../src/dialects/canonical/chat-request.ts";
import { writeCountRequest } from "../../../src/dialects/anthropic-messages/write-request.ts";
import { assistant, foreign, NEW, OLD, readBody, send, upstreamOf, user } from "./ask.ts";

type Body = Readonly<Record<string, unknown>>;

function call(id: string, rest: Partial<Extract<Block, { readonly kind: "tool_call" }>> = {}): Block {
  return { kind: "tool_call", id, name: "f", form: "function", arguments: "{}", namespace: null, seal: null, ...rest };
}

function result(callId: string, text = "42"): Block {
  return { kind: "tool_result", callId, name: null, isError: false, content: text === "" ? [] : [{ kind: "text", text }] };
}

function turn(role: Turn["role"], ...blocks: readonly Block[]): Turn {
  return { role, blocks };
}

function messagesOf(...turns: readonly Turn[]): unknown {
  return send(foreign({ turns })).body["messages"];
}

const TEXT = (text: string): Body => ({ type: "text", text });
const WIRE_CALL = (id: string): Body => ({ type: "tool_use", id, name: "f", input: {} });
const WIRE_RESULT = (id: string): Body => ({ type: "tool_result", tool_use_id: id, content: [TEXT("42")] });

describe("turns", () => {
  it("of leading systems and developers are the system prompt, one block each", () => {
    const turns = [turn("system", { kind: "text", text: "A" }), turn("developer", { kind: "text", text: "B" }), user("Hello")];
    expect(send(foreign({ turns })).body).toMatchObject({
      system: [TEXT("A"), TEXT("B")],
      messages: [{ role: "user", content: [TEXT("Hello")] }],
    });
  });

  it("of a later system are told in place", () => {
    expect(
      messagesOf(user("Hello"), assistant("Hi"), turn("system", { kind: "text", text: "Be brief." }), user("Go on")),
    ).toEqual([
      { role: "user", content: [TEXT("Hello")] },
      { role: "assistant", content: [TEXT("Hi")] },
      { role: "user", content: [TEXT("<system>\nBe brief.\n</system>"), TEXT("Go on")] },
    ]);
  });

  it("of a caller of this dialect keep a system in between, with the flag the old version needs", () => {
    const messages = [
      { role: "user", content: "Hello" },
      { role: "system", content: "Be brief." },
    ];
    const request = readBody({ model: "m", max_tokens: 1, messages });
    const { body, headers } = send(request);
    expect(body["messages"]).toEqual(messages.map(({ content, role }) => ({ role, content: [TEXT(content)] })));
    expect(headers).toEqual({ "anthropic-version": "2023-06-01", "anthropic-beta": "mid-conversation-system-2026-04-07" });
    expect(send(request, NEW).headers).toEqual({ "anthropic-version": "2026-10-21" });
  });

  it("of one speaker are one, results first in it", () => {
    expect(
      messagesOf(
        user("Hello"),
        turn("assistant", call("1"), call("2")),
        turn("user", { kind: "text", text: "See" }, result("2")),
        turn("user", result("1")),
      ),
    ).toEqual([
      { role: "user", content: [TEXT("Hello")] },
      { role: "assistant", content: [WIRE_CALL("1"), WIRE_CALL("2")] },
      { role: "user", content: [WIRE_RESULT("2"), WIRE_RESULT("1"), TEXT("See")] },
    ]);
  });

  it("that are blank are left out, and so is white space at the end of an answer to be continued", () => {
    expect(messagesOf(user("Hello"), assistant(" \n"), user("Hello?"), assistant("Well,  "))).toEqual([
      { role: "user", content: [TEXT("Hello"), TEXT("Hello?")] },
      { role: "assistant", content: [TEXT("Well,")] },
    ]);
  });

  it("whose result answers no call are refused by its id", () => {
    expect(() => messagesOf(user("Hello"), turn("user", result("call_9")))).toThrow(
      expect.objectContaining({ code: "invalid_value", message: "The tool result 'call_9' answers no tool call before it." }),
    );
  });
});

describe("tool calls", () => {
  it("get names and ids the API takes, the same in call, result and every repeat", () => {
    const name = "weather.get now";
    const turns = [user("Hello"), turn("assistant", call("call|1", { name })), turn("user", result("call|1", ""))];
    const request = foreign({ turns, tools: [{ kind: "function", name, description: null, schema: null, strict: null }] });
    const { body, restore } = send(request);
    const [sentName] = restore.names.keys();
    expect([...restore.names]).toEqual([[expect.stringMatching(/^weather_get_now_[0-9a-f]{8}$/), name]]);
    expect(body["tools"]).toEqual([{ name: sentName, input_schema: { type: "object", properties: {} } }]);
    const [, asking, answering] = body["messages"] as readonly { readonly content: readonly Body[] }[];
    expect(asking?.content[0]).toMatchObject({ name: sentName, id: expect.stringMatching(/^call_[0-9a-f]{24}$/) });
    expect(answering?.content).toEqual([{ type: "tool_result", tool_use_id: asking?.content[0]?.["id"] }]);
    expect(send(request)).toEqual(send(request));
  });

  it("have arguments digit for digit, and none where they were cut off", () => {
    const turns = [
      user("x"),
      turn("assistant", call("1", { arguments: '{"n":1.10,"m":12345678901234567890}' }), call("2", { arguments: '{"n":' })),
    ];
    expect(send(foreign({ turns })).body["messages"]).toMatchObject([{}, { content: [{}, { input: {} }] }]);
    expect(JSON.stringify(turns)).toContain("1.10");
  });

  it("of free-form tools are functions of one text, undone on the way back", () => {
    const tools: ChatRequest["tools"] = [{ kind: "custom", name: "patch", description: "Patches.", format: { type: "text" } }];
    const turns = [user("x"), turn("assistant", call("1", { name: "patch", form: "custom", arguments: "*** Begin" }))];
    const { body, lost, restore } = send(foreign({ tools, turns }));
    expect(body["tools"]).toEqual([
      {
        name: "patch",
        description: "Patches.",
        input_schema: { type: "object", properties: { input: { type: "string" } }, required: ["input"] },
      },
    ]);
    expect(body["messages"]).toMatchObject([{}, { content: [{ input: { input: "*** Begin" } }] }]);
    expect([...restore.customTools]).toEqual(["patch"]);
    expect(lost).toEqual([]);
  });

  it("cannot be held to a grammar, which the model is told", () => {
    const format = { type: "grammar", syntax: "lark", definition: "start: /a/" };
    const { body, lost } = send(foreign({ tools: [{ kind: "custom", name: "p", description: null, format }] }));
    expect(body["tools"]).toMatchObject([{ description: "The input must match this grammar:\nstart: /a/" }]);
    expect(lost).toEqual(["tools.custom meaning"]);
  });
});

describe("tools", () => {
  const tool = { kind: "function", name: "f", description: null, schema: { type: "object" }, strict: true } as const;

  const choice = (rest: Partial<ChatRequest>): unknown => send(foreign({ tools: [tool], ...rest })).body["tool_choice"];

  it("are chosen in the API's words", () => {
    expect(choice({})).toBeUndefined();
    expect(choice({ toolChoice: { kind: "auto" } })).toEqual({ type: "auto" });
    expect(choice({ toolChoice: { kind: "required" } })).toEqual({ type: "any" });
    expect(choice({ toolChoice: { kind: "tool", name: "f" } })).toEqual({ type: "tool", name: "f" });
    expect(choice({ toolChoice: { kind: "none" }, parallelTools: false })).toEqual({ type: "none" });
    expect(choice({ parallelTools: false })).toEqual({ type: "auto", disable_parallel_tool_use: true });
    expect(choice({ tools: [], toolChoice: { kind: "required" }, parallelTools: false })).toBeUndefined();
  });

  it("of a subset are the only ones sent", () => {
    const tools = [tool, { ...tool, name: "g" }];
    const { body, lost } = send(foreign({ tools, toolChoice: { kind: "subset", mode: "required", names: ["g"] } }));
    expect(body).toMatchObject({ tools: [{ name: "g" }], tool_choice: { type: "any" } });
    expect(lost).toEqual(["tool_choice hint"]);
  });

  it("are strict where the model can be held to a schema", () => {
    expect(send(foreign({ tools: [tool] })).body["tools"]).toEqual([
      { name: "f", input_schema: { type: "object" }, strict: true },
    ]);
    const upstream = upstreamOf("2023-06-01", { capabilities: new Set<Capability>(["tools"]) });
    expect(send(foreign({ tools: [tool] }), upstream).lost).toEqual(["tools.strict hint"]);
  });

  it("that another provider runs itself are lost", () => {
    const { losses } = send(foreign({ tools: [{ kind: "server", dialect: "openai-responses", type: "web_search", raw: {} }] }));
    expect(losses).toEqual([
      { feature: "tools.web_search", severity: "meaning", reason: "anthropic has no tool web_search", capability: "web_search" },
    ]);
  });
});

function sealed(seal: Seal | null): Block {
  return { kind: "reasoning", text: "Hm", isSummary: false, seal };
}

describe("seals", () => {
  const own: Seal = { family: "anthropic", form: "signature", data: "s+/=", id: null };

  it("go back to the family that made them and to no other, without a word of the thoughts", () => {
    const others: readonly Seal[] = [
      { ...own, family: "openai", form: "encrypted" },
      { ...own, family: "bedrock-anthropic" },
      { ...own, data: "" },
    ];
    const blocks = [sealed(own), ...others.map(sealed), sealed(null)];
    expect(messagesOf(user("x"), turn("assistant", ...blocks, { kind: "text", text: "y" }))).toEqual([
      { role: "user", content: [TEXT("x")] },
      { role: "assistant", content: [{ type: "thinking", thinking: "Hm", signature: "s+/=" }, TEXT("y")] },
    ]);
  });

  it("of thoughts that are hidden go back as they came", () => {
    const hidden: Block = { ...sealed({ ...own, form: "redacted" }), text: "" } as Block;
    expect(messagesOf(user("x"), turn("assistant", hidden, { kind: "text", text: "y" }))).toMatchObject([
      {},
      { content: [{ type: "redacted_thinking", data: "s+/=" }, {}] },
    ]);
  });
});

function sent(block: MediaBlock): { readonly block: unknown; readonly lost: readonly string[] } {
  const { body, lost } = send(foreign({ turns: [turn("user", { kind: "text", text: "x" }, block)] }));
  const [{ content } = { content: [] }] = body["messages"] as readonly { readonly content: readonly unknown[] }[];
  return { block: content[1] ?? null, lost };
}

describe("media", () => {
  const image: MediaBlock = {
    kind: "media",
    media: "image",
    mimeType: "image/png",
    source: { kind: "base64", data: "AA==" },
    name: null,
    detail: null,
  };
  const file = (rest: Partial<MediaBlock>): MediaBlock => ({ ...image, media: "file", mimeType: "application/pdf", ...rest });

  it("are sent as images and documents", () => {
    expect(sent(image).block).toEqual({ type: "image", source: { type: "base64", media_type: "image/png", data: "AA==" } });
    expect(sent({ ...image, source: { kind: "url", url: "https://a.example/a" } }).block).toEqual({
      type: "image",
      source: { type: "url", url: "https://a.example/a" },
    });
    expect(sent({ ...image, source: { kind: "file_id", id: "file_1", family: "anthropic" } }).block).toEqual({
      type: "image",
      source: { type: "file", file_id: "file_1" },
    });
    expect(sent(file({ name: "a.pdf" })).block).toEqual({
      type: "document",
      source: { type: "base64", media_type: "application/pdf", data: "AA==" },
      title: "a.pdf",
    });
    expect(sent(file({ mimeType: "text/csv", source: { kind: "base64", data: "w6k=" } })).block).toEqual({
      type: "document",
      source: { type: "text", media_type: "text/plain", data: "é" },
    });
    expect(sent(file({ source: { kind: "text", text: "T" } })).block).toEqual({
      type: "document",
      source: { type: "text", media_type: "text/plain", data: "T" },
    });
    expect(sent({ ...image, mimeType: "image/jpg" }).block).toMatchObject({ source: { media_type: "image/jpeg" } });
    expect(sent(file({ mimeType: "image/gif" })).block).toMatchObject({ type: "image" });
  });

  it("that the API cannot take are lost", () => {
    expect(sent({ ...image, media: "audio" })).toEqual({ block: null, lost: ["media.audio meaning"] });
    expect(sent({ ...image, media: "video" })).toEqual({ block: null, lost: ["media.video meaning"] });
    expect(sent({ ...image, source: { kind: "url", url: "gs://a/b" } })).toEqual({ block: null, lost: ["media.image meaning"] });
    expect(sent({ ...image, source: { kind: "file_id", id: "file-1", family: "openai" } })).toEqual({
      block: null,
      lost: ["media.image meaning"],
    });
    expect(sent(file({ mimeType: "application/zip" }))).toEqual({ block: null, lost: ["media.file meaning"] });
    expect(sent({ ...image, detail: "high" }).lost).toEqual(["media.image hint"]);
  });

  it("are shown in tool results, not in a system prompt or an answer", () => {
    const shown: Block = { kind: "tool_result", callId: "1", name: null, isError: true, content: [image] };
    expect(messagesOf(user("x"), turn("assistant", call("1")), turn("user", shown))).toMatchObject([
      {},
      {},
      { content: [{ type: "tool_result", is_error: true, content: [{ type: "image" }] }] },
    ]);
    expect(send(foreign({ turns: [turn("system", image), user("x"), turn("assistant", image)] })).lost).toEqual([
      "media.image meaning",
      "media.image meaning",
    ]);
  });
});

describe("cache marks", () => {
  it("beyond four are taken off from the front", () => {
    const cache = { ttl: "5m" };
    const marked = (text: string): Block => ({ kind: "text", text, cache });
    const tools = [{ kind: "function", name: "f", description: null, schema: null, strict: null, cache }] as const;
    const turns = [turn("system", marked("S")), turn("user", marked("A"), marked("B"), marked("C"))];
    const written = JSON.stringify(send(foreign({ tools, turns })).body);
    expect(written.match(/cache_control/g)).toHaveLength(4);
    expect(send(foreign({ tools, turns })).body["tools"]).toEqual([
      { name: "f", input_schema: { type: "object", properties: {} } },
    ]);
    expect(send(foreign({ tools, turns })).lost).toEqual(["cache_marks hint"]);
    expect(JSON.stringify(send(foreign({ tools, turns, cache: { ttl: null } })).body).match(/cache_control/g)).toHaveLength(4);
  });

  it("last as long as the API lets them", () => {
    const { body, lost } = send(foreign({ cache: { ttl: "12h" } }));
    expect(body["cache_control"]).toEqual({ type: "ephemeral", ttl: "1h" });
    expect(lost).toEqual(["cache_marks hint"]);
  });

  it("inside a result stand on the result", () => {
    const inner: Block = {
      kind: "tool_result",
      callId: "1",
      name: null,
      isError: false,
      content: [{ kind: "text", text: "42", cache: { ttl: null } }],
    };
    expect(messagesOf(user("x"), turn("assistant", call("1")), turn("user", inner))).toMatchObject([
      {},
      {},
      { content: [{ type: "tool_result", content: [TEXT("42")], cache_control: { type: "ephemeral" } }] },
    ]);
  });
});

describe("what the API has no word for", () => {
  it("is lost by name, and what changes nothing is not", () => {
    const { lost } = send(
      foreign({
        choices: 2,
        modalities: ["text", "audio"],
        verbosity: "low",
        serviceTier: "flex",
        metadata: { a: "b" },
        promptCacheKey: "k",
        sampling: {
          ...NO_SAMPLING,
          seed: 1,
          presencePenalty: 0,
          frequencyPenalty: 1,
          logitBias: { 1: 1 },
          logprobs: true,
          topLogprobs: 2,
          stop: ["END", " "],
        },
        turns: [{ ...user("x"), name: "Ann" }],
        extra: { dialect: "openai-chat", fields: { store: true } },
      }),
    );
    expect(lost.toSorted()).toEqual([
      "choices meaning",
      "extra.store hint",
      "frequency_penalty meaning",
      "logit_bias meaning",
      "logprobs meaning",
      "metadata hint",
      "modalities meaning",
      "names hint",
      "prompt_cache_key hint",
      "seed meaning",
      "service_tier hint",
      "stop meaning",
      "verbosity hint",
    ]);
  });

  it("may have one: the user, the tier, the stop", () => {
    const { body, lost } = send(
      foreign({ user: "u", serviceTier: "default", stream: true, sampling: { ...NO_SAMPLING, stop: ["END"] } }),
    );
    expect(body).toMatchObject({
      metadata: { user_id: "u" },
      service_tier: "standard_only",
      stop_sequences: ["END"],
      stream: true,
      max_tokens: 4_096,
    });
    expect(lost).toEqual([]);
  });

  it("of another provider's own blocks is lost by type", () => {
    const opaque: Block = { kind: "opaque", dialect: "openai-responses", type: "web_search_call", raw: {} };
    expect(send(foreign({ turns: [user("x"), turn("assistant", opaque)] })).lost).toEqual(["opaque.web_search_call meaning"]);
  });
});

describe("a count", () => {
  it("is asked with what it depends on alone", () => {
    const sampling = { ...NO_SAMPLING, maxOutputTokens: 5, temperature: 1, stop: ["END"] };
    const request = foreign({
      stream: true,
      sampling,
      user: "u",
      turns: [turn("system", { kind: "text", text: "S" }), user("x")],
    });
    expect(JSON.parse(writeCountRequest(request, OLD))).toEqual({
      model: "claude-upstream",
      system: [TEXT("S")],
      messages: [{ role: "user", content: [TEXT("x")] }],
    });
  });
});
