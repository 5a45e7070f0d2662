import { partsOf, type Usage } from "./usage.ts";

/** What a request and its answer show of how much can have been used. */
export interface UsageBounds {
  /** Of the request's body. */
  readonly inputText: string;
  readonly outputCharacters: number;
  readonly choices: number;
  /** What the caller allows one choice; null where nothing is said. */
  readonly maxOutputTokens: number | null;
  readonly model: {
    readonly contextTokens: number | null;
    readonly maxOutputTokens: number | null;
    /** It may think without showing it, or nobody knows. */
    readonly mayReason: boolean;
  };
}

/** More than any tokenizer makes of ordinary text, in any language. */
const TOKENS_PER_CHARACTER = 2;
/** Prompts that providers put around a request: roles, tools, rules. */
const SURROUNDING_TOKENS = 2_000;
/** Longer than any model's where its own is not known. */
const LONGEST_CONTEXT_TOKENS = 2_000_000;
const LONGEST_THOUGHT_TOKENS = 128_000;
/** Some count thoughts beside what `max_tokens` limits. */
const MAX_TOKENS_FACTOR = 2;

/** As JSON members and values: what a request only refers to may be much longer than the request. */
const REFERENCES = [
  '"image',
  '"input_image',
  '"file',
  '"input_file',
  '"inlineData"',
  '"inline_data"',
  '"audio',
  '"input_audio',
  '"video',
  '"document"',
  '"previous_response_id"',
  '"conversation"',
  '"cachedContent"',
  '"cached_content"',
  '"prompt":{',
  '"prompt": {',
  '"mcp',
  '"web_',
  '"google',
  '"url',
  '"code_',
  '"computer',
];

/**
 * What is charged of a usage that was reported: as much of it as the request and its answer can have needed. Parts are never
 * more than their whole. The same object where it is believed as it is.
 */
export function believe(reported: Usage, bounds: UsageBounds): Usage {
  const inputTokens = Math.min(reported.inputTokens, mostInput(reported.inputTokens, bounds));
  const outputTokens = Math.min(reported.outputTokens, mostOutput(bounds));
  const isCapped = inputTokens < reported.inputTokens || outputTokens < reported.outputTokens;
  if (!isCapped && isCoherent(reported)) return reported;
  return { ...within(reported, inputTokens, outputTokens), estimated: reported.estimated || isCapped };
}

function mostInput(reported: number, { inputText, model }: UsageBounds): number {
  const most = inputText.length * TOKENS_PER_CHARACTER + SURROUNDING_TOKENS;
  if (reported <= most || !REFERENCES.some((reference) => inputText.includes(reference))) return most;
  return Math.max(most, model.contextTokens ?? LONGEST_CONTEXT_TOKENS);
}

function mostOutput({ choices, maxOutputTokens, model, outputCharacters }: UsageBounds): number {
  const shown = outputCharacters * TOKENS_PER_CHARACTER + SURROUNDING_TOKENS;
  const thoughts = model.mayReason ? choices * (model.maxOutputTokens ?? LONGEST_THOUGHT_TOKENS) : 0;
  const allowed = maxOutputTokens === null ? Number.POSITIVE_INFINITY : choices * maxOutputTokens * MAX_TOKENS_FACTOR;
  // A limit below what was shown was not kept to: what was shown is there.
  return Math.max(Math.min(shown + thoughts, allowed), outputCharacters * TOKENS_PER_CHARACTER);
}

function isCoherent(usage: Usage): boolean {
  const { audioInputTokens = 0, cacheWriteTokens, cachedInputTokens, imageInputTokens = 0, inputTokens, outputTokens } = usage;
  const { audioOutputTokens = 0, cacheWriteHourTokens = 0, imageOutputTokens = 0, reasoningTokens } = usage;
  return (
    cachedInputTokens + cacheWriteTokens + audioInputTokens + imageInputTokens <= inputTokens &&
    cacheWriteHourTokens <= cacheWriteTokens &&
    reasoningTokens + audioOutputTokens + imageOutputTokens <= outputTokens
  );
}

/** Every part cut to what its whole has left for it. */
function within(usage: Usage, inputTokens: number, outputTokens: number): Usage {
  const { audioInputTokens, audioOutputTokens, cacheWriteHourTokens, imageInputTokens, imageOutputTokens } = usage;
  const [cachedInputTokens = 0, cacheWriteTokens = 0, audioInput = 0, imageInput = 0] = cut(
    [usage.cachedInputTokens, usage.cacheWriteTokens, audioInputTokens, imageInputTokens],
    inputTokens,
  );
  const [reasoningTokens = 0, audioOutput = 0, imageOutput = 0] = cut(
    [usage.reasoningTokens, audioOutputTokens, imageOutputTokens],
    outputTokens,
  );
  return {
    inputTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens,
    reasoningTokens,
    ...partsOf({
      cacheWriteHourTokens: Math.min(cacheWriteHourTokens ?? 0, cacheWriteTokens),
      audioInputTokens: audioInput,
      imageInputTokens: imageInput,
      audioOutputTokens: audioOutput,
      imageOutputTokens: imageOutput,
    }),
    estimated: usage.estimated,
  };
}

function cut(parts: readonly (number | undefined)[], whole: number): readonly number[] {
  let left = whole;
  return parts.map((part = 0) => {
    const kept = Math.min(part, left);
    left -= kept;
    return kept;
  });
}
