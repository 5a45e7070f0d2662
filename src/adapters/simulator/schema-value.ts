import { isRecord, type JsonRecord } from "./json.ts";
import { choose } from "./seed.ts";

/** Deeper than any schema in use; recursion ends here. */
const MAX_DEPTH = 12;
/** Values in one document; a schema that multiplies itself gets nulls from there on. */
const MAX_VALUES = 2_000;
const MAX_ITEMS = 64;
const MAX_TEXT_CHARACTERS = 4_096;
/** Below this depth only required properties are written, so that recursive schemas end. */
const OPTIONAL_DEPTH = 4;

const FORMATS: ReadonlyMap<unknown, string> = new Map([
  ["date", "2026-01-01"],
  ["time", "12:00:00Z"],
  ["date-time", "2026-01-01T12:00:00Z"],
  ["email", "sample@example.com"],
  ["hostname", "example.com"],
  ["ipv4", "192.0.2.1"],
  ["ipv6", "2001:db8::1"],
  ["uri", "https://example.com/"],
  ["uuid", "00000000-0000-4000-8000-000000000000"],
]);

interface Place {
  readonly root: unknown;
  readonly name: string;
  readonly seed: number;
  readonly depth: number;
  /** Values written so far, shared by the whole document. */
  readonly written: { count: number };
}

/**
 * A value that satisfies the schema: types, enum, const, required, bounds of lengths and numbers, local `$ref`, the first
 * of `anyOf` / `oneOf`, and `allOf` merged. `pattern`, `not` and conditionals are not looked at.
 * @see https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 */
export function valueOfSchema(schema: unknown, seed: number): unknown {
  return valueAt(schema, { root: schema, name: "value", seed, depth: 0, written: { count: 0 } });
}

function valueAt(schema: unknown, place: Place): unknown {
  if (!isRecord(schema)) return sampleText(place.name);
  place.written.count += 1;
  if (place.depth > MAX_DEPTH || place.written.count > MAX_VALUES) return null;
  if ("const" in schema) return schema["const"];
  const options = schema["enum"];
  if (Array.isArray(options) && options.length > 0) return choose<unknown>(place.seed, options[0], ...options.slice(1));
  const replacement = replaceSchema(schema, place.root);
  if (replacement !== null) return valueAt(replacement, { ...place, depth: place.depth + 1 });
  return valueOfType(schema, place);
}

/** The schema that stands in for one that only refers to others; null when it describes a value itself. */
function replaceSchema(schema: JsonRecord, root: unknown): unknown {
  if (typeof schema["$ref"] === "string") return resolveReference(schema["$ref"], root);
  for (const keyword of ["anyOf", "oneOf"]) {
    const alternatives = schema[keyword];
    if (!Array.isArray(alternatives)) continue;
    return alternatives.find((alternative) => !isRecord(alternative) || alternative["type"] !== "null") ?? { type: "null" };
  }
  if (!Array.isArray(schema["allOf"])) return null;
  const { allOf: parts, ...own } = schema;
  return listOf(parts).reduce<JsonRecord>((merged, part) => mergeSchemas(merged, part, root), own);
}

function mergeSchemas(left: JsonRecord, right: unknown, root: unknown): JsonRecord {
  const part = isRecord(right) && typeof right["$ref"] === "string" ? resolveReference(right["$ref"], root) : right;
  if (!isRecord(part)) return left;
  return {
    ...left,
    ...part,
    properties: { ...recordOf(left["properties"]), ...recordOf(part["properties"]) },
    required: [...listOf(left["required"]), ...listOf(part["required"])],
  };
}

/** Follows `#/a/b` inside the root schema; an unknown place accepts anything. */
function resolveReference(reference: string, root: unknown): unknown {
  const steps = reference.split("/").slice(1);
  return steps.reduce<unknown>((schema, step) => {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    return isRecord(schema) && Object.hasOwn(schema, name) ? schema[name] : {};
  }, root);
}

function valueOfType(schema: JsonRecord, place: Place): unknown {
  switch (typeOf(schema)) {
    case "object":
      return objectOf(schema, place);
    case "array":
      return arrayOf(schema, place);
    case "integer":
    case "number":
      return numberOf(schema, place.seed);
    case "boolean":
      return choose(place.seed, true, false);
    case "null":
      return null;
    default:
      return textOf(schema, place.name);
  }
}

function typeOf(schema: JsonRecord): unknown {
  const type = schema["type"];
  if (Array.isArray(type)) return type.find((name) => name !== "null") ?? "null";
  if (type !== undefined) return type;
  if (isRecord(schema["properties"])) return "object";
  return "items" in schema ? "array" : "string";
}

function objectOf(schema: JsonRecord, place: Place): JsonRecord {
  const properties = recordOf(schema["properties"]);
  const required = listOf(schema["required"]).filter((name) => typeof name === "string");
  const names = place.depth < OPTIONAL_DEPTH ? new Set([...Object.keys(properties), ...required]) : new Set(required);
  const entries = [...names].map((name, index): [string, unknown] => {
    const inside = { ...place, name, seed: place.seed + index, depth: place.depth + 1 };
    return [name, valueAt(Object.hasOwn(properties, name) ? properties[name] : {}, inside)];
  });
  return Object.fromEntries(entries);
}

function arrayOf(schema: JsonRecord, place: Place): readonly unknown[] {
  const length = Math.min(MAX_ITEMS, numericOf(schema["maxItems"], MAX_ITEMS), Math.max(1, numericOf(schema["minItems"], 1)));
  return Array.from({ length }, (_, index) =>
    valueAt(schema["items"], { ...place, seed: place.seed + index, depth: place.depth + 1 }),
  );
}

/** Whole multiples of the step inside the bounds; without a step the middle of the bounds, which no bound excludes. */
function numberOf(schema: JsonRecord, seed: number): number {
  const low = Math.max(numericOf(schema["minimum"], -Infinity), numericOf(schema["exclusiveMinimum"], -Infinity));
  const high = Math.min(numericOf(schema["maximum"], Infinity), numericOf(schema["exclusiveMaximum"], Infinity));
  const step = numericOf(schema["multipleOf"], typeOf(schema) === "integer" ? 1 : 0);
  if (step <= 0) return between(low, high, seed);
  const first = Math.ceil(low / step) + (schema["exclusiveMinimum"] === Math.ceil(low / step) * step ? 1 : 0);
  const last = Math.floor(high / step) - (schema["exclusiveMaximum"] === Math.floor(high / step) * step ? 1 : 0);
  return Math.min(last, Math.max(first, seed % 100)) * step;
}

function between(low: number, high: number, seed: number): number {
  if (low === -Infinity && high === Infinity) return seed % 100;
  if (high === Infinity) return low + 1;
  return low === -Infinity ? high - 1 : (low + high) / 2;
}

function textOf(schema: JsonRecord, name: string): string {
  const text = FORMATS.get(schema["format"]) ?? sampleText(name);
  const longEnough = text.padEnd(Math.min(MAX_TEXT_CHARACTERS, numericOf(schema["minLength"], 0)), ".");
  return longEnough.slice(0, numericOf(schema["maxLength"], longEnough.length));
}

function sampleText(name: string): string {
  return `sample ${name}`;
}

function recordOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function numericOf(value: unknown, fallback: number): number {
  return typeof value === "number" && Number.isFinite(value) ? value : fallback;
}
