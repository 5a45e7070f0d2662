import type { Block, CacheMark, Extra } from "./block.ts";

/** One turn. Tool results are blocks of a user turn, first in it. */
export interface Turn {
  readonly role: "system" | "developer" | "user" | "assistant";
  readonly blocks: readonly Block[];
  /** The speaker's name, where the caller gave one. */
  readonly name?: string;
  /** OpenAI's `commentary` / `final_answer`, which must be replayed. */
  readonly phase?: string;
  readonly extra?: Extra;
}

export type Tool =
  | {
      readonly kind: "function";
      readonly name: string;
      readonly description: string | null;
      /** JSON Schema of the arguments, as it came; null when the tool takes none. */
      readonly schema: unknown;
      readonly strict: boolean | null;
      readonly cache?: CacheMark;
      readonly extra?: Extra;
    }
  | { readonly kind: "custom"; readonly name: string; readonly description: string | null; readonly format: unknown }
  /** A tool the provider runs itself; `raw` is usable by backends of that dialect alone. */
  | { readonly kind: "server"; readonly dialect: string; readonly type: string; readonly raw: unknown };

export type ToolChoice =
  | { readonly kind: "auto" | "none" | "required" }
  | { readonly kind: "tool"; readonly name: string }
  | { readonly kind: "subset"; readonly mode: "auto" | "required"; readonly names: readonly string[] };

export type OutputFormat =
  | { readonly kind: "json_object" }
  | {
      readonly kind: "json_schema";
      readonly name: string | null;
      readonly description: string | null;
      readonly schema: unknown;
      readonly strict: boolean | null;
    };

export type Effort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max";

/** What was asked of thinking. `budgetTokens` where the caller gave a number, `effort` where it gave a word. */
export interface ReasoningWish {
  readonly effort: Effort | null;
  readonly budgetTokens: number | null;
  /** Whether the caller wants to see thoughts or a summary; null when it did not say. */
  readonly visible: boolean | null;
  /** Anthropic's `adaptive`: the model decides. */
  readonly adaptive: boolean;
}

/** Sampling and limits; null where the caller said nothing. */
export interface Sampling {
  readonly maxOutputTokens: number | null;
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly topK: number | null;
  readonly stop: readonly string[];
  readonly seed: number | null;
  readonly presencePenalty: number | null;
  readonly frequencyPenalty: number | null;
  readonly logitBias: Readonly<Record<string, unknown>> | null;
  readonly logprobs: boolean | null;
  readonly topLogprobs: number | null;
}

/**
 * A chat request in no dialect: what every surface reads into and every backend writes from. Unknown fields stay in `extra`
 * and reach only a backend of the surface's own dialect.
 */
export interface ChatRequest {
  readonly stream: boolean;
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice | null;
  /** False forbids parallel calls. */
  readonly parallelTools: boolean | null;
  readonly sampling: Sampling;
  readonly choices: number;
  readonly output: OutputFormat | null;
  /** What the answer may hold beside text: `audio`, `image`. */
  readonly modalities: readonly string[];
  readonly reasoning: ReasoningWish | null;
  readonly verbosity: string | null;
  readonly serviceTier: string | null;
  /** An opaque id of the end user. */
  readonly user: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  /** OpenAI's key that routes requests to the same prompt cache. */
  readonly promptCacheKey: string | null;
  /** Anthropic's automatic caching of the whole request. */
  readonly cache: CacheMark | null;
  readonly extra: Extra;
}

export const NO_SAMPLING: Sampling = {
  maxOutputTokens: null,
  temperature: null,
  topP: null,
  topK: null,
  stop: [],
  seed: null,
  presencePenalty: null,
  frequencyPenalty: null,
  logitBias: null,
  logprobs: null,
  topLogprobs: null,
};
