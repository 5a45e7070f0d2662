import { type BackendName, PLAIN_BACKENDS } from "./backends.ts";
import type { SurfaceName } from "./callers/caller.ts";

/** A part of a request that some backends have no word for. */
export interface FieldCase {
  readonly caller: SurfaceName;
  /** As the caller names it. */
  readonly param: string;
  /** The body's fields, given the text that must stand in the prompt. */
  readonly fields: (prompt: string) => Readonly<Record<string, unknown>>;
  /** What shows that an upstream was told. */
  readonly carried: RegExp;
  /** Who cannot be told; every other backend is. */
  readonly lostBy: readonly BackendName[];
}

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const IMAGE_URL = "https://images.example.com/cat.png";
/** A search of the web, which vendors other than its caller's may have too. */
const SEARCH = /"web_search_options":|"type":"web_search|"googleSearch":/;
const CHATS: readonly BackendName[] = PLAIN_BACKENDS.filter((name) => name !== "openai-completions");

function others(...able: readonly BackendName[]): readonly BackendName[] {
  return CHATS.filter((name) => !able.includes(name));
}

function plain(caller: SurfaceName, param: string, rest: Omit<FieldCase, "caller" | "param" | "fields">) {
  return (fields: Readonly<Record<string, unknown>>): FieldCase => ({ caller, param, fields: () => fields, ...rest });
}

function chatParts(prompt: string, ...parts: readonly object[]): Readonly<Record<string, unknown>> {
  return { messages: [{ role: "user", content: [{ type: "text", text: prompt }, ...parts] }] };
}

const CHAT: readonly FieldCase[] = [
  plain("openai-chat", "logprobs", { carried: /"logprobs":true/, lostBy: others("openai-chat") })({ logprobs: true }),
  plain("openai-chat", "n", { carried: /"n":2/, lostBy: others("openai-chat") })({ n: 2 }),
  plain("openai-chat", "seed", { carried: /"seed":42424/, lostBy: others("openai-chat", "gemini") })({ seed: 42_424 }),
  plain("openai-chat", "stop", { carried: /HALT-HERE/, lostBy: ["openai-responses"] })({ stop: ["HALT-HERE"] }),
  plain("openai-chat", "logit_bias", { carried: /"50256":-42/, lostBy: others("openai-chat") })({ logit_bias: { "50256": -42 } }),
  plain("openai-chat", "presence_penalty", {
    carried: /"presence_?[pP]enalty":0\.75/,
    lostBy: ["openai-responses", "anthropic-messages", "bedrock-converse"],
  })({ presence_penalty: 0.75 }),
  plain("openai-chat", "web_search_options", { carried: SEARCH, lostBy: others("openai-chat", "gemini") })({
    web_search_options: {},
  }),
  {
    caller: "openai-chat",
    param: "input_audio",
    fields: (prompt) => chatParts(prompt, { type: "input_audio", input_audio: { data: "UklGRiQAAABXQVZF", format: "wav" } }),
    carried: /UklGRiQAAABXQVZF/,
    lostBy: ["openai-responses", "anthropic-messages"],
  },
  {
    caller: "openai-chat",
    param: "image_url",
    fields: (prompt) => chatParts(prompt, { type: "image_url", image_url: { url: IMAGE_URL } }),
    carried: /images\.example\.com/,
    lostBy: ["bedrock-converse", "gemini"],
  },
  {
    caller: "openai-chat",
    param: "image_url",
    fields: (prompt) => chatParts(prompt, { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } }),
    carried: /iVBORw0KGgoAAAANSUhEUg/,
    lostBy: [],
  },
];

const RESPONSES: readonly FieldCase[] = [
  plain("openai-responses", "top_logprobs", { carried: /"top_logprobs":3/, lostBy: others("openai-responses") })({
    top_logprobs: 3,
    include: ["message.output_text.logprobs"],
  }),
  plain("openai-responses", "tools.web_search", { carried: SEARCH, lostBy: others("openai-responses", "gemini") })({
    tools: [{ type: "web_search" }],
  }),
  plain("openai-responses", "tools.code_interpreter", { carried: /"code_interpreter"/, lostBy: others("openai-responses") })({
    tools: [{ type: "code_interpreter", container: { type: "auto" } }],
  }),
  {
    caller: "openai-responses",
    param: "input_image",
    fields: (prompt) => ({
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: prompt },
            { type: "input_image", image_url: IMAGE_URL, detail: "auto" },
          ],
        },
      ],
    }),
    carried: /images\.example\.com/,
    lostBy: ["bedrock-converse", "gemini"],
  },
];

const MESSAGES: readonly FieldCase[] = [
  plain("anthropic-messages", "top_k", { carried: /"top_?[kK]":17/, lostBy: ["openai-chat", "openai-responses"] })({ top_k: 17 }),
  plain("anthropic-messages", "stop_sequences", { carried: /HALT-HERE/, lostBy: ["openai-responses"] })({
    stop_sequences: ["HALT-HERE"],
  }),
  plain("anthropic-messages", "tools", { carried: SEARCH, lostBy: others("anthropic-messages", "gemini") })({
    tools: [{ type: "web_search_20250305", name: "web_search" }],
  }),
  {
    caller: "anthropic-messages",
    param: "image",
    fields: (prompt) => ({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: prompt },
            { type: "image", source: { type: "url", url: IMAGE_URL } },
          ],
        },
      ],
    }),
    carried: /images\.example\.com/,
    lostBy: ["bedrock-converse", "gemini"],
  },
];

