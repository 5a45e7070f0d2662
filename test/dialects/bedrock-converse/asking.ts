import { type ChatRequest, NO_SAMPLING, type Sampling, type Turn } from "../../../src/dialects/canonical/chat-request.ts";
import type { Block } from "../../../src/dialects/canonical/block.ts";
import { familyOf } from "../../../src/dialects/bedrock-converse/model-vendor.ts";
import { writeRequest } from "../../../src/dialects/bedrock-converse/write-request.ts";
import type { Loss, UpstreamModel, WrittenRequest } from "../../../src/dialects/dialect.ts";
import { PLAIN } from "../canonical/plain-request.ts";

export const CLAUDE = "us.anthropic.claude-sonnet-4-20250514-v1:0";

export const EMPTY: ChatRequest = { ...PLAIN, turns: [] };

export const text = (value: string): Block => ({ kind: "text", text: value });
export const turn = (role: Turn["role"], ...blocks: readonly (Block | string)[]): Turn => ({
  role,
  blocks: blocks.map((block) => (typeof block === "string" ? text(block) : block)),
});
export const call = (id: string, name = "f", args = "{}"): Block => ({
  kind: "tool_call",
  id,
  name,
  form: "function",
  arguments: args,
  namespace: null,
  seal: null,
});
export const result = (callId: string, ...content: readonly (Block | string)[]): Block => ({
  kind: "tool_result",
  callId,
  name: null,
  isError: false,
  content: content
    .map((part) => (typeof part === "string" ? text(part) : part))
    .filter((part) => part.kind === "text" || part.kind === "media"),
});
export const tool = (name: string, more: object = {}): ChatRequest["tools"][number] => ({
  kind: "function",
  name,
  description: null,
  schema: { type: "object", properties: {} },
  strict: null,
  ...more,
});
export const sampling = (some: Partial<Sampling>): Sampling => ({ ...NO_SAMPLING, ...some });

export function upstream(model = CLAUDE, more: Partial<UpstreamModel> = {}): UpstreamModel {
  return {
    model,
    family: familyOf(model),
    capabilities: null,
    maxOutputTokens: null,
    quirks: {
      streamUsage: true,
      repair: false,
      maxTokensField: "max_tokens",
      developerRole: true,
      callIds: "any",
      anthropicVersion: "2023-06-01",
    },
    ...more,
  };
}

interface Asked extends Omit<WrittenRequest, "body" | "losses"> {
  readonly body: Readonly<Record<string, unknown>>;
  /** Feature and severity of each loss. */
  readonly losses: readonly string[];
  readonly reasons: readonly Loss[];
}

/** A request of one user's turn unless it says otherwise, written. */
export function ask(request: Partial<ChatRequest>, target: UpstreamModel = upstream()): Asked {
  const written = writeRequest({ ...EMPTY, turns: [turn("user", "hi")], ...request }, target);
  return {
    ...written,
    body: JSON.parse(written.body) as Asked["body"], // the writer gives objects
    losses: written.losses.map(({ feature, severity }) => `${severity} ${feature}`),
    reasons: written.losses,
  };
}
