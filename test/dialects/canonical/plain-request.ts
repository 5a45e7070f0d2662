import { type ChatRequest, NO_SAMPLING } from "../../../src/dialects/canonical/chat-request.ts";

/** A request of a Chat Completions caller that says hi and asks for nothing more. */
export const PLAIN: ChatRequest = {
  stream: false,
  turns: [{ role: "user", blocks: [{ kind: "text", text: "hi" }] }],
  tools: [],
  toolChoice: null,
  parallelTools: null,
  sampling: NO_SAMPLING,
  choices: 1,
  output: null,
  modalities: [],
  reasoning: null,
  verbosity: null,
  serviceTier: null,
  user: null,
  metadata: null,
  promptCacheKey: null,
  cache: null,
  extra: { dialect: "openai-chat", fields: {} },
};
