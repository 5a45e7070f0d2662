import { describe, expect, it } from "vitest";
import { type ChatRequest, NO_SAMPLING } from "../../../src/dialects/canonical/chat-request.ts";
import type { UpstreamModel } from "../../../src/dialects/dialect.ts";
import { fieldName } from "../../../src/dialects/openai-responses/field-name.ts";
import { writeRequest } from "../../../src/dialects/openai-responses/write-request.ts";
import { FOREIGN_HISTORY } from "../canonical/foreign-history.ts";
import { PLAIN } from "../canonical/plain-request.ts";
import { upstreamOf } from "./upstream.ts";

type Body = Readonly<Record<string, unknown>>;
type Item = Readonly<Record<string, unknown>>;

function send(request: ChatRequest, upstream: Partial<UpstreamModel> = {}): Body {
  return JSON.parse(writeRequest(request, upstreamOf(upstream)).body) as Body;
}

function losses(request: ChatRequest, upstream: Partial<UpstreamModel> = {}): readonly string[] {
  return writeRequest(request, upstreamOf(upstream)).losses.map(({ feature, severity }) => `${severity} ${feature}`);
}

function itemsOf(body: Body, type: string): readonly Item[] {
  const { input } = body;
  return Array.isArray(input) ? (input as readonly Item[]).filter((item) => item["type"] === type) : [];
}

