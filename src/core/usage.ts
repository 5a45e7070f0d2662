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

/** One kind of tokens that has a price of its own. */
interface Line {
  readonly tokens: (usage: Usage) => number;
  readonly price: (price: Price) => number;
}

const LINES: readonly Line[] = [
  {
    tokens: ({ audioInputTokens = 0, cacheWriteTokens, cachedInputTokens, imageInputTokens = 0, inputTokens }) =>
      inputTokens - cachedInputTokens - cacheWriteTokens - audioInputTokens - imageInputTokens,
    price: ({ inputMicroUsdPerMillion }) => inputMicroUsdPerMillion,
  },
  {
    tokens: ({ cachedInputTokens }) => cachedInputTokens,
    price: ({ cachedInputMicroUsdPerMillion }) => cachedInputMicroUsdPerMillion,
  },
  {
    tokens: ({ cacheWriteHourTokens = 0, cacheWriteTokens }) => cacheWriteTokens - cacheWriteHourTokens,
    price: ({ cacheWriteMicroUsdPerMillion }) => cacheWriteMicroUsdPerMillion,
  },
  {
    tokens: ({ cacheWriteHourTokens = 0 }) => cacheWriteHourTokens,
    price: (price) => price.cacheWriteHourMicroUsdPerMillion ?? price.cacheWriteMicroUsdPerMillion,
  },
  {
    tokens: ({ audioInputTokens = 0 }) => audioInputTokens,
    price: (price) => price.audioInputMicroUsdPerMillion ?? price.inputMicroUsdPerMillion,
  },
  {
    tokens: ({ imageInputTokens = 0 }) => imageInputTokens,
    price: (price) => price.imageInputMicroUsdPerMillion ?? price.inputMicroUsdPerMillion,
  },
  {
    tokens: ({ audioOutputTokens = 0, imageOutputTokens = 0, outputTokens, reasoningTokens }) =>
      outputTokens - reasoningTokens - audioOutputTokens - imageOutputTokens,
    price: ({ outputMicroUsdPerMillion }) => outputMicroUsdPerMillion,
  },
  {
    tokens: ({ reasoningTokens }) => reasoningTokens,
    price: (price) => price.reasoningMicroUsdPerMillion ?? price.outputMicroUsdPerMillion,
  },
  {
    tokens: ({ audioOutputTokens = 0 }) => audioOutputTokens,
    price: (price) => price.audioOutputMicroUsdPerMillion ?? price.outputMicroUsdPerMillion,
  },
  {
    tokens: ({ imageOutputTokens = 0 }) => imageOutputTokens,
    price: (price) => price.imageOutputMicroUsdPerMillion ?? price.outputMicroUsdPerMillion,
  },
];

/**
 * Cost of one answer in whole micro-USD, rounded up once so that a request is never free by rounding. Exact: a million
 * tokens at a thousand dollars are more than a double holds, so whole micro-USD per token and the rest are summed apart.
 * Nothing is allocated: each request asks for every target that it might go to.
 */
export function costMicroUsd(usage: Usage, price: Price): number {
  let wholeMicroUsd = 0;
  let millionths = 0;
  for (const line of LINES) {
    const tokens = line.tokens(usage);
    if (tokens <= 0) continue;
    const microUsdPerMillion = line.price(price);
    const millionthsPerToken = microUsdPerMillion % MILLION;
    wholeMicroUsd += tokens * ((microUsdPerMillion - millionthsPerToken) / MILLION);
    millionths += tokens * millionthsPerToken;
  }
  return wholeMicroUsd + Math.ceil(millionths / MILLION);
}

/** Characters per token in mixed English text; the estimate is flagged wherever it is used. */
const CHARACTERS_PER_TOKEN = 4;

/** How much shorter than by our own count an answer may be reported to be: a model that shows its thoughts counts them apart. */
const SHOWN_THOUGHTS_FACTOR = 2;

/**
 * A count that says nothing of the output that is there is nobody's count: ours takes its place, flagged. The same object
 * where something was counted.
 */
export function withOutput(usage: Usage, outputCharacters: number): Usage {
  const counted = Math.ceil(outputCharacters / CHARACTERS_PER_TOKEN);
  const isCounted = usage.outputTokens > usage.reasoningTokens || counted <= usage.outputTokens * SHOWN_THOUGHTS_FACTOR;
  return isCounted ? usage : { ...usage, outputTokens: counted, estimated: true };
}

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
