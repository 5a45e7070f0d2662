import OpenAI from "openai";
import { readOpenAiUsage } from "../../../src/dialects/canonical/openai-usage.ts";
import { readFinish } from "../../../src/dialects/openai-chat/finish-reasons.ts";
import { type Meaning, parseArguments } from "./gather.ts";

/** What the stock SDK's accumulator made of a stream; its error where it raised one. */
export async function runSdk(stream: string, choices = 1): Promise<Meaning | Error> {
  const client = clientOf(stream);
  const chunks: { readonly usage?: unknown }[] = [];
  try {
    const runner = client.chat.completions.stream({
      model: "model",
      messages: [{ role: "user", content: "Where is the harbour?" }],
      n: choices,
      stream_options: { include_usage: true },
    });
    // What the SDK accumulates does not hold the thoughts, which are no part of its types.
    let reasoning = "";
    for await (const chunk of runner) {
      chunks.push(chunk);
      reasoning += reasoningOf(chunk.choices[0]?.delta);
    }
    const completion = await runner.finalChatCompletion();
    return toMeaning(completion, reasoning, chunks);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The message that the stock SDK made of a stream, which a caller appends to its history. */
export function accumulate(stream: string): Promise<OpenAI.ChatCompletionMessage> {
  const messages = [{ role: "user" as const, content: "Where is the harbour?" }];
  return clientOf(stream).chat.completions.stream({ model: "model", messages }).finalMessage();
}

function clientOf(stream: string): OpenAI {
  const fetch = (): Promise<Response> =>
    Promise.resolve(new Response(stream, { headers: { "content-type": "text/event-stream" } }));
  return new OpenAI({ apiKey: "key", baseURL: "http://upstream.invalid/v1", fetch, maxRetries: 0 });
}

function reasoningOf(delta: unknown): string {
  const { reasoning, reasoning_content: content } = (delta ?? {}) as { reasoning?: string; reasoning_content?: string };
  return content ?? reasoning ?? "";
}

function toMeaning(
  completion: OpenAI.Chat.ChatCompletion,
  reasoning: string,
  chunks: readonly { readonly usage?: unknown }[],
): Meaning {
  const [choice] = completion.choices;
  if (choice === undefined) throw new Error("no choice");
  const { content, tool_calls: calls = [] } = choice.message;
  const told = chunks.filter(({ usage }) => (usage ?? null) !== null);
  if (told.length > 1) throw new Error(`usage is told ${told.length} times`);
  const usage = readOpenAiUsage(told[0]?.usage);
  return {
    text: content ?? "",
    reasoning,
    calls: calls.map((call) => {
      if (call.id === "") throw new Error("a call has no id");
      return call.type === "function"
        ? { name: call.function.name, arguments: parseArguments(call.function.arguments) }
        : { name: call.custom.name, arguments: call.custom.input };
    }),
    finish: readFinish(choice.finish_reason)?.reason ?? null,
    usage:
      usage === null
        ? null
        : {
            input: usage.inputTokens,
            cached: usage.cachedInputTokens,
            written: usage.cacheWriteTokens,
            output: usage.outputTokens,
            reasoning: usage.reasoningTokens,
          },
    isError: false,
  };
}
