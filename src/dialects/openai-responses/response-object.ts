import { isRecord } from "../../core/json/is-record.ts";
import type { Usage } from "../../core/usage.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What of a response is not an echo of its request. */
export interface ResponseState {
  readonly id: string;
  readonly createdSeconds: number;
  readonly model: string;
  readonly status: "in_progress" | "completed" | "incomplete" | "failed";
  /** Why it is incomplete: `max_output_tokens`, `content_filter`. */
  readonly incompleteReason: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** The items, or their JSON. */
  readonly output: unknown;
  readonly usage: Usage | null;
}

/** What a response says of its request where the request said nothing. */
const DEFAULTS: Fields = {
  frequency_penalty: 0,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  presence_penalty: 0,
  prompt_cache_key: null,
  safety_identifier: null,
  temperature: 1,
  tool_choice: "auto",
  top_logprobs: 0,
  top_p: 1,
  truncation: "disabled",
  user: null,
};

/**
 * The response resource with every member its schema requires: what was asked where it was said, else the API's defaults.
 * `store` is false whatever was asked: nothing is kept of an answer that crossed.
 * @see https://www.openresponses.org/reference
 */
export function responseObject(asked: Fields, state: ResponseState): Fields {
  return {
    id: state.id,
    object: "response",
    created_at: state.createdSeconds,
    // There is no clock here; the second it was created is the nearest one known.
    completed_at: state.status === "completed" ? state.createdSeconds : null,
    status: state.status,
    error: state.error,
    incomplete_details: state.incompleteReason === null ? null : { reason: state.incompleteReason },
    model: state.model,
    output: state.output,
    usage: state.usage === null ? null : usageObject(state.usage),
    background: false,
    previous_response_id: null,
    store: false,
    ...echoOf(asked),
  };
}

function echoOf(asked: Fields): Fields {
  const echo: Record<string, unknown> = {};
  for (const name in DEFAULTS) echo[name] = asked[name] ?? DEFAULTS[name];
  const text = recordOf(asked["text"]);
  return {
    ...echo,
    reasoning: { effort: null, summary: null, ...recordOf(asked["reasoning"]) },
    service_tier: serviceTier(asked["service_tier"]),
    text: { ...text, format: formatOf(text["format"]) },
    tools: Array.isArray(asked["tools"]) ? asked["tools"].map(echoTool) : [],
  };
}

function recordOf(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

function serviceTier(asked: unknown): string {
  return typeof asked === "string" && asked !== "auto" ? asked : "default";
}

function formatOf(format: unknown): unknown {
  if (!isRecord(format)) return { type: "text" };
  return format["type"] === "json_schema" ? { description: null, strict: false, ...format } : format;
}

function echoTool(tool: unknown): unknown {
  if (!isRecord(tool) || tool["type"] !== "function") return tool;
  return { description: null, parameters: null, strict: null, ...tool };
}

function usageObject(usage: Usage): Fields {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cachedInputTokens, cache_write_tokens: usage.cacheWriteTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
