import Anthropic from "@anthropic-ai/sdk";
import FormerAnthropic from "anthropic-sdk-0";
import { ANY_OBJECT, type Ask, PROMPT } from "../heard.ts";
import { MORE, type Next, resultFor, type Talker } from "./talker.ts";

type Messages = Anthropic.MessageParam[];
type Content = Anthropic.ContentBlock[];

/** Either major's `messages`: the content of the answer is appended as it is. */
export const anthropicTalkers: readonly Talker[] = [
  talker("anthropic", ({ apiKey, origin }) => new Anthropic({ baseURL: origin, apiKey, maxRetries: 0, logLevel: "off" })),
  talker(
    "anthropic 0",
    // Both majors take and give the same messages; only their types are different ones.
    ({ apiKey, origin }) =>
      new FormerAnthropic({ baseURL: origin, apiKey, maxRetries: 0, logLevel: "off" }) as unknown as Anthropic,
  ),
];

function talker(name: string, clientOf: (ask: Ask) => Anthropic): Talker {
  return {
    name,
    surface: "anthropic-messages",
    keeps: "all",
    talk: async (ask, next) => {
      const question: Messages = [{ role: "user", content: PROMPT }];
      const content = await say(clientOf(ask), ask, question);
      const more: Messages = [{ role: "user", content: reply(content, next) }];
      const answer: Messages = [{ role: "assistant", content }];
      await say(clientOf(ask), { ...ask, model: next.model }, [...question, ...answer, ...more]);
    },
  };
}

function reply(content: Content, next: Next): Anthropic.MessageParam["content"] {
  const calls = content.flatMap((block) => (block.type === "tool_use" ? [block] : []));
  if (calls.length === 0) return MORE;
  return calls.map(({ id }, call) => ({ type: "tool_result" as const, tool_use_id: id, content: resultFor(next, call) }));
}

async function say({ messages: client }: Anthropic, { model, stream, tools }: Ask, messages: Messages): Promise<Content> {
  const declared = tools.map((name) => ({ name, input_schema: ANY_OBJECT }));
  const params = { model, max_tokens: 4_096, messages, ...(declared.length === 0 ? {} : { tools: declared }) };
  return (stream ? await client.stream(params).finalMessage() : await client.create(params)).content;
}