describe("writeRequest", () => {
  it("keeps a foreign caller's system turns in their places, and turns strictness off", () => {
    const turns = [
      { role: "system" as const, blocks: [{ kind: "text" as const, text: "s" }] },
      ...PLAIN.turns,
      { role: "developer" as const, blocks: [{ kind: "text" as const, text: "d" }] },
    ];
    const tools = [{ kind: "function" as const, name: "f", description: null, schema: { type: "object" }, strict: null }];
    const body = send({ ...PLAIN, turns, tools }, { quirks: { ...upstreamOf().quirks, developerRole: false } });
    expect(body).not.toHaveProperty("instructions");
    expect(body["input"]).toMatchObject([{ role: "system" }, { role: "user" }, { role: "system" }]);
    expect(body["tools"]).toMatchObject([{ strict: false }]);
    expect(body).toMatchObject({ store: false });
    expect(body).not.toHaveProperty("include");
  });

  it.each([
    [0, "none"],
    [1_024, "low"],
    [4_096, "medium"],
    [30_000, "high"],
  ])("makes of a budget of %i tokens an effort: %s", (budgetTokens, effort) => {
    const request = { ...PLAIN, reasoning: { effort: null, budgetTokens, visible: true, adaptive: false } };
    expect(send(request)["reasoning"]).toEqual(effort === "none" ? { effort } : { effort, summary: "auto" });
    expect(send(request)["include"]).toEqual(effort === "none" ? undefined : ["reasoning.encrypted_content"]);
    expect(losses(request)).toEqual(["hint reasoning"]);
  });

  it("mangles names and ids the same way wherever they stand", () => {
    const name = "мой tool";
    const id = "call_".padEnd(80, "x");
    const request: ChatRequest = {
      ...PLAIN,
      tools: [{ kind: "function", name, description: null, schema: null, strict: true }],
      toolChoice: { kind: "tool", name },
      turns: [
        {
          role: "assistant",
          blocks: [{ kind: "tool_call", id, name, form: "function", arguments: "", namespace: null, seal: null }],
        },
        {
          role: "user",
          blocks: [
            { kind: "tool_result", callId: id, name: null, isError: false, content: [] },
            { kind: "text", text: "go on" },
          ],
        },
      ],
    };
    const written = writeRequest(request, upstreamOf());
    const body = JSON.parse(written.body) as { tools: Item[]; tool_choice: Item; input: Item[] };
    const mangled = String(body.tools[0]?.["name"]);
    expect(mangled).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(written.restore.names.get(mangled)).toBe(name);
    expect([body.tool_choice["name"], body.input[0]?.["name"]]).toEqual([mangled, mangled]);
    expect(String(body.input[0]?.["call_id"]).length).toBeLessThanOrEqual(64);
    expect(body.input[1]).toEqual({ type: "function_call_output", call_id: body.input[0]?.["call_id"], output: "" });
    expect(body.input[0]).toMatchObject({ arguments: "{}" });
    expect(body.input[2]).toMatchObject({ type: "message", role: "user" });
  });

  it("drops reasoning whose item no longer follows, and what another family sealed", () => {
    const seal = { family: "openai", form: "encrypted", data: "e", id: "rs_1" } as const;
    const thought = { kind: "reasoning", text: "t", isSummary: true, seal } as const;
    const turns = [
      { role: "assistant", blocks: [thought] },
      { role: "user", blocks: [{ kind: "text", text: "x" }] },
      {
        role: "assistant",
        blocks: [{ ...thought, seal: { ...seal, family: "anthropic" } }, thought, { kind: "text", text: "y" }],
      },
      { role: "user", blocks: [{ kind: "text", text: "z" }] },
    ] as const;
    const body = send({ ...PLAIN, turns });
    expect(itemsOf(body, "reasoning")).toHaveLength(1);
    expect(body["include"]).toEqual(["reasoning.encrypted_content"]);
  });

  it("marks the cache where the model is known to take marks, and says so where not", () => {
    const marked = { kind: "text", text: "r", cache: { ttl: "5m" } } as const;
    const result = {
      kind: "tool_result",
      callId: "c",
      name: null,
      isError: false,
      content: [{ kind: "text", text: "r" }],
      cache: { ttl: null },
    } as const;
    const request = { ...PLAIN, turns: [{ role: "user", blocks: [result, marked] }] } as const;
    const mark = { mode: "explicit" };
    expect(send(request, { capabilities: new Set(["prompt_cache"]) })["input"]).toEqual([
      { type: "function_call_output", call_id: "c", output: [{ type: "input_text", text: "r", prompt_cache_breakpoint: mark }] },
      { type: "message", role: "user", content: [{ type: "input_text", text: "r", prompt_cache_breakpoint: mark }] },
    ]);
    expect(send(request)["input"]).toMatchObject([{ output: "r" }, { content: [{ type: "input_text", text: "r" }] }]);
    expect(losses(request)).toEqual(["hint cache_marks"]);
  });

  it("gives a result to the tool that was called: free-form or function", () => {
    const call = {
      kind: "tool_call",
      id: "c",
      name: "f",
      form: "custom",
      arguments: "free",
      namespace: null,
      seal: null,
    } as const;
    const result = {
      kind: "tool_result",
      callId: "c",
      name: null,
      isError: false,
      content: [{ kind: "text", text: "r" }],
    } as const;
    const body = send({
      ...PLAIN,
      turns: [
        { role: "assistant", blocks: [call] },
        { role: "user", blocks: [result] },
      ],
    });
    expect(body["input"]).toMatchObject([
      { type: "custom_tool_call", input: "free" },
      { type: "custom_tool_call_output", output: "r" },
    ]);
  });

  it("says what it cannot say", () => {
    const file = { kind: "file_id", id: "f", family: "anthropic" } as const;
    const media = (kind: "image" | "audio" | "video", source: typeof file): object => ({
      kind: "media",
      media: kind,
      mimeType: null,
      source,
      name: null,
      detail: null,
    });
    const request = {
      ...PLAIN,
      choices: 2,
      cache: { ttl: null },
      modalities: ["audio"],
      serviceTier: "standard_only",
      user: "u".repeat(65),
      tools: [{ kind: "server", dialect: "anthropic-messages", type: "web_search", raw: {} }],
      sampling: {
        ...NO_SAMPLING,
        maxOutputTokens: 1,
        topK: 3,
        stop: ["x"],
        seed: 1,
        presencePenalty: 1,
        frequencyPenalty: 0,
        logitBias: { a: 1 },
        logprobs: true,
      },
      turns: [
        {
          role: "user",
          name: "bob",
          blocks: [media("image", file), media("audio", file), media("video", file), { kind: "text", text: "hi" }],
        },
        { role: "assistant", blocks: [{ kind: "opaque", dialect: "gemini", type: "executableCode", raw: {} }] },
      ],
      extra: { dialect: "openai-chat", fields: { prediction: {} } },
    } as unknown as ChatRequest;
    expect(losses(request).toSorted()).toEqual(
      [
        ...["choices", "logit_bias", "logprobs", "media.audio", "media.image", "media.video", "modalities"].map(
          (name) => `meaning ${name}`,
        ),
        ...["opaque.executableCode", "presence_penalty", "seed", "stop", "tools.web_search", "top_k"].map(
          (name) => `meaning ${name}`,
        ),
        ...["cache_marks", "extra.prediction", "max_output_tokens", "names", "service_tier", "user"].map(
          (name) => `hint ${name}`,
        ),
      ].toSorted(),
    );
    expect(send(request)).toMatchObject({
      max_output_tokens: 16,
      safety_identifier: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
    });
    expect(
      losses(
        { ...PLAIN, reasoning: { effort: "high", budgetTokens: null, visible: null, adaptive: false } },
        { capabilities: new Set() },
      ),
    ).toEqual(["hint reasoning"]);
  });
});

