import type { Price } from "../usage.ts";
import type { ProviderEntry } from "./compile-provider.ts";
import type { LLMProvider } from "./schema/llm-provider.ts";
import { toMicroUsd } from "./schema/quantities.ts";

type ModelSpec = NonNullable<LLMProvider["spec"]["models"]>[number];

/** Whether `pattern` names `model`: itself, or a prefix that ends in `*`. */
export function matchesModel(pattern: string, model: string): boolean {
  return pattern.endsWith("*") ? model.startsWith(pattern.slice(0, -1)) : pattern === model;
}

/** Models a provider's targets may name; null when any name is legal. */
export function listedModels({ object, row }: ProviderEntry): readonly string[] | null {
  const { models } = object.body.spec;
  if (models !== undefined) return models.map(({ name }) => name);
  const known = Object.keys(row?.models ?? {});
  return known.length === 0 ? null : known;
}

/** The price of a model: the provider's own entry, then its longest pattern, then the catalogue; null when unknown. */
export function findPrice({ object, row }: ProviderEntry, model: string): Price | null {
  const own = (object.body.spec.models ?? [])
    .filter(({ name, price }) => price !== undefined && matchesModel(name, model))
    .toSorted((left, right) => specificity(right.name) - specificity(left.name))[0];
  if (own?.price !== undefined) return toPrice(own.price);
  return row !== null && Object.hasOwn(row.models, model) ? (row.models[model]?.price ?? null) : null;
}

function specificity(pattern: string): number {
  return pattern.endsWith("*") ? pattern.length - 1 : Number.POSITIVE_INFINITY;
}

function toPrice(price: NonNullable<ModelSpec["price"]>): Price {
  return {
    inputMicroUsdPerMillion: toMicroUsd(price.inputPerMillion),
    outputMicroUsdPerMillion: toMicroUsd(price.outputPerMillion),
    cachedInputMicroUsdPerMillion: toMicroUsd(price.cachedInputPerMillion ?? price.inputPerMillion),
  };
}
