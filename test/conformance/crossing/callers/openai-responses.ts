import type { Usage } from "../../../../src/core/usage.ts";
import { at, listAt, textAt } from "../../judges/judged.ts";
import type { Ask, Caller, HeardCall, PastTurn } from "./caller.ts";
import { eventsOf, valuesOf } from "./events.ts";
import { readOpenAiError } from "./openai-chat.ts";

export const openaiResponses: Caller = {
  name: "openai-responses",
  path: () => "/v1/responses",
  body: ({ fields = {}, history = [], model, prompt, schema, stream = false, system, tools = [] }: Ask) => ({
    model,
    ...(system === undefined ? {} : { instructions: system }),
    input: [...history.flatMap(itemsOf), { role: "user", content: prompt }],
    store: false,
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ description, name, schema: parameters }) => ({
            type: "function",
            name,
            ...(description === undefined ? {} : { description }),
            parameters,
            strict: false,
          })),
        }),
    ...(schema === undefined ? {} : { text: { format: { type: "json_schema", name: "answer", schema } } }),
    ...(stream ? { stream } : {}),
    ...fields,
  }),
  fold: (stream) => at(valuesOf(stream).at(-1), "response"),
  read: (answer) => {
    const items = listAt(answer, "output");
    const calls = items.filter((item) => ["function_call", "custom_tool_call"].includes(textAt(item, "type"))).map(readCall);
    return {
      text: textsOf(items, "message", "content"),
      thoughts: textsOf(items, "reasoning", "summary") + textsOf(items, "reasoning", "content"),
      calls,
      finish: textAt(answer, "incomplete_details", "reason") || textAt(answer, "status"),
      usage: readUsage(at(answer, "usage")),
    };
  },
  readError: readOpenAiError,
  ending: (stream) => {
    const events = eventsOf(stream);
    const types = events.map(({ value }) => textAt(value, "type"));
    // One failure is told in two events: SDKs raise at the first, others read the response that failed.
    const errors = types.flatMap((type, index) =>
      type === "error" || (type === "response.failed" && types[index - 1] !== "error") ? [index] : [],
    );
    const isPair = types.at(-2) === "error" && types.at(-1) === "response.failed";
    const succeeds = types.some((type) => type === "response.completed" || type === "response.incomplete");
    return { errors, events: events.length - (isPair ? 1 : 0), succeeds };
  },
  finishes: { stop: "completed", length: "max_output_tokens", tool: "completed" },
};

function itemsOf({ answer, prompt, results }: PastTurn): readonly unknown[] {
  const outputs = results.map(({ id, output }) => ({ type: "function_call_output", call_id: id, output }));
  return [{ role: "user", content: prompt }, ...listAt(answer, "output"), ...outputs];
}

function readCall(item: unknown): HeardCall {
  const member = at(item, "type") === "custom_tool_call" ? "input" : "arguments";
  return { id: textAt(item, "call_id"), name: textAt(item, "name"), arguments: textAt(item, member) };
}

function textsOf(items: readonly unknown[], type: string, member: string): string {
  return items
    .filter((item) => at(item, "type") === type)
    .flatMap((item) => listAt(item, member))
    .map((part) => textAt(part, "text"))
    .join("");
}

function readUsage(usage: unknown): Usage | null {
  if (usage === undefined || usage === null) return null;
  const count = (...path: readonly string[]): number => Number(at(usage, ...path) ?? 0);
  return {
    inputTokens: count("input_tokens"),
    cachedInputTokens: count("input_tokens_details", "cached_tokens"),
    cacheWriteTokens: count("input_tokens_details", "cache_write_tokens"),
    outputTokens: count("output_tokens"),
    reasoningTokens: count("output_tokens_details", "reasoning_tokens"),
    estimated: false,
  };
}
