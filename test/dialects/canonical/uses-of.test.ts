import { describe, expect, it } from "vitest";
import { accessOf, featuresUsed, type Used } from "../../../src/core/access/access.ts";
import { FairleadError } from "../../../src/core/errors.ts";
import { FEATURES } from "../../../src/core/policy/schema/access.ts";
import { NO_FEATURES } from "../../../src/dialects/canonical/request-features.ts";
import { usesOf } from "../../../src/dialects/canonical/uses-of.ts";
import type { DialectName, Operation } from "../../../src/dialects/dialect.ts";
import { surfaceOf } from "../../../src/dialects/index.ts";
import { type ChatSurface, decode } from "../cache/form-of.ts";
import { mutationsOf } from "../cache/mutations.ts";
import { recordedRequests } from "../cache/recorded-requests.ts";

type Body = Readonly<Record<string, unknown>>;

/** What a body turns on, without what comes twice; null where its surface refuses it. */
function uses(surface: DialectName, body: unknown, operation: Operation = "chat"): readonly Used[] | null {
  try {
    const asked = decode(surface, body, { operation });
    return [...new Set(usesOf(asked, operation === "embeddings" ? null : read(), surfaceOf(surface)))].toSorted();
    function read() {
      try {
        return surfaceOf(surface).readChat(asked);
      } catch (error) {
        if (error instanceof FairleadError) return null;
        throw error;
      }
    }
  } catch (error) {
    if (error instanceof FairleadError) return null;
    throw error;
  }
}

