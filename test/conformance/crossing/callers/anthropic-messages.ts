import type { Usage } from "../../../../src/core/usage.ts";
import { at, listAt, textAt } from "../../judges/judged.ts";
import type { Ask, Caller, PastTurn } from "./caller.ts";
import { eventsOf, valuesOf } from "./events.ts";

type Fields = Record<string, unknown>;

export const anthropicMessages: Caller = {
  name: "anthropic-messages",
  path: () => "/v1/messages",
  body: ({ fields = {}, history = [], model, prompt, schema, stream = false, system, tools = [] }: Ask) => ({
    model,
    max_tokens: 4_096,
    ...(system === undefined ? {} : { system }),
    messages: messagesOf(history, prompt),
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ description, name, schema: input }) => ({
            name,
            ...(description === undefined ? {} : { description }),
            input_schema: input,
          })),
        }),
    ...(schema === undefined ? {} : { output_config: { format: { type: "json_schema", schema } } }),
    ...(stream ? { stream } : {}),
    ...fields,
  }),
  fold,
  read: (answer) => {
    const blocks = listAt(answer, "content");
    const ofType = (type: string): readonly unknown[] => blocks.filter((block) => at(block, "type") === type);
    return {
      text: ofType("text")
        .map((block) => textAt(block, "text"))
        .join(""),
      thoughts: ofType("thinking")
        .map((block) => textAt(block, "thinking"))
        .join(""),
      calls: ofType("tool_use").map((block) => ({
        id: textAt(block, "id"),
        name: textAt(block, "name"),
        arguments: JSON.stringify(at(block, "input")),
      })),
      finish: textAt(answer, "stop_reason"),
      usage: readUsage(at(answer, "usage")),
    };
  },
  readError: (body) => ({
    code: textAt(body, "error", "details", "error_code"),
    type: textAt(body, "error", "type"),
    message: textAt(body, "error", "message"),
    param: null,
  }),
  ending: (stream) => {
    const events = eventsOf(stream);
    const errors = events.flatMap(({ name }, index) => (name === "error" ? [index] : []));
    const succeeds = events.some(({ name }) => name === "message_stop" || name === "message_delta");
    return { errors, events: events.length, succeeds };
  },
  finishes: { stop: "end_turn", length: "max_tokens", tool: "tool_use" },
};

/** A user's turn holds the results that come before what is said. */
function messagesOf(history: readonly PastTurn[], prompt: string): readonly unknown[] {
  const messages: unknown[] = [];
  let results: readonly unknown[] = [];
  const say = (text: string): void => {
    messages.push({ role: "user", content: [...results, { type: "text", text }] });
  };
  for (const turn of history) {
    say(turn.prompt);
    messages.push({ role: "assistant", content: listAt(turn.answer, "content") });
    results = turn.results.map(({ id, output }) => ({ type: "tool_result", tool_use_id: id, content: output }));
  }
  say(prompt);
  return messages;
}

/** What the API counts apart is put together. */
function readUsage(usage: unknown): Usage | null {
  if (usage === undefined || usage === null) return null;
  const count = (...path: readonly string[]): number => Number(at(usage, ...path) ?? 0);
  const cachedInputTokens = count("cache_read_input_tokens");
  const cacheWriteTokens = count("cache_creation_input_tokens");
  return {
    inputTokens: count("input_tokens") + cachedInputTokens + cacheWriteTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens: count("output_tokens"),
    reasoningTokens: count("output_tokens_details", "thinking_tokens"),
    estimated: false,
  };
}

function fold(stream: string): unknown {
  const values = valuesOf(stream);
  const message = { ...(at(values[0], "message") as Fields | undefined) }; // the first event is `message_start`
  const blocks: Fields[] = [];
  for (const value of values) {
    const index = Number(at(value, "index"));
    if (at(value, "type") === "content_block_start") blocks[index] = { ...(at(value, "content_block") as Fields) }; // a block is an object
    if (at(value, "type") === "content_block_delta") addDelta(blocks[index] ?? {}, at(value, "delta"));
    if (at(value, "type") === "message_delta") {
      Object.assign(message, at(value, "delta"));
      message["usage"] = { ...(message["usage"] as Fields), ...(at(value, "usage") as Fields) }; // cumulative, field by field
    }
  }
  return { ...message, content: blocks.map(finish) };
}

function addDelta(block: Fields, delta: unknown): void {
  for (const [from, to] of [
    ["text", "text"],
    ["thinking", "thinking"],
    ["signature", "signature"],
    ["partial_json", "json"],
  ] as const) {
    const piece = at(delta, from);
    if (typeof piece === "string") block[to] = textAt(block, to) + piece;
  }
}

function finish({ json, ...block }: Fields): Fields {
  return typeof json === "string" && json !== "" ? { ...block, input: JSON.parse(json) as unknown } : block;
}
