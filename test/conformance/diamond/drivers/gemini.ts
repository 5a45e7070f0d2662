import { type GenerateContentResponse, GoogleGenAI, type Part } from "@google/genai";
import { ANY_OBJECT, type Ask, countOf, type Driver, hear, type Heard, PROMPT } from "../heard.ts";

/** @google/genai, `models.generateContent` and its stream. */
export const gemini: Driver = {
  name: "google genai",
  surface: "gemini",
  ask: (ask) => hear(() => answer(ask)),
};

async function answer(ask: Ask): Promise<Omit<Heard, "error">> {
  const { models } = new GoogleGenAI({ apiKey: ask.apiKey, httpOptions: { baseUrl: ask.origin } });
  if (!ask.stream) return read([await models.generateContent(paramsOf(ask))]);
  const chunks: GenerateContentResponse[] = [];
  for await (const chunk of await models.generateContentStream(paramsOf(ask))) chunks.push(chunk);
  return read(chunks);
}

function paramsOf({ model, tools }: Ask) {
  const functionDeclarations = tools.map((name) => ({ name, parametersJsonSchema: ANY_OBJECT }));
  return {
    model,
    contents: PROMPT,
    config: {
      automaticContinuation: false,
      automaticFunctionCalling: { disable: true },
      ...(functionDeclarations.length === 0 ? {} : { tools: [{ functionDeclarations }] }),
    },
  };
}

const FINISHES: Readonly<Record<string, string>> = {
  STOP: "stop",
  MAX_TOKENS: "length",
  CONTINUATION: "length",
  SAFETY: "content_filter",
  RECITATION: "content_filter",
  BLOCKLIST: "content_filter",
  PROHIBITED_CONTENT: "content_filter",
  SPII: "content_filter",
  MODEL_ARMOR: "content_filter",
  MALFORMED_FUNCTION_CALL: "error",
};

function read(chunks: readonly GenerateContentResponse[]): Omit<Heard, "error"> {
  const parts = chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? []);
  const calls = parts.flatMap(({ functionCall: call }) =>
    call === undefined ? [] : [{ name: call.name ?? "", arguments: call.args ?? {} }],
  );
  const usage = chunks.findLast((chunk) => chunk.usageMetadata)?.usageMetadata;
  const finish = finishOf(chunks);
  return {
    text: join(parts.filter(({ thought }) => thought !== true)),
    reasoning: join(parts.filter(({ thought }) => thought === true)),
    tool_calls: calls,
    finish: finish === "stop" && calls.length > 0 ? "tool_calls" : finish,
    usage: usage
      ? {
          input_total: (usage.promptTokenCount ?? 0) + (usage.toolUsePromptTokenCount ?? 0),
          cache_read: countOf(usage.cachedContentTokenCount),
          output_total: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
          reasoning: countOf(usage.thoughtsTokenCount),
        }
      : null,
  };
}

/** The SDK does not mind a stream that ends without a reason; whoever looks for one does. */
function finishOf(chunks: readonly GenerateContentResponse[]): string {
  const reason = chunks.findLast((chunk) => chunk.candidates?.[0]?.finishReason)?.candidates?.[0]?.finishReason;
  if (reason !== undefined) return FINISHES[reason] ?? "other";
  if (chunks.some((chunk) => chunk.promptFeedback?.blockReason !== undefined)) return "content_filter";
  throw new Error("the answer has no finish reason");
}

function join(parts: readonly Part[]): string {
  return parts.map(({ text }) => text ?? "").join("");
}
