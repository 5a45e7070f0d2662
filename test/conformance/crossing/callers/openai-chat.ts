import type { Usage } from "../../../../src/core/usage.ts";
import { at, has, listAt, textAt } from "../../judges/judged.ts";
import type { Ask, Caller, HeardCall, PastTurn } from "./caller.ts";
import { eventsOf, valuesOf } from "./events.ts";

type Fields = Record<string, unknown>;

export const openaiChat: Caller = {
  name: "openai-chat",
  path: () => "/v1/chat/completions",
  body: ({ fields = {}, history = [], model, prompt, schema, stream = false, system, tools = [] }: Ask) => ({
    model,
    messages: [
      ...(system === undefined ? [] : [{ role: "system", content: system }]),
      ...history.flatMap(messagesOf),
      { role: "user", content: prompt },
    ],
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ description, name, schema: parameters }) => ({
            type: "function",
            function: { name, ...(description === undefined ? {} : { description }), parameters },
          })),
        }),
    ...(schema === undefined ? {} : { response_format: { type: "json_schema", json_schema: { name: "answer", schema } } }),
    ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
    ...fields,
  }),
  fold,
  read: (answer) => {
    const message = at(answer, "choices", 0, "message");
    return {
      text: textAt(message, "content"),
      thoughts: textAt(message, "reasoning_content"),
      calls: listAt(message, "tool_calls").map(readCall),
      finish: textAt(answer, "choices", 0, "finish_reason"),
      usage: readUsage(at(answer, "usage")),
    };
  },
  readError: readOpenAiError,
  ending: (stream) => {
    const events = eventsOf(stream);
    const errors = events.flatMap(({ value }, index) => (has(value, "error") ? [index] : []));
    const succeeds = events.some(
      ({ data, value }) => data === "[DONE]" || typeof at(value, "choices", 0, "finish_reason") === "string",
    );
    return { errors, events: events.length, succeeds };
  },
  finishes: { stop: "stop", length: "length", tool: "tool_calls" },
};

function messagesOf({ answer, prompt, results }: PastTurn): readonly unknown[] {
  const message = at(answer, "choices", 0, "message");
  const outputs = results.map(({ id, output }) => ({ role: "tool", tool_call_id: id, content: output }));
  return [{ role: "user", content: prompt }, message, ...outputs];
}

function readCall(call: unknown): HeardCall {
  const isCustom = at(call, "type") === "custom";
  const name = textAt(call, isCustom ? "custom" : "function", "name");
  return {
    id: textAt(call, "id"),
    name,
    arguments: textAt(call, ...(isCustom ? ["custom", "input"] : ["function", "arguments"])),
  };
}

/** `usage` of OpenAI's chat and completions; null where it is absent. */
export function readUsage(usage: unknown): Usage | null {
  if (usage === undefined || usage === null) return null;
  const count = (...path: readonly string[]): number => Number(at(usage, ...path) ?? 0);
  return {
    inputTokens: count("prompt_tokens"),
    cachedInputTokens: count("prompt_tokens_details", "cached_tokens"),
    cacheWriteTokens: count("prompt_tokens_details", "cache_write_tokens"),
    outputTokens: count("completion_tokens"),
    reasoningTokens: count("completion_tokens_details", "reasoning_tokens"),
    estimated: false,
  };
}

/** The four-key envelope. */
export function readOpenAiError(body: unknown): ReturnType<Caller["readError"]> {
  const param = at(body, "error", "param");
  return {
    code: textAt(body, "error", "code"),
    type: textAt(body, "error", "type"),
    message: textAt(body, "error", "message"),
    param: typeof param === "string" ? param : null,
  };
}

/** Deltas put together as clients do that echo what they do not know. */
function fold(stream: string): unknown {
  const values = valuesOf(stream);
  const message: Fields = { role: "assistant", content: null };
  let finish: unknown = null;
  for (const value of values) {
    const choice = at(value, "choices", 0);
    finish = at(choice, "finish_reason") ?? finish;
    const delta = at(choice, "delta");
    if (typeof delta === "object" && delta !== null) addDelta(message, delta as Fields); // a JSON object
  }
  const usage = values.map((value) => at(value, "usage")).findLast((value) => value !== undefined && value !== null);
  return { choices: [{ index: 0, message, finish_reason: finish }], ...(usage === undefined ? {} : { usage }) };
}

function addDelta(message: Fields, delta: Fields): void {
  for (const name of ["content", "reasoning_content", "refusal"]) {
    if (typeof delta[name] === "string" && delta[name] !== "") message[name] = textAt(message, name) + delta[name];
  }
  const details = listAt(delta, "reasoning_details");
  if (details.length > 0) message["reasoning_details"] = [...listAt(message, "reasoning_details"), ...details];
  for (const call of listAt(delta, "tool_calls")) addCall(message, call);
}

function addCall(message: Fields, delta: unknown): void {
  const calls = [...listAt(message, "tool_calls")] as Fields[]; // made below
  message["tool_calls"] = calls;
  const index = Number(at(delta, "index"));
  const { index: _, ...rest } = delta as Fields; // a JSON object
  const known = calls[index];
  if (known === undefined) {
    calls[index] = rest;
    return;
  }
  const form = at(known, "type") === "custom" ? "custom" : "function";
  const member = form === "custom" ? "input" : "arguments";
  const body = known[form] as Fields; // as it began
  const { [form]: piece, ...others } = rest;
  calls[index] = { ...known, ...others, [form]: { ...body, [member]: textAt(body, member) + textAt(piece, member) } };
}
