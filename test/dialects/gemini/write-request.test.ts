import { describe, expect, it } from "vitest";
import type { Block, MediaBlock, Seal } from "../../../src/dialects/canonical/block.ts";
import { type ChatRequest, NO_SAMPLING, type ReasoningWish, type Tool } from "../../../src/dialects/canonical/chat-request.ts";
import type { UpstreamModel } from "../../../src/dialects/dialect.ts";
import { PLAIN } from "../canonical/plain-request.ts";
import { backend, upstream, write } from "./asked.ts";

type Json = Readonly<Record<string, unknown>>;

const FUNCTION = {
  kind: "function",
  name: "f",
  description: null,
  schema: { type: "object" },
  strict: null,
} as const satisfies Tool;

function partsOf(turns: ChatRequest["turns"], model?: string): unknown {
  const { contents } = write({ turns }, model).body as { contents: readonly { role: string; parts: unknown }[] };
  return contents.map(({ parts, role }) => [role, parts]);
}

const text = (said: string): Block => ({ kind: "text", text: said });
const call = (id: string, seal: Seal | null = null): Block => ({
  kind: "tool_call",
  id,
  name: "f",
  form: "function",
  arguments: '{"n": 1e400}',
  namespace: null,
  seal,
});
const result = (callId: string, said: string, media: readonly MediaBlock[] = []): Block => ({
  kind: "tool_result",
  callId,
  name: null,
  isError: false,
  content: [{ kind: "text", text: said }, ...media],
});
const image: MediaBlock = {
  kind: "media",
  media: "image",
  mimeType: "image/png",
  source: { kind: "base64", data: "AAAA" },
  name: null,
  detail: null,
};

function response(id: string, held: unknown): unknown {
  return { functionResponse: { id, name: "f", response: held } };
}

/** Each part's text, or `f` for a call, with its signature. */
function signatures(blocks: readonly Block[], model: string | UpstreamModel): unknown {
  const { contents } = write({ turns: [{ role: "assistant", blocks }] }, model).body as { contents: [{ parts: Json[] }] };
  return contents[0].parts.map((part) => [part["functionCall"] === undefined ? part["text"] : "f", part["thoughtSignature"]]);
}

function thought(said: string, seal: Seal | null): Block {
  return { kind: "reasoning", text: said, isSummary: true, seal };
}

/** The part that an image from there becomes, or what is lost. */
function sentImage(source: MediaBlock["source"], part: Partial<ChatRequest> = {}): unknown {
  const turns: ChatRequest["turns"] = [{ role: "user", blocks: [{ ...image, source }] }];
  const { body, losses } = write({ ...part, turns });
  return losses.length > 0 ? losses : (body["contents"] as [{ parts: unknown[] }])[0].parts[0];
}

/** What a server tool becomes, and what is lost. */
function sentTool(dialect: string, type: string, raw: object): unknown {
  const { body, losses } = write({ tools: [{ kind: "server", dialect, type, raw }] });
  return [body["tools"], losses];
}

function chosen(toolChoice: ChatRequest["toolChoice"], strict: boolean | null = null): unknown {
  return write({ tools: [{ ...FUNCTION, strict }], toolChoice }).body["toolConfig"];
}

function config(held: object): object {
  return { functionCallingConfig: held };
}

function wish(part: Partial<ReasoningWish>): ReasoningWish {
  return { effort: null, budgetTokens: null, visible: null, adaptive: false, ...part };
}

describe("the path", () => {
  it("has the model and the method", () => {
    expect(backend.path("chat", { model: "gemini-x", stream: false })).toBe("/models/gemini-x:generateContent");
    expect(backend.path("chat", { model: "gemini-x", stream: true })).toBe("/models/gemini-x:streamGenerateContent?alt=sse");
    expect(backend.path("count_tokens", { model: "gemini-x", stream: false })).toBe("/models/gemini-x:countTokens");
    expect(backend.path("embeddings", { model: "gemini-x", stream: false })).toBe("/models/gemini-x:batchEmbedContents");
    expect(backend.path("chat", { model: "tunedModels/x", stream: false })).toBe("/tunedModels/x:generateContent");
  });
});

