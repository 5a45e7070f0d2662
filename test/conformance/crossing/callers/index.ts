import { anthropicMessages } from "./anthropic-messages.ts";
import type { Caller, SurfaceName } from "./caller.ts";
import { gemini } from "./gemini.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiCompletions } from "./openai-completions.ts";
import { openaiResponses } from "./openai-responses.ts";

/** Every wire format that callers speak. */
export const CALLERS: readonly Caller[] = [openaiChat, openaiResponses, anthropicMessages, gemini, openaiCompletions];

/** Those that can hold tools, formats and a history. */
export const CHAT_CALLERS: readonly Caller[] = CALLERS.filter(({ name }) => name !== "openai-completions");

export function callerOf(name: SurfaceName): Caller {
  const caller = CALLERS.find((one) => one.name === name);
  if (caller === undefined) throw new Error(`Nobody speaks ${name}.`);
  return caller;
}
