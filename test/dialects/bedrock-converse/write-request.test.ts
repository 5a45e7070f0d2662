import { describe, expect, it } from "vitest";
import type { Block, MediaBlock } from "../../../src/dialects/canonical/block.ts";
import { ask, call, CLAUDE, EMPTY, result, sampling, text, tool, turn, upstream } from "./asking.ts";
import { writeCountRequest, writeRequest } from "../../../src/dialects/bedrock-converse/write-request.ts";

const NOVA = "us.amazon.nova-2-lite-v1:0";
const LLAMA = "us.meta.llama4-maverick-17b-instruct-v1:0";
const media = (more: Partial<MediaBlock>): MediaBlock => ({
  kind: "media",
  media: "image",
  mimeType: "image/png",
  source: { kind: "base64", data: "aGk=" },
  name: null,
  detail: null,
  ...more,
});
const pdf = media({ media: "file", mimeType: "application/pdf" });

const named = (name: string | null): MediaBlock => ({ ...pdf, name });
const sealed = (family: string, form: "signature" | "redacted"): Block => ({
  kind: "reasoning",
  text: "hm",
  isSummary: false,
  seal: { family, form, data: "c2ln+/=", id: null },
});

describe("messages", () => {
  it("puts leading instructions into system, and later ones where they stand", () => {
    const { body, losses } = ask({
      turns: [turn("system", "a", " "), turn("developer", "b"), turn("user", "c"), turn("system", "d"), turn("assistant", "e")],
    });
    expect(body["system"]).toEqual([{ text: "a" }, { text: "b" }]);
    expect(body["messages"]).toEqual([
      { role: "user", content: [{ text: "c" }, { text: "<system>\nd\n</system>" }] },
      { role: "assistant", content: [{ text: "e" }] },
    ]);
    expect(losses).toEqual([]);
  });

  it("merges neighbours of the same role, tool results first, and sends nothing blank", () => {
    const { body } = ask({
      turns: [
        turn("user", "a"),
        turn("user", "\n "),
        turn("assistant", ""),
        turn("user", "b"),
        turn("assistant", call("1"), call("2")),
        turn("user", "c"),
        turn("assistant", " "),
        turn("user", result("2", "two"), "d"),
        turn("user", result("1", ""), "e"),
      ],
    });
    expect(body["messages"]).toEqual([
      { role: "user", content: [{ text: "a" }, { text: "b" }] },
      {
        role: "assistant",
        content: [{ toolUse: { toolUseId: "1", name: "f", input: {} } }, { toolUse: { toolUseId: "2", name: "f", input: {} } }],
      },
      {
        role: "user",
        content: [
          { toolResult: { toolUseId: "2", content: [{ text: "two" }] } },
          { toolResult: { toolUseId: "1", content: [{ text: " " }] } },
          { text: "c" },
          { text: "d" },
          { text: "e" },
        ],
      },
    ]);
  });

  it("ends a prefilled answer without white space", () => {
    expect(ask({ turns: [turn("user", "a"), turn("assistant", "So, \n")] }).body["messages"]).toMatchObject([
      {},
      { content: [{ text: "So," }] },
    ]);
  });

  it("refuses a tool result that answers no call, by its id", () => {
    expect(() => ask({ turns: [turn("user", result("call_x"))] })).toThrow(
      expect.objectContaining({ code: "invalid_value", message: expect.stringContaining('"call_x"') as string }),
    );
  });

  it("keeps arguments as they came, and sends an empty object for what is none", () => {
    const raw = '{"n": 12345678901234567890, "a":1.0}';
    const request = {
      ...EMPTY,
      turns: [
        turn("user", "a"),
        turn("assistant", call("1", "f", raw), call("2", "f", ""), call("3", "f", "[1]"), call("4", "f", '{"cut')),
      ],
    };
    expect(writeRequest(request, upstream()).body).toContain(
      `"input":${raw}}},{"toolUse":{"toolUseId":"2","name":"f","input":{}}}`,
    );
    expect(ask(request).body["messages"]).toMatchObject([
      {},
      { content: [{}, {}, { toolUse: { input: {} } }, { toolUse: { input: {} } }] },
    ]);
  });

  it("makes names and ids legal, the same for call and result, and gives the names back", () => {
    const turns = [turn("user", "a"), turn("assistant", call("id:1", "my.tool")), turn("user", result("id:1", "ok"))];
    const { body, restore } = ask({ turns, tools: [tool("my.tool")] });
    const sent = JSON.stringify(body);
    const [mangled] = [...restore.names.keys()];
    expect(mangled).toMatch(/^my_tool_[0-9a-f]{8}$/);
    expect(restore.names.get(mangled ?? "")).toBe("my.tool");
    expect(sent.match(new RegExp(`"name":"${mangled ?? ""}"`, "g"))).toHaveLength(2);
    expect(new Set(sent.match(/"toolUseId":"[^"]*"/g)).size).toBe(1);
    expect(sent).toMatch(/"toolUseId":"call_[0-9a-f]{24}"/);
  });

  it("keeps ids with dots for the models that read them, and nine characters for those that want nine", () => {
    const turns = [turn("user", "a"), turn("assistant", call("functions.f:0")), turn("user", result("functions.f:0", "ok"))];
    expect(JSON.stringify(ask({ turns }, upstream("moonshot.kimi-k2-thinking")).body)).toContain('"toolUseId":"functions.f:0"');
    const { quirks } = upstream();
    expect(JSON.stringify(ask({ turns }, upstream("mistral.large", { quirks: { ...quirks, callIds: "alnum9" } })).body)).toMatch(
      /"toolUseId":"[a-z0-9]{9}"/,
    );
  });

  it("says where a tool failed", () => {
    const failed: Block = {
      kind: "tool_result",
      callId: "1",
      name: null,
      isError: true,
      content: [{ kind: "text", text: "no" }],
    };
    expect(
      JSON.stringify(ask({ turns: [turn("user", "a"), turn("assistant", call("1")), turn("user", failed)] }).body),
    ).toContain('"status":"error"');
  });

  it("sends thoughts back to the family that sealed them, unchanged, and to no other", () => {
    const turns = [
      turn("user", "a"),
      turn(
        "assistant",
        sealed("bedrock-anthropic", "signature"),
        sealed("bedrock-anthropic", "redacted"),
        sealed("anthropic", "signature"),
        "b",
      ),
    ];
    const { body, losses } = ask({ turns });
    expect(body["messages"]).toMatchObject([
      {},
      {
        content: [
          { reasoningContent: { reasoningText: { text: "hm", signature: "c2ln+/=" } } },
          { reasoningContent: { redactedContent: "c2ln+/=" } },
          { text: "b" },
        ],
      },
    ]);
    expect(losses).toEqual(["hint reasoning"]);
    expect(JSON.stringify(ask({ turns }, upstream(NOVA)).body)).not.toContain("hm");
  });
});

describe("media", () => {
  it("gives documents legal names, each once, and text to go with them", () => {
    const { body } = ask({
      turns: [turn("user", named("Q1_report  (final).pdf"), named("Q1 report (final).pdf"), named(null), named("…"))],
    });
    expect(body["messages"]).toMatchObject([
      {
        content: [
          { document: { format: "pdf", name: "Q1 report (final)", source: { bytes: "aGk=" } } },
          { document: { name: "Q1 report (final) (2)" } },
          { document: { name: "document" } },
          { document: { name: "document (2)" } },
          { text: "The document is attached." },
        ],
      },
    ]);
  });

  it.each<[Partial<MediaBlock>, unknown]>([
    [{ mimeType: "image/jpg" }, { image: { format: "jpeg", source: { bytes: "aGk=" } } }],
    [{ media: "file", mimeType: "image/webp" }, { image: { format: "webp" } }],
    [{ media: "audio", mimeType: "audio/wav" }, { audio: { format: "wav" } }],
    [{ media: "video", mimeType: "video/quicktime" }, { video: { format: "mov" } }],
    [{ media: "file", mimeType: "application/octet-stream", name: "notes.md" }, { document: { format: "md", name: "notes" } }],
    [
      { media: "file", mimeType: null, source: { kind: "text", text: "é" } },
      { document: { format: "txt", source: { bytes: "w6k=" } } },
    ],
    [{ source: { kind: "url", url: "s3://bucket/a.png" } }, { image: { source: { s3Location: { uri: "s3://bucket/a.png" } } } }],
  ])("writes %j", (more, written) => {
    const { body, losses } = ask({ turns: [turn("user", "a", media(more))] });
    expect(body["messages"]).toMatchObject([{ content: [{ text: "a" }, written] }]);
    expect(losses).toEqual([]);
  });

  it.each<[Partial<MediaBlock>, string]>([
    [{ source: { kind: "url", url: "https://a.example/a.png" } }, "meaning media.image"],
    [{ source: { kind: "file_id", id: "file-1", family: "openai" } }, "meaning media.image"],
    [{ mimeType: "image/tiff" }, "meaning media.image"],
    [{ media: "file", mimeType: "application/zip" }, "meaning media.file"],
    [{ detail: "low" }, "hint media.image"],
  ])("notes what it cannot say of %j", (more, loss) => {
    expect(ask({ turns: [turn("user", "a", media(more))] }).losses).toEqual([loss]);
  });

  it("goes by what the model takes, where that is known", () => {
    const { body, reasons } = ask(
      { turns: [turn("user", "a", media({}))] },
      upstream(CLAUDE, { capabilities: new Set(["tools"]) }),
    );
    expect(body["messages"]).toMatchObject([{ content: [{ text: "a" }] }]);
    expect(reasons).toMatchObject([{ feature: "media.image", severity: "meaning", capability: "vision" }]);
  });

  it("takes none from the assistant, but what was said", () => {
    const sound = media({ media: "audio", mimeType: "audio/wav", transcript: "hello" });
    const { body, losses } = ask({ turns: [turn("user", "a"), turn("assistant", sound), turn("user", "b")] });
    expect(body["messages"]).toMatchObject([{}, { content: [{ text: "hello" }] }, {}]);
    expect(losses).toEqual(["meaning media.audio"]);
  });

  it("stands inside a tool result where the model reads it there, else behind the results", () => {
    const turns = [turn("user", "a"), turn("assistant", call("1")), turn("user", result("1", "see", media({})), "b")];
    expect(ask({ turns }).body["messages"]).toMatchObject([
      {},
      {},
      { content: [{ toolResult: { content: [{ text: "see" }, { image: {} }] } }, { text: "b" }] },
    ]);
    expect(ask({ turns }, upstream(LLAMA)).body["messages"]).toMatchObject([
      {},
      {},
      { content: [{ toolResult: { content: [{ text: "see" }] } }, { text: "Result of 1:" }, { image: {} }, { text: "b" }] },
    ]);
  });
});

describe("the rest of a request", () => {
  it("notes what Converse cannot be told", () => {
    const { body, losses } = ask(
      {
        sampling: sampling({
          seed: 1,
          presencePenalty: 1,
          frequencyPenalty: 1,
          logitBias: {},
          logprobs: true,
          topK: 3,
          temperature: 1.5,
          stop: ["", "x"],
        }),
        choices: 2,
        modalities: ["text", "audio"],
        verbosity: "low",
        promptCacheKey: "k",
        serviceTier: "scale",
        extra: { dialect: "openai-chat", fields: { store: true } },
        turns: [{ ...turn("user", "hi"), name: "Ann" }],
      },
      upstream(LLAMA),
    );
    expect(body["inferenceConfig"]).toEqual({ temperature: 1, stopSequences: ["x"] });
    expect(new Set(losses)).toEqual(
      new Set([
        "hint names",
        ...[
          "choices",
          "seed",
          "presence_penalty",
          "frequency_penalty",
          "logit_bias",
          "logprobs",
          "temperature",
          "stop",
          "top_k",
          "modalities",
        ].map((feature) => `meaning ${feature}`),
        ...["verbosity", "prompt_cache_key", "service_tier", "extra.store"].map((feature) => `hint ${feature}`),
      ]),
    );
  });

  it("writes limits, sampling, tier and metadata", () => {
    const { body, losses } = ask({
      sampling: sampling({ maxOutputTokens: 9, temperature: 0.5, stop: ["END"], topK: 3 }),
      serviceTier: "flex",
      user: "u-1",
      metadata: { job: "a/b", bad: "ü" },
    });
    expect(body).toMatchObject({
      inferenceConfig: { maxTokens: 9, temperature: 0.5, stopSequences: ["END"] },
      additionalModelRequestFields: { top_k: 3 },
      additionalModelResponseFieldPaths: ["/stop_sequence"],
      serviceTier: { type: "flex" },
      requestMetadata: { user: "u-1", job: "a/b" },
    });
    expect(losses).toEqual(["hint metadata"]);
    expect(ask({ sampling: sampling({ topK: 3 }) }, upstream(NOVA)).body["additionalModelRequestFields"]).toEqual({
      inferenceConfig: { topK: 3 },
    });
  });

  it("notes fields that only the caller's dialect knows, wherever they stand, once", () => {
    const extra = { dialect: "anthropic-messages", fields: { citations: {} } };
    const turns = [
      turn("user", { ...text("a"), extra }),
      turn("assistant", call("1")),
      turn("user", result("1", { ...text("b"), extra })),
    ];
    const tools = [tool("f", { extra: { dialect: "anthropic-messages", fields: { defer_loading: true } } })];
    expect(ask({ turns, tools }).losses).toEqual(["hint extra.defer_loading", "hint extra.citations"]);
  });

  it("is the same bytes for the same request", () => {
    const request = { ...EMPTY, turns: [turn("user", pdf, media({})), turn("assistant", call("a:b"))], tools: [tool("x.y")] };
    expect(writeRequest(request, upstream()).body).toBe(writeRequest(request, upstream()).body);
  });

  it("says callers' words safely for a header", () => {
    const { reasons } = ask({ tools: [{ kind: "server", dialect: "openai-responses", type: "a\r\nb: é", raw: {} }] });
    expect(reasons).toMatchObject([{ feature: "tools.a??b: ?", severity: "meaning" }]);
  });

  it("writes the fields of its own dialect back", () => {
    const extra = {
      dialect: "bedrock-converse",
      fields: { guardrailConfig: { guardrailIdentifier: "g", guardrailVersion: "1" } },
    };
    const opaque: Block = {
      kind: "opaque",
      dialect: "bedrock-converse",
      type: "server_tool_use",
      raw: { toolUse: { toolUseId: "t" } },
    };
    const foreign: Block = { kind: "opaque", dialect: "gemini", type: "executableCode", raw: {} };
    const { body, losses } = ask({ extra, turns: [turn("user", "a"), turn("assistant", opaque, foreign, text("b"))] });
    expect(body).toMatchObject({
      guardrailConfig: { guardrailIdentifier: "g" },
      messages: [{}, { content: [opaque.kind === "opaque" ? opaque.raw : null, { text: "b" }] }],
    });
    expect(losses).toEqual(["meaning opaque.executableCode"]);
  });
});

describe("what a request has nothing of", () => {
  const NOTHING = expect.objectContaining({ code: "missing_field", param: "messages" }) as Error;

  it.each([[[]], [[turn("user", " \n")]], [[turn("system", "S")]]])("is refused: %j", (turns) => {
    expect(() => ask({ turns })).toThrow(NOTHING);
    expect(() => writeCountRequest({ ...EMPTY, turns }, upstream())).toThrow(NOTHING);
  });

  it.each(["{bad", "[1,2]", '"x"'])("is an empty object where past arguments are %s, which is a loss", (args) => {
    const { body, losses } = ask({ turns: [turn("user", "x"), turn("assistant", call("c", "f", args))] });
    expect(body).toMatchObject({ messages: [{}, { content: [{ toolUse: { input: {} } }] }] });
    expect(losses).toEqual(["hint tool_calls"]);
  });
});
