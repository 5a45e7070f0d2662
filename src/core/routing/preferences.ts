import { isRecord } from "../json/is-record.ts";
import { parseRecord } from "../json/parse-record.ts";
import type { LinkedRoute, LinkedTarget } from "../policy/linked.ts";

/** What a caller prefers among a rule's targets. Names are providers, or `provider/model`. Prices in micro-USD per million. */
export interface Preferences {
  readonly order: readonly string[];
  readonly only: readonly string[];
  readonly ignore: readonly string[];
  readonly sort: "price" | "latency" | "throughput" | null;
  readonly maxInputMicroUsdPerMillion: number | null;
  readonly maxOutputMicroUsdPerMillion: number | null;
  /** Only targets that are told all of the request that would change the answer. */
  readonly requireParameters: boolean;
  /** Whether a target that `order` does not name may answer. */
  readonly allowFallbacks: boolean;
}

export type ReadPreferences =
  | { readonly kind: "read"; readonly preferences: Preferences }
  | { readonly kind: "refused"; readonly message: string };

const FIELDS = ["order", "only", "ignore", "sort", "max_price", "require_parameters", "allow_fallbacks"];
const SORTS = ["price", "latency", "throughput"] as const;
const MOST_NAMES = 32;
const LONGEST_HEADER = 4_096;

/**
 * Reads the header `x-fairlead-prefer`, a JSON object in OpenRouter's words.
 * @see https://openrouter.ai/docs/guides/routing/provider-selection
 */
export function readPreferences(text: string): ReadPreferences {
  const value = text.length > LONGEST_HEADER ? null : parseRecord(text);
  if (value === null) return refused(`it must be a JSON object of at most ${LONGEST_HEADER} characters`);
  const unknown = Object.keys(value).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) return refused(`it has no field '${unknown.slice(0, 64)}'; fields are ${FIELDS.join(", ")}`);
  const list = ["order", "only", "ignore"].find((name) => !isNames(value[name]));
  if (list !== undefined) return refused(`'${list}' must be a list of at most ${MOST_NAMES} names`);
  const sort = value["sort"] ?? null;
  if (sort !== null && !isSort(sort)) return refused(`'sort' must be one of ${SORTS.join(", ")}`);
  const flag = ["require_parameters", "allow_fallbacks"].find((name) => typeof (value[name] ?? true) !== "boolean");
  if (flag !== undefined) return refused(`'${flag}' must be true or false`);
  const prices = readPrices(value["max_price"]);
  if (prices === null) {
    return refused("'max_price' must be an object of 'prompt' and 'completion', US dollars per million tokens");
  }
  return {
    kind: "read",
    preferences: {
      order: namesOf(value["order"]),
      only: namesOf(value["only"]),
      ignore: namesOf(value["ignore"]),
      sort,
      maxInputMicroUsdPerMillion: microUsd(prices["prompt"]),
      maxOutputMicroUsdPerMillion: microUsd(prices["completion"]),
      requireParameters: value["require_parameters"] === true,
      allowFallbacks: value["allow_fallbacks"] !== false,
    },
  };
}

/** Why a target is out of the question for this caller; null when it is not. */
export function whyNotPreferred(target: LinkedTarget, preferences: Preferences): string | null {
  const { allowFallbacks, ignore, only, order } = preferences;
  if (only.length > 0 && !names(only, target)) return "the caller wants others only";
  if (names(ignore, target)) return "the caller wants it left out";
  if (!allowFallbacks && order.length > 0 && !names(order, target)) return "the caller wants no fallbacks";
  return isTooDear(target, preferences) ? "it costs more than the caller wants" : null;
}

/** The route as a request goes by it: nothing is dropped for a caller who may choose and wants only targets that are told all. */
export function routeFor(route: LinkedRoute, preferences: Preferences | null): LinkedRoute {
  const wantsAll = route.callerPreferences && preferences?.requireParameters === true;
  return wantsAll && route.unsupported === "Drop" ? { ...route, unsupported: "Refuse" } : route;
}

/** Whether a list names the target, by provider or by provider and model. */
export function names(list: readonly string[], { label }: LinkedTarget): boolean {
  return list.some((name) => name === label || label.startsWith(`${name}/`));
}

/** Whether a target costs more than a limit; one whose price is not known may cost anything. */
export function isTooDear(
  { price }: Pick<LinkedTarget, "price">,
  limits: Pick<Preferences, "maxInputMicroUsdPerMillion" | "maxOutputMicroUsdPerMillion">,
): boolean {
  const { maxInputMicroUsdPerMillion: input, maxOutputMicroUsdPerMillion: output } = limits;
  if (input === null && output === null) return false;
  if (price === null) return true;
  return (
    (input !== null && price.inputMicroUsdPerMillion > input) || (output !== null && price.outputMicroUsdPerMillion > output)
  );
}

function refused(why: string): ReadPreferences {
  return { kind: "refused", message: `'x-fairlead-prefer' cannot be read: ${why}.` };
}

function isNames(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) && value.length <= MOST_NAMES && value.every((name) => typeof name === "string");
}

function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}

function isSort(value: unknown): value is (typeof SORTS)[number] {
  return SORTS.some((name) => name === value);
}

/** What was said of prices; null for what is no such thing. */
function readPrices(value: unknown): Readonly<Record<string, unknown>> | null {
  const prices = value ?? {};
  return isRecord(prices) && isPrice(prices["prompt"]) && isPrice(prices["completion"]) ? prices : null;
}

function isPrice(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "number" && Number.isFinite(value) && value >= 0);
}

function microUsd(value: unknown): number | null {
  return typeof value === "number" ? Math.round(value * 1_000_000) : null;
}