describe("a loss", () => {
  it("is fit for a header whatever the caller named", () => {
    const tools = [{ kind: "server" as const, dialect: "gemini", type: "bad\r\nname\u{1f600}", raw: {} }];
    const { body, losses: all } = writeRequest({ ...PLAIN, tools, toolChoice: { kind: "required" } }, upstreamOf());
    expect(all).toHaveLength(1);
    for (const { feature, reason } of all) expect(feature + reason).toMatch(/^[\x20-\x7e]+$/);
    // A choice among tools of which none is left is none.
    expect(JSON.parse(body)).not.toHaveProperty("tool_choice");
  });
});

describe("fieldName", () => {
  it("says a feature in the caller's words", () => {
    const features = ["output_format", "parallel_tools", "cache_marks", "extra.prediction", "opaque.web_search_call", "stop"];
    expect(features.map(fieldName)).toEqual([
      "text.format",
      "parallel_tool_calls",
      "prompt_cache_breakpoint",
      "prediction",
      "web_search_call",
      "stop",
    ]);
  });
});

describe("a history of another family", () => {
  it("loses the thoughts it sealed or did not seal, and what stands with a document", () => {
    const thought = { kind: "reasoning", text: "hm", isSummary: false, seal: null } as const;
    expect(losses({ ...PLAIN, turns: FOREIGN_HISTORY })).toEqual(["hint media.file", "hint reasoning"]);
    const own = { family: "openai", form: "encrypted", data: "x", id: null } as const;
    const kept = [{ role: "assistant", blocks: [thought, { ...thought, seal: own }, { kind: "text", text: "so" }] }] as const;
    expect(losses({ ...PLAIN, turns: kept }, { family: "openai" })).toEqual([]);
  });

  it("says in words that a tool failed", () => {
    const text = { kind: "text", text: "no disk" } as const;
    const result = { kind: "tool_result", callId: "c", name: null, isError: true } as const;
    const outputOf = (content: readonly (typeof text)[]): unknown =>
      itemsOf(send({ ...PLAIN, turns: [{ role: "user", blocks: [{ ...result, content }] }] }), "function_call_output")[0]?.[
        "output"
      ];
    expect(outputOf([text])).toBe("Error: no disk");
    expect(outputOf([])).toBe("Error");
    expect(outputOf([text, text])).toMatchObject([
      { type: "input_text", text: "Error:" },
      { text: "no disk" },
      { text: "no disk" },
    ]);
  });
});
