import type { Driver } from "../heard.ts";
import { aiSdkDrivers } from "./ai-sdk.ts";
import { anthropicMessages, formerAnthropicMessages } from "./anthropic-messages.ts";
import { gemini } from "./gemini.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiCompletions } from "./openai-completions.ts";
import { openaiResponses } from "./openai-responses.ts";

/** Every stock client of every surface. */
export const DRIVERS: readonly Driver[] = [
  openaiChat,
  openaiResponses,
  openaiCompletions,
  anthropicMessages,
  formerAnthropicMessages,
  gemini,
  ...aiSdkDrivers,
];
