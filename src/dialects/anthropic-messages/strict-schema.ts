import { writeJson } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Limits that the API's grammar does not know and refuses. */
const LIMITS: ReadonlySet<string> = new Set([
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
]);
/** String formats it knows. */
const FORMATS: ReadonlySet<unknown> = new Set([
  "date-time",
  "time",
  "date",
  "duration",
  "email",
  "hostname",
  "uri",
  "ipv4",
  "ipv6",
  "uuid",
]);
/** Keywords whose value is a list of schemas, or schemas by name. */
const LISTS: ReadonlySet<string> = new Set(["anyOf", "allOf", "oneOf"]);
const MAPS: ReadonlySet<string> = new Set(["properties", "$defs", "definitions"]);

interface StrictSchema {
  readonly schema: unknown;
  /** A limit could not be kept as one: it stands in a description. */
  readonly isLoosened: boolean;
}

/**
 * A schema as structured outputs take it: every object closed, and limits that cannot be enforced said in the description.
 * @see https://platform.claude.com/docs/en/build-with-claude/structured-outputs
 */
export function strictSchema(schema: unknown): StrictSchema {
  const state = { isLoosened: false };
  return { schema: tidy(schema, state), ...state };
}

function tidy(value: unknown, state: { isLoosened: boolean }): unknown {
  if (!isRecord(value)) return value;
  const tidied: Record<string, unknown> = {};
  const limits: string[] = [];
  for (const [keyword, item] of Object.entries(value)) {
    if (isLimit(keyword, item)) limits.push(`${keyword}: ${writeJson(item)}`);
    else if (keyword !== "$schema") tidied[nameOf(keyword, value)] = tidyKeyword(keyword, item, state);
  }
  if (isObjectSchema(value)) tidied["additionalProperties"] ??= false;
  if (limits.length === 0) return tidied;
  state.isLoosened = true;
  return { ...tidied, description: describe(value["description"], limits) };
}

/** Of several forms exactly one cannot be asked, any one can. */
function nameOf(keyword: string, schema: Schema): string {
  return keyword === "oneOf" && schema["anyOf"] === undefined ? "anyOf" : keyword;
}

function describe(description: unknown, limits: readonly string[]): string {
  const said = typeof description === "string" ? `${description} ` : "";
  return `${said}{${limits.join(", ")}}`;
}

/** A list may have to hold nothing or something; more than that cannot be asked. */
function isLimit(keyword: string, value: unknown): boolean {
  if (keyword === "minItems") return value !== 0 && value !== 1;
  return LIMITS.has(keyword) || (keyword === "format" && !FORMATS.has(value));
}

function tidyKeyword(keyword: string, value: unknown, state: { isLoosened: boolean }): unknown {
  if (keyword === "items") return tidy(value, state);
  if (LISTS.has(keyword) && Array.isArray(value)) return value.map((item) => tidy(item, state));
  if (!MAPS.has(keyword) || !isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, tidy(item, state)]));
}

function isObjectSchema(schema: Schema): boolean {
  return schema["type"] === "object" || schema["properties"] !== undefined;
}