describe("the history", () => {
  it("has its leading instructions apart and later ones in place", () => {
    const turns: ChatRequest["turns"] = [
      { role: "system", blocks: [text("be")] },
      { role: "developer", blocks: [text("brief")] },
      { role: "user", blocks: [text("hi")] },
      { role: "system", blocks: [text("now")] },
    ];
    expect(write({ turns }).body["systemInstruction"]).toEqual({ parts: [{ text: "be" }, { text: "brief" }] });
    expect(partsOf(turns)).toEqual([["user", [{ text: "hi" }, { text: "<system>now</system>" }]]]);
    expect(write({ turns }, "gemma-3-27b-it").body["systemInstruction"]).toBeUndefined();
    expect(partsOf(turns, "gemma-3-27b-it")).toEqual([
      ["user", [{ text: "be" }, { text: "brief" }, { text: "hi" }, { text: "<system>now</system>" }]],
    ]);
    expect(partsOf(turns.slice(0, 1))).toEqual([["user", [{ text: "" }]]]);
  });

  it("merges turns of one side, results first and in the order of their calls", () => {
    const turns: ChatRequest["turns"] = [
      { role: "assistant", blocks: [call("a"), call("b")] },
      { role: "user", blocks: [result("b", "B")] },
      { role: "user", blocks: [text("and?"), result("a", '{"ok":true}')] },
    ];
    expect(partsOf(turns)).toEqual([
      ["model", [expect.anything(), expect.anything()]],
      ["user", [response("a", { ok: true }), response("b", { output: "B" }), { text: "and?" }]],
    ]);
  });

  it("keeps arguments verbatim, and has an object where they are none", () => {
    const turns: ChatRequest["turns"] = [
      { role: "assistant", blocks: [call("a"), { ...call("b"), arguments: '{"cut' } as Block] },
    ];
    const { body } = backend.writeRequest({ ...PLAIN, turns }, upstream("gemini-2.5-flash"));
    expect(body).toContain('"args":{"n": 1e400}');
    expect(body).toContain('"args":{}');
  });

  it("refuses a result that answers no call", () => {
    expect(() => write({ turns: [{ role: "user", blocks: [result("x", "y")] }] })).toThrow("'x' answers no tool call");
  });

  it("has files inside results where the model takes them there, else beside them", () => {
    const turns: ChatRequest["turns"] = [
      { role: "assistant", blocks: [call("a")] },
      { role: "user", blocks: [result("a", "see", [image])] },
    ];
    const inline = { inlineData: { mimeType: "image/png", data: "AAAA" } };
    const functionResponse = { id: "a", name: "f", response: { output: "see" } };
    expect(partsOf(turns, "gemini-2.5-flash")).toMatchObject([
      ["model", [{}]],
      ["user", [{ functionResponse }, { text: "Files that f returned:" }, inline]],
    ]);
    expect(partsOf(turns, "gemini-3-pro")).toMatchObject([
      ["model", [{}]],
      ["user", [{ functionResponse: { ...functionResponse, parts: [inline] } }]],
    ]);
  });
});

describe("signatures", () => {
  const seal: Seal = { family: "gemini", form: "thought_signature", data: "c2ln", id: null };
  const foreign: Seal = { ...seal, family: "anthropic", form: "signature" };

  it("are replaced on the first call of a turn where they are lost", () => {
    const blocks = [text("t"), call("a"), call("b")];
    const sentinel = "skip_thought_signature_validator";
    expect(signatures(blocks, "gemini-3-pro")).toEqual([
      ["t", undefined],
      ["f", sentinel],
      ["f", undefined],
    ]);
    expect(signatures([call("a", foreign)], "gemini-3-pro")).toEqual([["f", sentinel]]);
    expect(signatures(blocks, "gemini-2.5-pro")).toEqual([
      ["t", undefined],
      ["f", undefined],
      ["f", undefined],
    ]);
    expect(signatures(blocks, upstream("gemini-3-pro", { family: "x" }))).toEqual([
      ["t", undefined],
      ["f", undefined],
      ["f", undefined],
    ]);
  });

  it("stay with their text, or go with the call that they stand before", () => {
    expect(signatures([text("t"), thought("", seal)], "gemini-3-pro")).toEqual([["t", "c2ln"]]);
    expect(signatures([thought("", seal), text("t")], "gemini-3-pro")).toEqual([
      ["", "c2ln"],
      ["t", undefined],
    ]);
    expect(signatures([thought("", seal), call("a"), call("b")], "gemini-3-pro")).toEqual([
      ["f", "c2ln"],
      ["f", undefined],
    ]);
    expect(signatures([text("t"), thought("", seal), call("a")], "gemini-2.5-pro")).toEqual([
      ["t", "c2ln"],
      ["f", undefined],
    ]);
  });

  it("of another family are not sent, and neither are thoughts without one", () => {
    expect(
      signatures([thought("think", foreign), thought("think", null), text("t"), thought("", foreign)], "gemini-2.5-pro"),
    ).toEqual([["t", undefined]]);
    expect(signatures([thought("think", seal), text("t")], "gemini-2.5-pro")).toEqual([
      ["think", "c2ln"],
      ["t", undefined],
    ]);
  });
});

