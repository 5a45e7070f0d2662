import OpenAI from "openai";
import {
  ANY_OBJECT,
  type Ask,
  countOf,
  type Driver,
  hear,
  type Heard,
  type HeardCall,
  parseArguments,
  PROMPT,
} from "../heard.ts";

type Completion = OpenAI.ChatCompletion;
type Message = Completion["choices"][number]["message"];
type Delta = OpenAI.ChatCompletionChunk["choices"][number]["delta"];

/** Where backends and routers put thoughts; the SDK passes what it does not know. */
interface Thoughts {
  readonly reasoning_content?: string | null;
  readonly reasoning?: string | null;
}

/** openai, `chat.completions`. */
export const openaiChat: Driver = {
  name: "openai chat",
  surface: "openai-chat",
  ask: (ask) => hear(() => (ask.stream ? stream(ask) : create(ask))),
};

async function create(ask: Ask): Promise<Omit<Heard, "error">> {
  const completion = await clientOf(ask).chat.completions.create(paramsOf(ask));
  return read(completion, thoughtsOf(completion.choices[0]?.message));
}

async function stream(ask: Ask): Promise<Omit<Heard, "error">> {
  const runner = clientOf(ask).chat.completions.stream({ ...paramsOf(ask), stream_options: { include_usage: true } });
  let thoughts = "";
  // Of a field that it does not know the SDK keeps the last fragment: whoever shows thoughts collects them from the chunks.
  runner.on("chunk", (chunk) => {
    thoughts += thoughtsOf(chunk.choices.find(({ index }) => index === 0)?.delta);
  });
  return read(await runner.finalChatCompletion(), thoughts);
}

function clientOf({ apiKey, origin }: Ask): OpenAI {
  return new OpenAI({ baseURL: `${origin}/v1`, apiKey, maxRetries: 0, logLevel: "off" });
}

function paramsOf({ model, tools }: Ask) {
  const declared = tools.map((name) => ({ type: "function" as const, function: { name, parameters: ANY_OBJECT } }));
  return {
    model,
    messages: [{ role: "user" as const, content: PROMPT }],
    ...(declared.length === 0 ? {} : { tools: declared }),
  };
}

function thoughtsOf(part: Message | Delta | undefined): string {
  const { reasoning, reasoning_content } = (part ?? {}) as Thoughts; // unknown to the SDK's types
  return reasoning_content ?? reasoning ?? "";
}

function read({ choices, usage }: Completion, reasoning: string): Omit<Heard, "error"> {
  const choice = choices[0];
  if (choice === undefined) throw new Error("no choice");
  const details = usage?.prompt_tokens_details;
  return {
    text: choice.message.content ?? "",
    reasoning,
    tool_calls: (choice.message.tool_calls ?? []).map(readCall),
    finish: choice.finish_reason,
    usage: usage
      ? {
          input_total: usage.prompt_tokens,
          cache_read: countOf(details?.cached_tokens),
          output_total: usage.completion_tokens,
          reasoning: countOf(usage.completion_tokens_details?.reasoning_tokens),
        }
      : null,
  };
}

function readCall(call: OpenAI.ChatCompletionMessageToolCall): HeardCall {
  if (call.type === "custom") return { name: call.custom.name, arguments: { __custom_input__: call.custom.input } };
  return { name: call.function.name, arguments: parseArguments(call.function.arguments) };
}
