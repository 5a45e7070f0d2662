import type { LinkOptions } from "../core/policy/link.ts";
import type { Backend, Dialect, DialectName, Surface } from "./dialect.ts";
import { anthropicMessages } from "./anthropic-messages/index.ts";
import { bedrockConverse } from "./bedrock-converse/index.ts";
import { gemini } from "./gemini/index.ts";
import { openaiChat } from "./openai-chat/index.ts";
import { openaiCompletions } from "./openai-completions/index.ts";
import { openaiResponses } from "./openai-responses/index.ts";

/** Every wire format spoken, by the name policies use. A dialect is a folder; adding one adds a row here. */
export const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  "openai-chat": openaiChat,
  "openai-responses": openaiResponses,
  "openai-completions": openaiCompletions,
  "anthropic-messages": anthropicMessages,
  gemini,
  "bedrock-converse": bedrockConverse,
};

/** The caller's side of a dialect. @throws Error for one that no caller speaks, which no route of ours leads to */
export function surfaceOf(name: DialectName): Surface {
  const surface = DIALECTS[name].surface;
  if (surface === null) throw new Error(`No caller speaks ${name}.`);
  return surface;
}

/** The provider's side of a dialect. @throws Error for one that no provider speaks, which the compiler refuses */
export function backendOf(name: DialectName): Backend {
  const backend = DIALECTS[name].backend;
  if (backend === null) throw new Error(`No provider speaks ${name}.`);
  return backend;
}

/** What linking a policy needs to know of the wire formats. */
export const DIALECT_FACTS: LinkOptions["dialects"] = {
  path: (dialect, operation, call) => backendOf(dialect).path(operation, call),
  familyOf: (dialect, model) => backendOf(dialect).familyOf(model),
};