describe("files", () => {
  it("go inline, or by an address that Google reads", () => {
    expect(sentImage({ kind: "base64", data: "AAAA" })).toEqual({ inlineData: { mimeType: "image/png", data: "AAAA" } });
    expect(sentImage({ kind: "text", text: "\u00fc" })).toEqual({ inlineData: { mimeType: "image/png", data: "w7w=" } });
    for (const fileUri of ["gs://b/x", "https://youtu.be/x", "https://generativelanguage.googleapis.com/v1beta/files/x"])
      expect(sentImage({ kind: "url", url: fileUri })).toEqual({ fileData: { mimeType: "image/png", fileUri } });
    expect(sentImage({ kind: "file_id", id: "gs://b/x", family: "gemini" })).toMatchObject({ fileData: { fileUri: "gs://b/x" } });
  });

  it("at a public address are lost, unless the caller speaks Gemini", () => {
    const url = "https://example.com/a.png";
    expect(sentImage({ kind: "url", url })).toEqual(["meaning media.image"]);
    expect(sentImage({ kind: "url", url }, { extra: { dialect: "gemini", fields: {} } })).toMatchObject({
      fileData: { fileUri: url },
    });
    expect(sentImage({ kind: "file_id", id: "file-1", family: "openai" })).toEqual(["meaning media.image"]);
  });
});

