/**
 * Tokens of one answer. `inputTokens` includes cache reads and writes, `outputTokens` includes reasoning,
 * whatever the provider's own convention. `estimated` is true when we counted because no one reported.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly estimated: boolean;
}

/** A count no provider reaches honestly; what lies above it is treated as not reported. */
const PLAUSIBLE_TOKENS = 1_000_000_000;

/** A count of tokens as a provider reports it; null when absent or not plausible (negative, fractional, absurd). */
export function readTokens(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= PLAUSIBLE_TOKENS ? value : null;
}

/** Prices in micro-USD per million tokens (integers): 150_000 is $0.15 per million. */
export interface Price {
  readonly inputMicroUsdPerMillion: number;
  readonly outputMicroUsdPerMillion: number;
  readonly cachedInputMicroUsdPerMillion: number;
  /** Of input that the provider stores in its cache; the input price where storing costs nothing extra. */
  readonly cacheWriteMicroUsdPerMillion: number;
}

const MILLION = 1_000_000;

/**
 * Cost of one answer in whole micro-USD, rounded up once so that a request is never free by rounding. Exact: a million
 * tokens at a thousand dollars are more than a double holds, so whole micro-USD per token and the rest are summed apart.
 */
export function costMicroUsd(usage: Usage, price: Price): number {
  const freshTokens = Math.max(0, usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteTokens);
  const parts = [
    [freshTokens, price.inputMicroUsdPerMillion],
    [usage.cachedInputTokens, price.cachedInputMicroUsdPerMillion],
    [usage.cacheWriteTokens, price.cacheWriteMicroUsdPerMillion],
    [usage.outputTokens, price.outputMicroUsdPerMillion],
  ] as const;
  let wholeMicroUsd = 0;
  let millionths = 0;
  for (const [tokens, microUsdPerMillion] of parts) {
    const millionthsPerToken = microUsdPerMillion % MILLION;
    wholeMicroUsd += tokens * ((microUsdPerMillion - millionthsPerToken) / MILLION);
    millionths += tokens * millionthsPerToken;
  }
  return wholeMicroUsd + Math.ceil(millionths / MILLION);
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
