import type { Capability } from "../../core/capability.ts";
import type { CatalogueModel } from "../../core/policy/catalogue.ts";

/** Models by the name their provider uses. */
export type PriceTable = Readonly<Record<string, CatalogueModel>>;

/** A model as its row states it. */
export interface StatedModel {
  /** Context window and, where it is smaller, the longest answer. */
  readonly tokens: readonly [context: number, output?: number];
  /**
   * US dollars per million tokens, as on the page. Cached input and cache write cost what fresh input does where the page does
   * not say otherwise.
   */
  readonly usd: readonly [input: number, output: number, cachedInput?: number, cacheWrite?: number];
  /** Everything it can do beyond plain text; null when that is not known for certain. */
  readonly can: readonly Capability[] | null;
  /** Where it differs from its table's. */
  readonly asOf?: string;
}

/**
 * Makes rows of one price page: `source` states the prices, and did so on the day `asOf`. `hourFactor`: keeping input for an
 * hour in the cache costs so many times what it costs fresh, where that is another price than the cache write's.
 */
export function statedBy(source: string, asOf: string, hourFactor?: number): (model: StatedModel) => CatalogueModel {
  return ({ tokens: [contextTokens, output], usd, can, asOf: ownDay }) => {
    const [inputUsd, outputUsd, cachedUsd = inputUsd, writeUsd = inputUsd] = usd;
    return {
      contextTokens,
      maxOutputTokens: output ?? null,
      price: {
        inputMicroUsdPerMillion: microUsd(inputUsd),
        outputMicroUsdPerMillion: microUsd(outputUsd),
        cachedInputMicroUsdPerMillion: microUsd(cachedUsd),
        cacheWriteMicroUsdPerMillion: microUsd(writeUsd),
        ...(hourFactor === undefined ? {} : { cacheWriteHourMicroUsdPerMillion: microUsd(inputUsd * hourFactor) }),
      },
      capabilities: can,
      source,
      asOf: ownDay ?? asOf,
    };
  };
}

function microUsd(usd: number): number {
  return Math.round(usd * 1_000_000);
}
