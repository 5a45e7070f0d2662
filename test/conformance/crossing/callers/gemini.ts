import type { Usage } from "../../../../src/core/usage.ts";
import { at, has, listAt, textAt } from "../../judges/judged.ts";
import type { Ask, Caller, PastTurn } from "./caller.ts";
import { eventsOf, valuesOf } from "./events.ts";

export const gemini: Caller = {
  name: "gemini",
  path: (model, stream) => `/v1beta/models/${model}:${stream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
  body: ({ fields = {}, history = [], prompt, schema, system, tools = [] }: Ask) => ({
    ...(system === undefined ? {} : { systemInstruction: { parts: [{ text: system }] } }),
    contents: contentsOf(history, prompt),
    ...(tools.length === 0
      ? {}
      : {
          tools: [
            {
              functionDeclarations: tools.map(({ description, name, schema: parameters }) => ({
                name,
                ...(description === undefined ? {} : { description }),
                parametersJsonSchema: parameters,
              })),
            },
          ],
        }),
    ...(schema === undefined ? {} : { generationConfig: { responseMimeType: "application/json", responseJsonSchema: schema } }),
    ...fields,
  }),
  fold: (stream) => {
    const chunks = valuesOf(stream);
    const parts = chunks.flatMap((chunk) => listAt(chunk, "candidates", 0, "content", "parts"));
    const finishReason = chunks.map((chunk) => at(chunk, "candidates", 0, "finishReason")).findLast((word) => word !== undefined);
    const usageMetadata = chunks.map((chunk) => at(chunk, "usageMetadata")).findLast((usage) => usage !== undefined);
    return { candidates: [{ content: { role: "model", parts }, finishReason, index: 0 }], usageMetadata };
  },
  read: (answer) => {
    const parts = listAt(answer, "candidates", 0, "content", "parts");
    const texts = (isThought: boolean): string =>
      parts
        .filter((part) => (at(part, "thought") === true) === isThought)
        .map((part) => textAt(part, "text"))
        .join("");
    const calls = parts.filter((part) => has(part, "functionCall")).map((part) => at(part, "functionCall"));
    return {
      text: texts(false),
      thoughts: texts(true),
      calls: calls.map((call) => ({
        id: textAt(call, "id"),
        name: textAt(call, "name"),
        arguments: JSON.stringify(at(call, "args") ?? {}),
      })),
      finish: textAt(answer, "candidates", 0, "finishReason"),
      usage: readUsage(at(answer, "usageMetadata")),
    };
  },
  readError: (body) => ({
    code: textAt(
      listAt(body, "error", "details").find((detail) => textAt(detail, "@type").endsWith("ErrorInfo")),
      "reason",
    ).toLowerCase(),
    type: textAt(body, "error", "status"),
    message: textAt(body, "error", "message"),
    param: textAt(
      listAt(body, "error", "details").find((detail) => has(detail, "fieldViolations")),
      "fieldViolations",
      0,
      "field",
    ),
  }),
  ending: (stream) => {
    const events = eventsOf(stream);
    const errors = events.flatMap(({ value }, index) => (has(value, "error") ? [index] : []));
    const succeeds = events.some(({ value }) => at(value, "candidates", 0, "finishReason") !== undefined);
    return { errors, events: events.length, succeeds };
  },
  finishes: { stop: "STOP", length: "MAX_TOKENS", tool: "STOP" },
};

function contentsOf(history: readonly PastTurn[], prompt: string): readonly unknown[] {
  const contents: unknown[] = [];
  let results: readonly unknown[] = [];
  const say = (text: string): void => {
    contents.push({ role: "user", parts: [...results, { text }] });
  };
  for (const turn of history) {
    say(turn.prompt);
    contents.push(at(turn.answer, "candidates", 0, "content"));
    results = turn.results.map(({ id, name, output }) => ({ functionResponse: { id, name, response: { output } } }));
  }
  say(prompt);
  return contents;
}

/** What was thought is counted apart; what was stored in a cache is not told. */
function readUsage(usage: unknown): Usage | null {
  if (usage === undefined || usage === null) return null;
  const count = (name: string): number => Number(at(usage, name) ?? 0);
  const reasoningTokens = count("thoughtsTokenCount");
  return {
    inputTokens: count("promptTokenCount"),
    cachedInputTokens: count("cachedContentTokenCount"),
    cacheWriteTokens: 0,
    outputTokens: count("candidatesTokenCount") + reasoningTokens,
    reasoningTokens,
    estimated: false,
  };
}
