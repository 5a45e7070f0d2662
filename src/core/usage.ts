/**
 * Tokens of one answer. `inputTokens` includes cache reads and writes, `outputTokens` includes reasoning, whatever the
 * provider's own convention. `estimated` is true when we counted because no one reported.
 */
export interface Usage extends UsageParts {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly estimated: boolean;
}

/** Part of the above, where a provider counts it apart and it is not 0: some ask another price for it. */
export interface UsageParts {
  /** Of `cacheWriteTokens`, what is kept for an hour and not for minutes. */
  readonly cacheWriteHourTokens?: number;
  /** Of the input that is neither read from nor written to the cache. */
  readonly audioInputTokens?: number;
  readonly imageInputTokens?: number;
  readonly audioOutputTokens?: number;
  readonly imageOutputTokens?: number;
}

/** The parts that are not 0. */
export function partsOf(parts: UsageParts): UsageParts {
  return Object.fromEntries(Object.entries(parts).filter(([, tokens]) => tokens > 0));
}

/** A count no provider reaches honestly; what lies above it is treated as not reported. */
const PLAUSIBLE_TOKENS = 1_000_000_000;

/** A count of tokens as a provider reports it; null when absent or not plausible (negative, fractional, absurd). */
export function readTokens(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= PLAUSIBLE_TOKENS ? value : null;
}

/** Prices in micro-USD per million tokens (integers): 150_000 is $0.15 per million. Where a part has none, the whole's holds. */
export interface Price {
  readonly inputMicroUsdPerMillion: number;
  readonly outputMicroUsdPerMillion: number;
  readonly cachedInputMicroUsdPerMillion: number;
  /** Of input that the provider stores in its cache; the input price where storing costs nothing extra. */
  readonly cacheWriteMicroUsdPerMillion: number;
  readonly cacheWriteHourMicroUsdPerMillion?: number;
  readonly reasoningMicroUsdPerMillion?: number;
  readonly audioInputMicroUsdPerMillion?: number;
  readonly imageInputMicroUsdPerMillion?: number;
  readonly audioOutputMicroUsdPerMillion?: number;
  readonly imageOutputMicroUsdPerMillion?: number;
}

const MILLION = 1_000_000;

type Line = readonly [tokens: number, microUsdPerMillion: number];

/**
 * Cost of one answer in whole micro-USD, rounded up once so that a request is never free by rounding. Exact: a million
 * tokens at a thousand dollars are more than a double holds, so whole micro-USD per token and the rest are summed apart.
 */
export function costMicroUsd(usage: Usage, price: Price): number {
  let wholeMicroUsd = 0;
  let millionths = 0;
  for (const [tokens, microUsdPerMillion] of [...inputLines(usage, price), ...outputLines(usage, price)]) {
    const millionthsPerToken = microUsdPerMillion % MILLION;
    wholeMicroUsd += tokens * ((microUsdPerMillion - millionthsPerToken) / MILLION);
    millionths += tokens * millionthsPerToken;
  }
  return wholeMicroUsd + Math.ceil(millionths / MILLION);
}

function inputLines(usage: Usage, price: Price): readonly Line[] {
  const { audioInputTokens = 0, cacheWriteHourTokens = 0, cacheWriteTokens, cachedInputTokens, imageInputTokens = 0 } = usage;
  const input = price.inputMicroUsdPerMillion;
  const write = price.cacheWriteMicroUsdPerMillion;
  const freshTokens = usage.inputTokens - cachedInputTokens - cacheWriteTokens - audioInputTokens - imageInputTokens;
  return [
    [Math.max(0, freshTokens), input],
    [cachedInputTokens, price.cachedInputMicroUsdPerMillion],
    [Math.max(0, cacheWriteTokens - cacheWriteHourTokens), write],
    [cacheWriteHourTokens, price.cacheWriteHourMicroUsdPerMillion ?? write],
    [audioInputTokens, price.audioInputMicroUsdPerMillion ?? input],
    [imageInputTokens, price.imageInputMicroUsdPerMillion ?? input],
  ];
}

function outputLines(usage: Usage, price: Price): readonly Line[] {
  const { audioOutputTokens = 0, imageOutputTokens = 0, outputTokens, reasoningTokens } = usage;
  const output = price.outputMicroUsdPerMillion;
  return [
    [Math.max(0, outputTokens - reasoningTokens - audioOutputTokens - imageOutputTokens), output],
    [reasoningTokens, price.reasoningMicroUsdPerMillion ?? output],
    [audioOutputTokens, price.audioOutputMicroUsdPerMillion ?? output],
    [imageOutputTokens, price.imageOutputMicroUsdPerMillion ?? output],
  ];
}

/** Characters per token in mixed English text; the estimate is flagged wherever it is used. */
const CHARACTERS_PER_TOKEN = 4;

/** Our own count when no one reported usage: a rough estimate, and always flagged `estimated`. */
export function estimateUsage(inputCharacters: number, outputCharacters: number): Usage {
  return {
    inputTokens: Math.ceil(inputCharacters / CHARACTERS_PER_TOKEN),
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: Math.ceil(outputCharacters / CHARACTERS_PER_TOKEN),
    reasoningTokens: 0,
    estimated: true,
  };
}