/** What shows in the text of a recorded request, by nothing but the words of the APIs. */
const SHOWN: readonly (readonly [Used, RegExp])[] = [
  ["tools", /"(?:tools|functions)":\[\{|"web_search_options":\{|"tools":\{/],
  ["images", /"type":"(?:image|image_url|input_image)"|"mime_?[tT]ype":"image\/|"IMAGE"/],
  ["audio", /"type":"input_audio"|"mime_?[tT]ype":"audio\/|"AUDIO"|"audio":\{/],
  ["jsonSchema", /"type":"json_schema"|"response_?(?:[jJ]son_?)?[sS]chema":\{/],
  [
    "reasoning",
    /"reasoning_effort":"|"reasoning":\{"(?:effort|summary|enabled)|"thinking":\{|"thinking_?[cC]onfig":\{|"effort":"/,
  ],
];

/** Members that are plain as wholes, by the end of their place: nothing that stands in them turns anything on by itself. */
const WHOLES =
  /\.(?:tools|tool_choice|toolConfig|tool_config|functions|function_call|tool_calls|functionCall|function_call|input|args|response|metadata|labels|logit_bias|response_format|format|output_format|thinking|thinkingConfig|thinking_config|web_search_options|safetySettings|safety_settings|stream_options|cache_control|prompt_cache_breakpoint|image_url|input_audio|file|video_url|source|citations|annotations|logprobs|inlineData|inline_data|fileData|file_data|context_management|reasoning_details|thinking_blocks|prompt_cache_options|speechConfig|imageConfig|image_config|summary|caller|task_budget|responseSchema|response_schema|responseJsonSchema|response_json_schema)(?:\[\])*\./;

/** In Responses `input` is the conversation, and in chat `reasoning` stands for one feature, whatever stands in it. */
function isWithinWhole(surface: ChatSurface, place: string): boolean {
  if (surface === "openai-responses") return WHOLES.test(place.replace(/^\.input/, ""));
  return WHOLES.test(place) || (surface === "openai-chat" && place.startsWith(".reasoning."));
}

const RECORDED = recordedRequests();
const asking = (content: unknown) => ({ messages: [{ role: "user", content }] });

describe("what a request turns on", () => {
  it("is what a recorded request shows, or more, and nothing where it shows nothing", () => {
    const hidden: string[] = [];
    const plain: string[] = [];
    for (const { body, name, surface } of RECORDED) {
      const found = uses(surface, body) ?? [];
      const text = JSON.stringify(body);
      for (const [use, shown] of SHOWN)
        if (shown.test(text) && !found.includes(use) && !found.includes("unknown")) hidden.push(`${name}: ${use}`);
      if (found.length === 0) plain.push(name);
    }
    expect(hidden).toEqual([]);
    expect(RECORDED.length).toBeGreaterThan(300);
    expect(plain.length).toBeGreaterThan(PLAIN_RECORDINGS);
  });

  it("might be anything where a recorded request has a member more that nobody knows", () => {
    const passed: string[] = [];
    let asked = 0;
    for (const { body, name, surface } of sample()) {
      for (const { body: other, place } of mutationsOf(body, () => false)) {
        if (!place.endsWith(".x_new") || isWithinWhole(surface, place)) continue;
        asked += 1;
        if (uses(surface, other)?.includes("unknown") === false) passed.push(`${name}: ${place}`);
      }
    }
    expect(passed).toEqual([]);
    expect(asked).toBeGreaterThan(500);
  });

  const CASES: readonly (readonly [ChatSurface, Body, readonly Used[]])[] = [
    ["openai-chat", { modalities: ["text", "audio"], audio: { voice: "alloy", format: "wav" } }, ["audio"]],
    ["openai-chat", { audio: { voice: "alloy" } }, ["audio"]],
    ["openai-chat", { modalities: ["text", "image"] }, ["images"]],
    ["openai-chat", { modalities: ["video"] }, ["unknown"]],
    ["openai-chat", { thinking: { type: "enabled" } }, ["reasoning"]],
    ["openai-chat", { enable_thinking: true }, ["unknown"]],
    ["openai-chat", { reasoning: {} }, ["reasoning"]],
    ["openai-chat", { web_search_options: {} }, ["tools"]],
    ["openai-chat", { plugins: [{ id: "web" }] }, ["unknown"]],
    ["openai-chat", { mcp_servers: [] }, ["unknown"]],
    ["openai-chat", asking([{ type: "file", file: { file_id: "f" } }]), ["files"]],
    ["openai-chat", asking([{ type: "image_url", image_url: { url: "data:application/pdf;base64,aGk=" } }]), ["files"]],
    ["openai-chat", asking([{ type: "text", text: "x", image_url: { url: "https://a.example/a.png" } }]), ["unknown"]],
    ["openai-chat", { messages: [{ role: "user", content: "x", images: ["aGk="] }] }, ["unknown"]],
    ["openai-chat", { messages: [{ role: "assistant", content: "x", audio: { id: "a" } }] }, ["audio"]],
    ["openai-chat", { prediction: { type: "content", content: [{ type: "image_url" }] } }, ["unknown"]],
    ["anthropic-messages", { mcp_servers: [{ type: "url", url: "https://a.example", name: "a" }] }, ["unknown"]],
    ["anthropic-messages", { container: { skills: [{ type: "anthropic", skill_id: "pdf" }] } }, ["unknown"]],
    ["anthropic-messages", { thinking: { type: "newly" } }, ["reasoning"]],
    ["anthropic-messages", asking([{ type: "document", source: { type: "url", url: "https://a.example/a.pdf" } }]), ["files"]],
    [
      "anthropic-messages",
      asking([{ type: "document", source: { type: "content", content: [{ type: "image" }] } }]),
      ["unknown"],
    ],
    ["anthropic-messages", asking([{ type: "container_upload", file_id: "f" }]), ["unknown"]],
    ["openai-responses", { input: [{ role: "user", content: [{ type: "input_file", file_id: "f" }] }] }, ["files"]],
    ["openai-responses", { input: [{ type: "mcp_call", id: "m" }] }, ["unknown"]],
    ["openai-responses", { prompt: { id: "p" } }, ["unknown"]],
    ["openai-responses", { previous_response_id: "r" }, ["unknown"]],
    ["openai-responses", { modalities: ["audio"] }, ["unknown"]],
    ["gemini", { cachedContent: "c" }, ["unknown"]],
    ["gemini", { generationConfig: { speechConfig: {} } }, ["audio"]],
    ["gemini", { generation_config: { speech_config: {} } }, ["audio"]],
    ["gemini", { generationConfig: { responseModalities: ["VIDEO"] } }, ["unknown"]],
    ["gemini", { generationConfig: { responseMimeType: "text/x.enum", responseSchema: { type: "STRING" } } }, ["jsonSchema"]],
    ["gemini", { contents: [{ parts: [{ text: "", inlineData: { mimeType: "image/png", data: "aGk=" } }] }] }, ["unknown"]],
    ["gemini", { contents: [{ parts: [{ fileData: { fileUri: "https://a.example/watch?v=1" } }] }] }, ["files"]],
    ["gemini", { contents: [{ parts: [{ inline_data: { mime_type: "audio/wav", data: "aGk=" } }] }] }, ["audio"]],
    ["gemini", { systemInstruction: { parts: [{ inlineData: { mimeType: "image/png", data: "aGk=" } }] } }, ["images"]],
  ];
  const PLAIN: Readonly<Record<ChatSurface, Body>> = {
    "openai-chat": { model: "m", messages: [{ role: "user", content: "x" }] },
    "anthropic-messages": { model: "m", max_tokens: 9, messages: [{ role: "user", content: "x" }] },
    "openai-responses": { model: "m", input: "x" },
    gemini: { contents: [{ role: "user", parts: [{ text: "x" }] }] },
  };

  it.each(CASES)("of %s, where it has %j, is %j", (surface, detail, expected) => {
    expect(uses(surface, PLAIN[surface])).toEqual([]);
    expect(uses(surface, { ...PLAIN[surface], ...detail })).toEqual(expected);
  });

  it("is the same where only its tokens are counted", () => {
    const image = { role: "user", parts: [{ inlineData: { mimeType: "image/png", data: "aGk=" } }] };
    expect(uses("gemini", { generateContentRequest: { contents: [image] } }, "count_tokens")).toEqual(["images"]);
    expect(uses("gemini", { generateContentRequest: PLAIN.gemini }, "count_tokens")).toEqual([]);
    expect(uses("anthropic-messages", { ...PLAIN["anthropic-messages"], container: "c" }, "count_tokens")).toEqual(["unknown"]);
  });

  it("is nothing more where texts or tokens are embedded", () => {
    for (const input of ["x", ["x", "y"], [1, 2], [[1, 2], [3]]])
      expect(uses("openai-chat", { model: "m", input, dimensions: 8, user: "u" }, "embeddings")).toEqual([]);
    expect(uses("openai-chat", { model: "m", input: [[{ image: "aGk=" }]] }, "embeddings")).toEqual(["unknown"]);
    expect(uses("openai-chat", { model: "m", input: "x", messages: [] }, "embeddings")).toEqual(["unknown"]);
    const content = { parts: [{ text: "x" }] };
    expect(uses("gemini", { content, taskType: "RETRIEVAL_QUERY" }, "embeddings")).toEqual([]);
    expect(uses("gemini", { requests: [{ content }] }, "embeddings")).toEqual([]);
    expect(uses("gemini", { content: { parts: [{ inlineData: {} }] } }, "embeddings")).toEqual(["unknown"]);
  });

  it("is allowed where it is named, and denied where it has no name", () => {
    const facts = { features: NO_FEATURES, operation: "chat", stream: true } as const;
    const may = (features: readonly (typeof FEATURES)[number][], used: readonly Used[]) =>
      accessOf(
        { access: { allow: [{ ...ANYTHING, features }], block: [] }, roles: [], tags: {} },
        { now: 0, roles: new Map() },
      ).judge({
        model: "m",
        readFeatures: () => featuresUsed(facts, used),
      }).kind === "allowed";
    expect(may(["stream"], [])).toBe(true);
    expect(may(["stream", "audio"], ["audio"])).toBe(true);
    for (const use of ["audio", "files", "unknown"] as const) expect(may(["stream"], [use])).toBe(false);
    for (const use of ["files", "unknown"] as const)
      expect(
        may(
          FEATURES.filter((name) => name !== "tools"),
          [use],
        ),
      ).toBe(false);
  });
});

const ANYTHING = { models: null, features: null, providers: null, regions: null, tags: {}, expiresMs: null };
const PLAIN_RECORDINGS = 90;

/** A few of each surface. */
function sample() {
  const all = Map.groupBy(RECORDED, ({ surface }) => surface);
  return [...all.values()].flatMap((each) =>
    each.filter(({ body }, index) => index % 4 === 0 && JSON.stringify(body).length < 6_000),
  );
}