const GEMINI: readonly FieldCase[] = [
  plain("gemini", "generationConfig.candidateCount", { carried: /"candidateCount":2/, lostBy: others("gemini") })({
    generationConfig: { candidateCount: 2 },
  }),
  plain("gemini", "generationConfig.seed", { carried: /"seed":42424/, lostBy: others("gemini", "openai-chat") })({
    generationConfig: { seed: 42_424 },
  }),
  plain("gemini", "generationConfig.responseLogprobs", { carried: /"responseLogprobs":true/, lostBy: others("gemini") })({
    generationConfig: { responseLogprobs: true, logprobs: 2 },
  }),
  plain("gemini", "generationConfig.topK", { carried: /"top_?[kK]":17/, lostBy: ["openai-chat", "openai-responses"] })({
    generationConfig: { topK: 17 },
  }),
  plain("gemini", "generationConfig.stopSequences", { carried: /HALT-HERE/, lostBy: ["openai-responses"] })({
    generationConfig: { stopSequences: ["HALT-HERE"] },
  }),
  plain("gemini", "tools.googleSearch", { carried: /"googleSearch":/, lostBy: others("gemini") })({
    tools: [{ googleSearch: {} }],
  }),
];

const COMPLETIONS: readonly FieldCase[] = [
  plain("openai-completions", "n", { carried: /"n":2/, lostBy: CHATS })({ n: 2 }),
  plain("openai-completions", "logprobs", { carried: /"logprobs":2/, lostBy: CHATS })({ logprobs: 2 }),
  plain("openai-completions", "seed", { carried: /"seed":42424/, lostBy: others("openai-chat", "gemini") })({ seed: 42_424 }),
];

/** Parts that change the answer. */
export const MEANINGFUL: readonly FieldCase[] = [...CHAT, ...RESPONSES, ...MESSAGES, ...GEMINI, ...COMPLETIONS];

const MARK = { type: "ephemeral" };

/** Parts that change cost, speed or bookkeeping alone. */
export const HINTS: readonly FieldCase[] = [
  plain("openai-chat", "user", { carried: /user-4711/, lostBy: ["gemini", "openai-completions"] })({ user: "user-4711" }),
  plain("openai-chat", "service_tier", { carried: /"priority"/, lostBy: ["anthropic-messages", "gemini"] })({
    service_tier: "priority",
  }),
  plain("openai-chat", "metadata", { carried: /team-4711/, lostBy: ["anthropic-messages", "gemini"] })({
    metadata: { team: "team-4711" },
  }),
  plain("openai-chat", "prompt_cache_key", { carried: /pck-4711/, lostBy: ["anthropic-messages", "gemini", "bedrock-converse"] })(
    {
      prompt_cache_key: "pck-4711",
    },
  ),
  plain("openai-chat", "verbosity", {
    carried: /"verbosity":"low"/,
    lostBy: ["anthropic-messages", "gemini", "bedrock-converse"],
  })({
    verbosity: "low",
  }),
  plain("openai-chat", "prediction", { carried: /"prediction":/, lostBy: others("openai-chat") })({
    prediction: { type: "content", content: "as before" },
  }),
  {
    caller: "openai-chat",
    param: "prompt_cache_breakpoint",
    fields: (prompt) => ({
      messages: [{ role: "user", content: [{ type: "text", text: prompt, prompt_cache_breakpoint: { mode: "explicit" } }] }],
    }),
    carried: /prompt_cache_breakpoint|cache_control|cachePoint/,
    lostBy: ["openai-responses", "gemini"],
  },
  {
    caller: "anthropic-messages",
    param: "cache_control",
    fields: (prompt) => ({ messages: [{ role: "user", content: [{ type: "text", text: prompt, cache_control: MARK }] }] }),
    carried: /cache_control|cachePoint|prompt_cache_breakpoint/,
    lostBy: ["openai-chat", "openai-responses", "gemini"],
  },
  plain("anthropic-messages", "metadata.user_id", { carried: /user-4711/, lostBy: ["openai-chat", "gemini"] })({
    metadata: { user_id: "user-4711" },
  }),
  plain("anthropic-messages", "inference_geo", { carried: /inference_geo/, lostBy: others("anthropic-messages") })({
    inference_geo: "eu",
  }),
  plain("openai-responses", "safety_identifier", { carried: /user-4711/, lostBy: ["openai-chat", "gemini"] })({
    safety_identifier: "user-4711",
  }),
  plain("openai-responses", "prompt_cache_key", {
    carried: /pck-4711/,
    lostBy: ["openai-chat", "anthropic-messages", "gemini", "bedrock-converse"],
  })({ prompt_cache_key: "pck-4711" }),
  plain("openai-responses", "max_tool_calls", { carried: /"max_tool_calls":7/, lostBy: others("openai-responses") })({
    max_tool_calls: 7,
  }),
  plain("gemini", "safetySettings", { carried: /safetySettings/, lostBy: others("gemini") })({
    safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
  }),
  plain("gemini", "labels", { carried: /team-4711/, lostBy: ["openai-chat", "anthropic-messages"] })({
    labels: { team: "team-4711" },
  }),
];
