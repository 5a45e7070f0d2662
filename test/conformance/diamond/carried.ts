import type { SurfaceName } from "./heard.ts";

/** What a client can be told of an answer. Everything it can be told is compared. */
export interface Carried {
  /** Thoughts as text. */
  readonly reasoning: boolean;
  readonly toolCalls: boolean;
  /** Calls of free-form tools; elsewhere they are functions of one string `input`. */
  readonly customTools: boolean;
  readonly cacheRead: boolean;
  readonly reasoningTokens: boolean;
  /** What a finish of `normalized` may be heard as, `raised` for an error; itself where nothing is said. */
  readonly finishes: Readonly<Record<string, readonly string[]>>;
}

const EVERYTHING: Carried = {
  reasoning: true,
  toolCalls: true,
  customTools: false,
  cacheRead: true,
  reasoningTokens: true,
  finishes: {},
};

/** `other` is a turn that stopped for the provider's own reasons; `error` a call that the model wrote wrongly. */
const NO_OTHER = { other: ["stop"], error: ["raised"] };

const BY_SURFACE: Readonly<Record<SurfaceName, Carried>> = {
  "openai-chat": { ...EVERYTHING, customTools: true, finishes: NO_OTHER },
  "openai-responses": { ...EVERYTHING, customTools: true, finishes: NO_OTHER },
  "openai-completions": { ...EVERYTHING, reasoning: false, toolCalls: false, finishes: { ...NO_OTHER, tool_calls: ["stop"] } },
  "anthropic-messages": { ...EVERYTHING, finishes: { other: ["other", "stop"], error: ["raised"] } },
  gemini: EVERYTHING,
};

/** What stands for an image or a sound where a client's format has no place for it. */
export const LEFT_OUT = /\[(?:image|audio|video|file)[^\]]* left out: [^\]]*\]/g;

/** Where a client tells less than its surface can say. */
const BY_DRIVER: Readonly<Record<string, Partial<Carried>>> = {
  "ai openai chat": { reasoning: false, customTools: false },
};

/** What one client can be told. */
export function carriedBy(driver: { readonly name: string; readonly surface: SurfaceName }): Carried {
  return { ...BY_SURFACE[driver.surface], ...BY_DRIVER[driver.name] };
}
