import { generateText, jsonSchema, type LanguageModel, type ModelMessage, streamText, tool, type ToolSet } from "ai";
import { ANY_OBJECT, type Ask, PROMPT, type SurfaceName } from "../heard.ts";
import { aiSdkModels } from "../drivers/ai-sdk.ts";
import { MORE, type Next, resultFor, type Talker } from "./talker.ts";

// Every warning is about the recordings: unknown models, tools of providers.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

const KEEPS: Readonly<Partial<Record<SurfaceName, Talker["keeps"]>>> = { "openai-chat": "some", gemini: "shown" };

/** The AI SDK's `generateText` and `streamText`: the messages of the answer are appended as they are. */
export const aiSdkTalkers: readonly Talker[] = aiSdkModels.map(({ modelOf, name, surface }) => ({
  name,
  surface,
  // Of chat it knows the signature of a call that Google gives, and no reasoning details.
  keeps: KEEPS[surface] ?? "all",
  talk: async (ask, next) => {
    const question: ModelMessage = { role: "user", content: PROMPT };
    const answer = await say(modelOf(ask), ask, [question]);
    const results = toolMessages(answer, next);
    const more: readonly ModelMessage[] = results.length > 0 ? results : [{ role: "user", content: MORE }];
    await say(modelOf({ ...ask, model: next.model }), ask, [question, ...answer, ...more]);
  },
}));

async function say(model: LanguageModel, { stream, tools }: Ask, messages: ModelMessage[]): Promise<readonly ModelMessage[]> {
  const declared: ToolSet = Object.fromEntries(tools.map((name) => [name, tool({ inputSchema: jsonSchema(ANY_OBJECT) })]));
  const options = {
    model,
    messages,
    maxRetries: 0,
    providerOptions: { openai: { store: false, include: ["reasoning.encrypted_content"] } },
    tools: declared,
  };
  if (!stream) return (await generateText(options)).response.messages;
  const result = streamText({ ...options, onError: () => undefined });
  await result.consumeStream();
  return (await result.response).messages;
}

function toolMessages(answer: readonly ModelMessage[], next: Next): readonly ModelMessage[] {
  const parts = answer.flatMap(({ content, role }) => (role === "assistant" && typeof content !== "string" ? content : []));
  const calls = parts.flatMap((part) => (part.type === "tool-call" && part.providerExecuted !== true ? [part] : []));
  return calls.map(({ toolCallId, toolName }, call) => ({
    role: "tool",
    content: [{ type: "tool-result", toolCallId, toolName, output: { type: "text", value: resultFor(next, call) } }],
  }));
}
