import type { RequestFeatures } from "../../core/routing/route-facts.ts";
import type { Block } from "../../dialects/canonical/block.ts";
import { type ChatRequest, NO_SAMPLING, type Turn } from "../../dialects/canonical/chat-request.ts";

const TEXT: Block = { kind: "text", text: "Hello!" };

/** The simplest conversation that has these features: what targets would have to be told of it, where nobody wrote it down. */
export function describedChat(features: RequestFeatures, stream: boolean): ChatRequest {
  const blocks = [
    TEXT,
    ...(features.images ? [media("image", "image/png")] : []),
    ...(features.audio ? [media("audio", "audio/wav")] : []),
  ];
  const turns = Array.from({ length: Math.max(1, features.messages) }, (_, index): Turn => {
    return { role: index % 2 === 0 ? "user" : "assistant", blocks: index === 0 ? blocks : [TEXT] };
  });
  return {
    stream,
    turns,
    tools: features.tools
      ? [{ kind: "function", name: "look_up", description: null, schema: { type: "object" }, strict: null }]
      : [],
    toolChoice: null,
    parallelTools: null,
    sampling: { ...NO_SAMPLING, maxOutputTokens: features.maxTokens === 0 ? null : features.maxTokens },
    choices: 1,
    output: features.jsonSchema
      ? { kind: "json_schema", name: "answer", description: null, schema: { type: "object" }, strict: null }
      : null,
    modalities: [],
    reasoning: features.reasoning ? { effort: "medium", budgetTokens: null, visible: null, adaptive: false } : null,
    verbosity: null,
    serviceTier: null,
    user: null,
    metadata: null,
    promptCacheKey: null,
    cache: null,
    extra: { dialect: "openai-chat", fields: {} },
  };
}

function media(kind: "image" | "audio", mimeType: string): Block {
  return { kind: "media", media: kind, mimeType, source: { kind: "base64", data: "AAAA" }, name: null, detail: null };
}
