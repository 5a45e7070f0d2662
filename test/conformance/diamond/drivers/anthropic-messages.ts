import Anthropic from "@anthropic-ai/sdk";
import FormerAnthropic from "anthropic-sdk-0";
import { ANY_OBJECT, type Ask, countOf, type Driver, hear, type Heard, PROMPT } from "../heard.ts";

const MAX_TOKENS = 1_024;

/** @anthropic-ai/sdk, the current major. */
export const anthropicMessages: Driver = {
  name: "anthropic",
  surface: "anthropic-messages",
  ask: (ask) =>
    hear(async () => {
      const { messages } = new Anthropic({ baseURL: ask.origin, apiKey: ask.apiKey, maxRetries: 0, logLevel: "off" });
      return read(ask.stream ? await messages.stream(paramsOf(ask)).finalMessage() : await messages.create(paramsOf(ask)));
    }),
};

/** The major before it, which sends its key and its API version otherwise. */
export const formerAnthropicMessages: Driver = {
  name: "anthropic 0",
  surface: "anthropic-messages",
  ask: (ask) =>
    hear(async () => {
      const { messages } = new FormerAnthropic({ baseURL: ask.origin, apiKey: ask.apiKey, maxRetries: 0, logLevel: "off" });
      return read(ask.stream ? await messages.stream(paramsOf(ask)).finalMessage() : await messages.create(paramsOf(ask)));
    }),
};

function paramsOf({ model, tools }: Ask) {
  const declared = tools.map((name) => ({ name, input_schema: ANY_OBJECT }));
  return {
    model,
    max_tokens: MAX_TOKENS,
    messages: [{ role: "user" as const, content: PROMPT }],
    ...(declared.length === 0 ? {} : { tools: declared }),
  };
}

/** What is read of either major's message. */
interface Message {
  readonly content: readonly Part[];
  readonly stop_reason: string | null;
  readonly usage: {
    readonly input_tokens: number;
    readonly output_tokens: number;
    readonly cache_read_input_tokens?: number | null;
    readonly cache_creation_input_tokens?: number | null;
    readonly output_tokens_details?: { readonly thinking_tokens?: number | null } | null;
  };
}

type Part = {
  readonly type: string;
  readonly text?: string;
  readonly thinking?: string;
  readonly name?: string;
  readonly input?: unknown;
};

const FINISHES: Readonly<Record<string, string>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  refusal: "content_filter",
};

function read({ content, stop_reason, usage }: Anthropic.Message | FormerAnthropic.Message | Message): Omit<Heard, "error"> {
  const parts: readonly Part[] = content;
  if (stop_reason === null) throw new Error("the message has no stop reason");
  const { cache_creation_input_tokens: written, cache_read_input_tokens: cached } = usage;
  const details = "output_tokens_details" in usage ? usage.output_tokens_details : null;
  return {
    text: parts.map(({ text, type }) => (type === "text" ? (text ?? "") : "")).join(""),
    reasoning: parts.map(({ thinking, type }) => (type === "thinking" ? (thinking ?? "") : "")).join(""),
    tool_calls: parts.flatMap(({ input, name, type }) => (type === "tool_use" ? [{ name: name ?? "", arguments: input }] : [])),
    finish: FINISHES[stop_reason] ?? "other",
    usage: {
      input_total: usage.input_tokens + (cached ?? 0) + (written ?? 0),
      cache_read: countOf(cached),
      output_total: usage.output_tokens,
      reasoning: countOf(details?.thinking_tokens),
    },
  };
}