describe("tools", () => {
  it("are named by the API's rule, and restored", () => {
    const tools: readonly Tool[] = [
      { ...FUNCTION, name: "1st tool" },
      { kind: "custom", name: "sql", description: null, format: null },
    ];
    const { body, restore } = backend.writeRequest(
      { ...PLAIN, tools, toolChoice: { kind: "tool", name: "1st tool" } },
      upstream("gemini-3-pro"),
    );
    const [[sent, original] = ["", ""]] = [...restore.names];
    expect(original).toBe("1st tool");
    expect(sent).toMatch(/^_st_tool_[0-9a-f]{8}$/);
    expect(JSON.parse(body)).toMatchObject({
      tools: [
        {
          functionDeclarations: [
            { name: sent, parametersJsonSchema: { type: "object" } },
            { name: "sql", parametersJsonSchema: { required: ["input"] } },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: [sent] } },
    });
    expect([...restore.customTools]).toEqual(["sql"]);
  });

  it("of the server are sent to their own, a plain search of the web to Google's", () => {
    expect(sentTool("gemini", "urlContext", { urlContext: {} })).toEqual([[{ urlContext: {} }], []]);
    expect(sentTool("openai-responses", "web_search", { type: "web_search" })).toEqual([[{ googleSearch: {} }], []]);
    expect(sentTool("openai-responses", "web_search", { type: "web_search", filters: {} })).toEqual([
      undefined,
      ["meaning tools.web_search"],
    ]);
    expect(sentTool("openai-responses", "file_search", {})).toEqual([undefined, ["meaning tools.file_search"]]);
  });

  it("are chosen by mode", () => {
    expect(chosen(null)).toBeUndefined();
    expect(chosen(null, true)).toEqual(config({ mode: "VALIDATED" }));
    expect(chosen({ kind: "auto" })).toEqual(config({ mode: "AUTO" }));
    expect(chosen({ kind: "auto" }, true)).toEqual(config({ mode: "VALIDATED" }));
    expect(chosen({ kind: "none" })).toEqual(config({ mode: "NONE" }));
    expect(chosen({ kind: "required" })).toEqual(config({ mode: "ANY" }));
    expect(chosen({ kind: "subset", mode: "auto", names: ["f"] })).toEqual(
      config({ mode: "VALIDATED", allowedFunctionNames: ["f"] }),
    );
    expect(chosen({ kind: "subset", mode: "required", names: ["f"] })).toEqual(
      config({ mode: "ANY", allowedFunctionNames: ["f"] }),
    );
    expect(write({ toolChoice: { kind: "required" } })).toEqual({
      body: { contents: [{ role: "user", parts: [{ text: "hi" }] }] },
      losses: ["meaning tool_choice"],
    });
  });
});

describe("thinking", () => {
  it.each<[string, Partial<ReasoningWish>, unknown, readonly string[]]>([
    ["gemini-3-flash", { effort: "none" }, { thinkingLevel: "MINIMAL" }, ["hint reasoning"]],
    ["gemini-3-flash", { effort: "minimal", visible: false }, { thinkingLevel: "MINIMAL" }, []],
    ["gemini-3-pro-preview", { effort: "minimal" }, { thinkingLevel: "LOW", includeThoughts: true }, []],
    ["gemini-3-pro-preview", { effort: "max" }, { thinkingLevel: "HIGH", includeThoughts: true }, []],
    ["gemini-3-flash", { budgetTokens: 3_000 }, { thinkingLevel: "MEDIUM", includeThoughts: true }, ["hint reasoning"]],
    ["gemini-3-flash", { adaptive: true }, { includeThoughts: true }, []],
    ["gemini-2.5-flash", { effort: "none" }, { thinkingBudget: 0 }, []],
    ["gemini-2.5-pro", { effort: "none" }, { thinkingBudget: 128 }, ["hint reasoning"]],
    ["gemini-2.5-flash", { effort: "low" }, { thinkingBudget: 6_554, includeThoughts: true }, []],
    ["gemini-2.5-flash", { effort: "xhigh" }, { thinkingBudget: 24_576, includeThoughts: true }, []],
    ["gemini-2.5-flash", { budgetTokens: 2_000, visible: false }, { thinkingBudget: 2_000 }, []],
    ["gemini-2.5-flash", { budgetTokens: 64_000 }, { thinkingBudget: 24_576, includeThoughts: true }, ["hint reasoning"]],
    ["gemini-2.5-flash", { adaptive: true }, { thinkingBudget: -1, includeThoughts: true }, []],
    ["gemini-2.0-flash", { effort: "high" }, undefined, ["hint reasoning"]],
  ])("of %s for %j", (...row) => {
    const [model, part, thinkingConfig, losses] = row;
    const written = write({ reasoning: wish(part) }, model);
    expect((written.body["generationConfig"] as Json | undefined)?.["thinkingConfig"]).toEqual(thinkingConfig);
    expect(written.losses).toEqual(losses);
  });
});

describe("what Gemini cannot be told", () => {
  it.each<[Partial<ChatRequest>, readonly string[]]>([
    [{ choices: 2 }, ["meaning choices"]],
    [{ sampling: { ...NO_SAMPLING, logitBias: {} } }, ["meaning logit_bias"]],
    [{ sampling: { ...NO_SAMPLING, logprobs: true } }, ["meaning logprobs"]],
    [{ sampling: { ...NO_SAMPLING, seed: 2 ** 40 } }, ["meaning seed"]],
    [{ sampling: { ...NO_SAMPLING, stop: ["1", "2", "3", "4", "5", "6"] } }, ["meaning stop"]],
    [{ output: { kind: "json_object" }, tools: [FUNCTION] }, ["meaning output_format"]],
    [{ modalities: ["video"] }, ["meaning modalities"]],
    [{ tools: [{ kind: "custom", name: "c", description: null, format: { type: "grammar" } }] }, ["meaning tools.custom"]],
    [
      { turns: [{ role: "user", blocks: [{ kind: "opaque", dialect: "openai-responses", type: "web_search_call", raw: {} }] }] },
      ["meaning opaque.web_search_call"],
    ],
    [{ turns: [{ role: "system", blocks: [image] }] }, ["meaning media.image"]],
    [
      { turns: [{ role: "user", name: "Ann", blocks: [{ ...image, detail: "high", name: "a.png" }] }] },
      ["hint names", "hint media.image", "hint media.image"],
    ],
    [{ tools: [FUNCTION], parallelTools: false }, ["hint parallel_tools"]],
    [
      { verbosity: "low", user: "u", promptCacheKey: "k", metadata: { a: "b" }, serviceTier: "flex", cache: { ttl: null } },
      ["hint metadata", "hint service_tier", "hint verbosity", "hint user", "hint prompt_cache_key", "hint cache_marks"],
    ],
    [{ extra: { dialect: "openai-chat", fields: { store: true } } }, ["hint extra.store"]],
  ])("is a loss: %j", (part, losses) => {
    expect(write(part).losses).toEqual(losses);
  });

  it("is never in a header's way", () => {
    const { losses } = backend.writeRequest({ ...PLAIN, choices: 2, verbosity: "low", user: "u" }, upstream("gemini-2.5-flash"));
    for (const { reason } of losses) expect(reason).toMatch(/^[ -~]*[^.]$/);
  });

  it("writes a limit above the model's own as the model's own", () => {
    const model = upstream("gemini-2.5-flash", { maxOutputTokens: 100 });
    expect(write({ sampling: { ...NO_SAMPLING, maxOutputTokens: 200 } }, model)).toMatchObject({
      body: { generationConfig: { maxOutputTokens: 100 } },
      losses: ["hint max_output_tokens"],
    });
  });
});

describe("a count", () => {
  it("is asked in contents alone, which both of the API's hosts take", () => {
    const body = backend.countTokens?.writeRequest(
      { ...PLAIN, turns: [{ role: "system", blocks: [text("be")] }, ...PLAIN.turns], tools: [FUNCTION] },
      upstream("gemini-x"),
    );
    expect(JSON.parse(body ?? "")).toEqual({
      contents: [
        {
          role: "user",
          parts: [{ text: "be" }, { text: '[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{"type":"object"}}]}]' }],
        },
        { role: "user", parts: [{ text: "hi" }] },
      ],
    });
  });
});
