import { type Content, GoogleGenAI, type Part } from "@google/genai";
import { ANY_OBJECT, type Ask, PROMPT } from "../heard.ts";
import { MORE, type Next, resultFor, type Talker } from "./talker.ts";

/** @google/genai, `models.generateContent` and its stream: the parts of the answer are appended as they are. */
export const geminiTalker: Talker = {
  name: "google genai",
  surface: "gemini",
  keeps: "all",
  talk: async (ask, next) => {
    const question: Content = { role: "user", parts: [{ text: PROMPT }] };
    const parts = await say(ask, [question]);
    const more: Content = { role: "user", parts: reply(parts, next) };
    await say({ ...ask, model: next.model }, [question, { role: "model", parts }, more]);
  },
};

function reply(parts: readonly Part[], next: Next): Part[] {
  const calls = parts.flatMap(({ functionCall }) => (functionCall === undefined ? [] : [functionCall]));
  if (calls.length === 0) return [{ text: MORE }];
  return calls.map(({ id, name = "" }, call) => ({
    functionResponse: { ...(id === undefined ? {} : { id }), name, response: { output: resultFor(next, call) } },
  }));
}

async function say({ apiKey, model, origin, stream, tools }: Ask, contents: Content[]): Promise<Part[]> {
  const { models } = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: origin } });
  const functionDeclarations = tools.map((name) => ({ name, parametersJsonSchema: ANY_OBJECT }));
  const config = {
    automaticContinuation: false,
    automaticFunctionCalling: { disable: true },
    ...(functionDeclarations.length === 0 ? {} : { tools: [{ functionDeclarations }] }),
  };
  const params = { model, contents, config };
  if (!stream) return (await models.generateContent(params)).candidates?.[0]?.content?.parts ?? [];
  const parts: Part[] = [];
  for await (const chunk of await models.generateContentStream(params))
    parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
  return parts;
}
