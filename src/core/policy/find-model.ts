import { CAPABILITIES, type Capability } from "../capability.ts";
import type { Price } from "../usage.ts";
import type { CatalogueRow } from "./catalogue.ts";
import type { ProviderEntry } from "./compile-provider.ts";
import type { CompiledTarget } from "./compiled.ts";
import type { LLMProvider } from "./schema/llm-provider.ts";
import { toMicroUsd } from "./schema/quantities.ts";

type ModelSpec = NonNullable<LLMProvider["spec"]["models"]>[number];

/** What is known of a model; null where nothing is. */
export type ModelFacts = Pick<CompiledTarget, "price" | "capabilities" | "contextTokens" | "maxOutputTokens">;

export const NOTHING_KNOWN: ModelFacts = { price: null, capabilities: null, contextTokens: null, maxOutputTokens: null };

/** Whether `pattern` names `model`: itself, or a prefix that ends in `*`. */
export function matchesModel(pattern: string, model: string): boolean {
  return pattern.endsWith("*") ? model.startsWith(pattern.slice(0, -1)) : pattern === model;
}

/** Models a provider's targets may name; null when any name is legal. */
export function listedModels({ object, row }: ProviderEntry): readonly string[] | null {
  const { models } = object.body.spec;
  if (models !== undefined) return models.map(({ name }) => name);
  return row === null || row.offersMore ? null : Object.keys(row.models);
}

/** Each fact from the provider's own entry, then its longest pattern that states it, then the catalogue. */
export function findFacts({ object, row }: ProviderEntry, model: string): ModelFacts {
  const own = (object.body.spec.models ?? [])
    .filter(({ name }) => matchesModel(name, model))
    .toSorted((left, right) => specificity(right.name) - specificity(left.name));
  const known = knownFacts(row, model);
  const price = firstStated(own, "price");
  const capabilities = firstStated(own, "capabilities");
  return {
    price: price === undefined ? known.price : toPrice(price),
    capabilities: capabilities === undefined ? known.capabilities : inOrder(capabilities),
    contextTokens: firstStated(own, "contextTokens") ?? known.contextTokens,
    maxOutputTokens: firstStated(own, "maxOutputTokens") ?? known.maxOutputTokens,
  };
}

function firstStated<Fact extends keyof ModelSpec>(entries: readonly ModelSpec[], fact: Fact): ModelSpec[Fact] | undefined {
  return entries.find((entry) => entry[fact] !== undefined)?.[fact];
}

/** What the catalogue says: of the model itself or, of its abilities alone, of everything the provider offers. */
function knownFacts(row: CatalogueRow | null, model: string): ModelFacts {
  const known = row !== null && Object.hasOwn(row.models, model) ? row.models[model] : undefined;
  const capabilities = known?.capabilities ?? row?.capabilities ?? null;
  const { price, contextTokens, maxOutputTokens } = known ?? NOTHING_KNOWN;
  return { price, contextTokens, maxOutputTokens, capabilities: capabilities === null ? null : inOrder(capabilities) };
}

/** Each once, in the order of their table: equal sets compile to equal documents. */
export function inOrder(capabilities: readonly Capability[]): readonly Capability[] {
  return CAPABILITIES.filter((name) => capabilities.includes(name));
}

function specificity(pattern: string): number {
  return pattern.endsWith("*") ? pattern.length - 1 : Number.POSITIVE_INFINITY;
}

function toPrice(price: NonNullable<ModelSpec["price"]>): Price {
  return {
    inputMicroUsdPerMillion: toMicroUsd(price.inputPerMillion),
    outputMicroUsdPerMillion: toMicroUsd(price.outputPerMillion),
    cachedInputMicroUsdPerMillion: toMicroUsd(price.cachedInputPerMillion ?? price.inputPerMillion),
    cacheWriteMicroUsdPerMillion: toMicroUsd(price.cacheWritePerMillion ?? price.inputPerMillion),
    ...partPrices(price),
  };
}

/** Of the parts that have a price of their own. */
function partPrices(price: NonNullable<ModelSpec["price"]>): Partial<Price> {
  const stated = {
    cacheWriteHourMicroUsdPerMillion: price.cacheWriteHourPerMillion,
    reasoningMicroUsdPerMillion: price.reasoningPerMillion,
    audioInputMicroUsdPerMillion: price.audioInputPerMillion,
    imageInputMicroUsdPerMillion: price.imageInputPerMillion,
    audioOutputMicroUsdPerMillion: price.audioOutputPerMillion,
    imageOutputMicroUsdPerMillion: price.imageOutputPerMillion,
  };
  return Object.fromEntries(
    Object.entries(stated).flatMap(([name, usd]) => (usd === undefined ? [] : [[name, toMicroUsd(usd)]])),
  );
}
