import OpenAI from "openai";
import { ANY_OBJECT, type Ask, PROMPT } from "../heard.ts";
import { MORE, resultFor, type Talker } from "./talker.ts";

type Messages = OpenAI.ChatCompletionMessageParam[];
type Message = OpenAI.ChatCompletionMessage;

/** openai, `chat.completions`: the message is appended as the SDK gives it, with the fields that its types do not know. */
export const openaiChatTalker: Talker = {
  name: "openai chat",
  surface: "openai-chat",
  keeps: "all",
  talk: async (ask, next) => {
    const messages: Messages = [{ role: "user", content: PROMPT }];
    const message = await say(ask, messages);
    const results = (message.tool_calls ?? []).map(({ id }, call): Messages[number] => ({
      role: "tool",
      tool_call_id: id,
      content: resultFor(next, call),
    }));
    const more: Messages = results.length > 0 ? results : [{ role: "user", content: MORE }];
    await say({ ...ask, model: next.model }, [...messages, message, ...more]);
  },
};

async function say({ apiKey, model, origin, stream, tools }: Ask, messages: Messages): Promise<Message> {
  const { completions } = new OpenAI({ baseURL: `${origin}/v1`, apiKey, maxRetries: 0, logLevel: "off" }).chat;
  const declared = tools.map((name) => ({ type: "function" as const, function: { name, parameters: ANY_OBJECT } }));
  const params = { model, messages, ...(declared.length === 0 ? {} : { tools: declared }) };
  const message = stream
    ? await completions.stream(params).finalMessage()
    : (await completions.create(params)).choices[0]?.message;
  if (message === undefined) throw new Error("no choice");
  return message;
}
