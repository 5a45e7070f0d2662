import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogle } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import {
  ANY_OBJECT,
  type Ask,
  countOf,
  type Driver,
  hear,
  type Heard,
  parseArguments,
  PROMPT,
  type SurfaceName,
} from "../heard.ts";

type Model = ReturnType<ReturnType<typeof createOpenAI>["chat"]>;
type Result = Awaited<ReturnType<Model["doGenerate"]>>;
type StreamPart = Awaited<ReturnType<Model["doStream"]>>["stream"] extends ReadableStream<infer Part> ? Part : never;

interface AiSdkModel {
  readonly name: string;
  readonly surface: SurfaceName;
  modelOf(ask: Pick<Ask, "apiKey" | "model" | "origin">): Model;
}

/** The AI SDK's language models, one per surface and provider package. */
export const aiSdkModels: readonly AiSdkModel[] = [
  {
    name: "ai openai chat",
    surface: "openai-chat",
    modelOf: ({ apiKey, model, origin }) => createOpenAI({ apiKey, baseURL: `${origin}/v1` }).chat(model),
  },
  {
    name: "ai openai responses",
    surface: "openai-responses",
    modelOf: ({ apiKey, model, origin }) => createOpenAI({ apiKey, baseURL: `${origin}/v1` }).responses(model),
  },
  {
    name: "ai openai-compatible",
    surface: "openai-chat",
    modelOf: ({ apiKey, model, origin }) =>
      createOpenAICompatible({ name: "any", apiKey, baseURL: `${origin}/v1`, includeUsage: true })(model),
  },
  {
    name: "ai anthropic",
    surface: "anthropic-messages",
    modelOf: ({ apiKey, model, origin }) => createAnthropic({ apiKey, baseURL: `${origin}/v1` })(model),
  },
  {
    name: "ai google",
    surface: "gemini",
    modelOf: ({ apiKey, model, origin }) => createGoogle({ apiKey, baseURL: `${origin}/v1beta` })(model),
  },
];

/** The models by themselves, without the loop around them: it would run tools and retry. */
export const aiSdkDrivers: readonly Driver[] = aiSdkModels.map(({ modelOf, name, surface }) => ({
  name,
  surface,
  ask: (ask) => hear(() => (ask.stream ? stream(modelOf(ask), ask) : generate(modelOf(ask), ask))),
}));

async function generate(model: Model, ask: Ask): Promise<Omit<Heard, "error">> {
  return read(await model.doGenerate(optionsOf(ask)));
}

async function stream(model: Model, ask: Ask): Promise<Omit<Heard, "error">> {
  const { stream: parts } = await model.doStream(optionsOf(ask));
  const content: Result["content"] = [];
  let last: Extract<StreamPart, { type: "finish" }> | null = null;
  for await (const part of parts) {
    if (part.type === "error") throw part.error instanceof Error ? part.error : new Error(JSON.stringify(part.error));
    if (part.type === "text-delta") content.push({ type: "text", text: part.delta });
    if (part.type === "reasoning-delta") content.push({ type: "reasoning", text: part.delta });
    if (part.type === "tool-call") content.push(part);
    if (part.type === "finish") last = part;
  }
  if (last === null) throw new Error("the stream has no finish");
  return read({ content, finishReason: last.finishReason, usage: last.usage });
}

function optionsOf({ tools }: Ask): Parameters<Model["doGenerate"]>[0] {
  const declared = tools.map((name) => ({ type: "function" as const, name, inputSchema: ANY_OBJECT }));
  return {
    prompt: [{ role: "user", content: [{ type: "text", text: PROMPT }] }],
    ...(declared.length === 0 ? {} : { tools: declared }),
  };
}

function read({ content, finishReason, usage }: Pick<Result, "content" | "finishReason" | "usage">): Omit<Heard, "error"> {
  const own = content.flatMap((part) => (part.type === "tool-call" && part.providerExecuted !== true ? [part] : []));
  return {
    text: content.map((part) => (part.type === "text" ? part.text : "")).join(""),
    reasoning: content.map((part) => (part.type === "reasoning" ? part.text : "")).join(""),
    tool_calls: own.map(({ input, toolName }) => ({ name: toolName, arguments: parseArguments(input) })),
    finish: finishReason.unified.replace("-", "_"),
    usage: {
      input_total: countOf(usage.inputTokens.total),
      cache_read: countOf(usage.inputTokens.cacheRead),
      output_total: countOf(usage.outputTokens.total),
      reasoning: countOf(usage.outputTokens.reasoning),
    },
  };
}
