import { aiSdkTalkers } from "./ai-sdk.ts";
import { anthropicTalkers } from "./anthropic-messages.ts";
import { geminiTalker } from "./gemini.ts";
import { openaiChatTalker } from "./openai-chat.ts";
import { openaiResponsesTalker } from "./openai-responses.ts";
import type { Talker } from "./talker.ts";

/** Every stock client that carries history itself. */
export const TALKERS: readonly Talker[] = [
  openaiChatTalker,
  openaiResponsesTalker,
  ...anthropicTalkers,
  geminiTalker,
  ...aiSdkTalkers,
];
