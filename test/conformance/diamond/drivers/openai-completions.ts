import OpenAI from "openai";
import { type Ask, countOf, type Driver, hear, type Heard, PROMPT } from "../heard.ts";

/** openai, the legacy `completions`: text and nothing else. */
export const openaiCompletions: Driver = {
  name: "openai completions",
  surface: "openai-completions",
  ask: (ask) => hear(() => (ask.stream ? stream(ask) : create(ask))),
};

async function create(ask: Ask): Promise<Omit<Heard, "error">> {
  return read([await clientOf(ask).completions.create({ model: ask.model, prompt: PROMPT })]);
}

async function stream(ask: Ask): Promise<Omit<Heard, "error">> {
  const chunks: OpenAI.Completion[] = [];
  const params = { model: ask.model, prompt: PROMPT, stream: true as const, stream_options: { include_usage: true } };
  for await (const chunk of await clientOf(ask).completions.create(params)) chunks.push(chunk);
  return read(chunks);
}

function clientOf({ apiKey, origin }: Ask): OpenAI {
  return new OpenAI({ baseURL: `${origin}/v1`, apiKey, maxRetries: 0, logLevel: "off" });
}

function read(parts: readonly OpenAI.Completion[]): Omit<Heard, "error"> {
  const choices = parts.flatMap((part) => part.choices.filter(({ index }) => index === 0));
  const finish = choices.findLast((choice) => choice.finish_reason)?.finish_reason;
  if (!finish) throw new Error("the completion ended without a finish reason");
  const usage = parts.findLast((part) => part.usage)?.usage;
  return {
    text: choices.map(({ text }) => text).join(""),
    reasoning: "",
    tool_calls: [],
    finish,
    usage: usage
      ? {
          input_total: usage.prompt_tokens,
          cache_read: countOf(usage.prompt_tokens_details?.cached_tokens),
          output_total: usage.completion_tokens,
          reasoning: countOf(usage.completion_tokens_details?.reasoning_tokens),
        }
      : null,
  };
}
