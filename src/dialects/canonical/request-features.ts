import type { RequestFeatures } from "../../core/routing/route-facts.ts";
import type { Block } from "./block.ts";
import type { ChatRequest } from "./chat-request.ts";

/** Where a conversation begins in a body, in every dialect's words, and how much of it is looked at. */
const CONVERSATION = /"(?:system|messages|contents|input|prompt|instructions|systemInstruction|system_instruction)"\s*:/;
const PREFIX_CHARACTERS = 2_048;

/** What is known of what is no chat, or cannot be read as one. */
export const NO_FEATURES: RequestFeatures = {
  messages: 0,
  maxTokens: 0,
  tools: false,
  images: false,
  audio: false,
  jsonSchema: false,
  reasoning: false,
};

/** What rules may ask of a conversation. */
export function featuresOf(chat: ChatRequest): RequestFeatures {
  return {
    messages: chat.turns.length,
    maxTokens: chat.sampling.maxOutputTokens ?? 0,
    tools: chat.tools.length > 0,
    images: holdsMedia(chat, "image"),
    audio: holdsMedia(chat, "audio"),
    jsonSchema: chat.output?.kind === "json_schema",
    reasoning: chat.reasoning !== null,
  };
}

/** Names of the tools that are offered to the model; of a provider's own tools, their kind. */
export function toolNames({ tools }: ChatRequest): readonly string[] {
  return tools.map((tool) => (tool.kind === "server" ? tool.type : tool.name));
}

/** The beginning of the conversation in a body's text: what a provider's prompt cache would know again. */
export function conversationPrefix(text: string): string {
  const start = CONVERSATION.exec(text)?.index ?? 0;
  return text.slice(start, start + PREFIX_CHARACTERS);
}

function holdsMedia({ turns }: ChatRequest, media: "image" | "audio"): boolean {
  const isMedia = (block: Block): boolean =>
    (block.kind === "media" && block.media === media) || (block.kind === "tool_result" && block.content.some(isMedia));
  return turns.some(({ blocks }) => blocks.some(isMedia));
}
