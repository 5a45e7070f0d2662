import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";
import { type FlowLab, startFlowLab } from "./flow-lab.ts";

/** What a stock client was given. */
export interface ReplayHeard {
  readonly client: string;
  readonly text: string;
  /** Nobody was asked for it upstream. */
  readonly isReplayed: boolean;
}

export interface ReplaysSeen {
  readonly heard: readonly ReplayHeard[];
  /** The text that upstream gave. */
  readonly text: string;
}

/** The model that they ask. */
export const SHARED = "shared";
const QUESTION = "Where is the harbour of Lisbon?";
const MOST_TOKENS = 64;

/** As `askEverybody`, in a lab of its own. */
export async function runSdkReplays(): Promise<ReplaysSeen> {
  const lab = await startFlowLab({ processes: 1, models: { [SHARED]: { exact: { ttl: "1h" } } } });
  try {
    return await askEverybody(lab);
  } finally {
    await lab.close();
  }
}

/** One question in the words of four surfaces, as JSON and as a stream, by stock clients; the first one's answer serves all. */
export async function askEverybody(lab: FlowLab): Promise<ReplaysSeen> {
  const { key, url } = lab.router(0);
  const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
  const anthropic = new Anthropic({ baseURL: url, authToken: key, apiKey: null, maxRetries: 0 });
  const google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } });
  const chat = { model: SHARED, messages: [{ role: "user" as const, content: QUESTION }], max_tokens: MOST_TOKENS };
  const response = { model: SHARED, input: QUESTION, max_output_tokens: MOST_TOKENS, store: false };
  const content = { model: SHARED, contents: QUESTION, config: { maxOutputTokens: MOST_TOKENS } };
  const first = await openai.chat.completions.create(chat);
  const clients: Readonly<Record<string, () => Promise<string>>> = {
    "openai chat, JSON": async () => (await openai.chat.completions.create(chat)).choices[0]?.message.content ?? "",
    "openai chat, stream": async () =>
      joined(await openai.chat.completions.create({ ...chat, stream: true }), ({ choices }) => choices[0]?.delta.content),
    "openai chat, stream helper": async () => (await openai.chat.completions.stream(chat).finalContent()) ?? "",
    "openai responses, JSON": async () => (await openai.responses.create(response)).output_text,
    "openai responses, stream": async () =>
      joined(await openai.responses.create({ ...response, stream: true }), (event) =>
        event.type === "response.output_text.delta" ? event.delta : "",
      ),
    "openai responses, stream helper": async () => (await openai.responses.stream(response).finalResponse()).output_text,
    "anthropic messages, JSON": async () => textOf((await anthropic.messages.create(chat)).content),
    "anthropic messages, stream": async () => anthropic.messages.stream(chat).finalText(),
    "google generateContent, JSON": async () => (await google.models.generateContent(content)).text ?? "",
    "google generateContent, stream": async () => joined(await google.models.generateContentStream(content), ({ text }) => text),
  };
  const heard: ReplayHeard[] = [];
  for (const [client, ask] of Object.entries(clients)) {
    const before = lab.calls(SHARED);
    heard.push({ client, text: await ask(), isReplayed: lab.calls(SHARED) === before });
  }
  return { heard, text: first.choices[0]?.message.content ?? "" };
}

async function joined<Event>(events: AsyncIterable<Event>, read: (event: Event) => string | null | undefined): Promise<string> {
  let text = "";
  for await (const event of events) text += read(event) ?? "";
  return text;
}

function textOf(blocks: readonly Anthropic.ContentBlock[]): string {
  return blocks.map((block) => (block.type === "text" ? block.text : "")).join("");
}
