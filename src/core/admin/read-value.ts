import type { ErrorCode } from "../errors.ts";
import { isRecord } from "../json/is-record.ts";
import type { ArraySchema, JsonSchema, NumberSchema, ObjectSchema, StringSchema, ValueOf } from "./json-schema.ts";

export interface ValueRefused {
  readonly kind: "refused";
  readonly code: Extract<ErrorCode, "unknown_field" | "missing_field" | "invalid_value">;
  /** Path of what is wrong, such as `limits.0.per`. */
  readonly param: string;
  readonly message: string;
}

export type ReadValue<Value> = { readonly kind: "ok"; readonly value: Value } | ValueRefused;

/** A value as its schema has it, defaults filled in; or the first thing that is wrong with it. */
export function readValue<Schema extends JsonSchema>(schema: Schema, value: unknown, path = ""): ReadValue<ValueOf<Schema>> {
  return read(schema, value, path) as ReadValue<ValueOf<Schema>>; // what the schema has let pass is what it describes
}

/** The members of a query string or of a path: text, of which a schema may want numbers and booleans. */
export function readParameters<Schema extends ObjectSchema>(
  schema: Schema,
  given: Iterable<readonly [string, string]>,
): ReadValue<ValueOf<Schema>> {
  const values = new Map<string, unknown>();
  for (const [name, text] of given) {
    if (values.has(name)) return refuse("invalid_value", name, "may be given only once");
    values.set(name, fromText(schema.properties[name], text));
  }
  return readValue(schema, Object.fromEntries(values));
}

/** Text that is no number stays text, and is refused as such. */
function fromText(schema: JsonSchema | undefined, text: string): unknown {
  if (schema?.type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  const isNumber = (schema?.type === "number" || schema?.type === "integer") && text.trim() !== "";
  return isNumber && Number.isFinite(Number(text)) ? Number(text) : text;
}

function read(schema: JsonSchema, value: unknown, path: string): ReadValue<unknown> {
  switch (schema.type) {
    case "string":
      return readString(schema, value, path);
    case "number":
    case "integer":
      return readNumber(schema, value, path);
    case "boolean":
      return typeof value === "boolean" ? ok(value) : refuse("invalid_value", path, "must be true or false");
    case "array":
      return readArray(schema, value, path);
    case "object":
      return readObject(schema, value, path);
  }
}

function readString(schema: StringSchema, value: unknown, path: string): ReadValue<string> {
  const { enum: members, maxLength = Number.POSITIVE_INFINITY, minLength = 0, pattern } = schema;
  if (members !== undefined) {
    const member = members.find((name) => name === value);
    return member === undefined ? refuse("invalid_value", path, `must be one of ${members.join(", ")}`) : ok(member);
  }
  if (typeof value !== "string") return refuse("invalid_value", path, "must be text");
  if (value.length > maxLength) return refuse("invalid_value", path, `must be text of at most ${maxLength} characters`);
  if (value.length < minLength) return refuse("invalid_value", path, "must not be empty");
  if (pattern !== undefined && !pattern.test(value)) {
    return refuse("invalid_value", path, `must be ${schema.description ?? `text like ${pattern.source}`}`);
  }
  return ok(value);
}

function readNumber({ maximum, minimum, type }: NumberSchema, value: unknown, path: string): ReadValue<number> {
  const isOne =
    typeof value === "number" && value >= minimum && value <= maximum && (type === "number" || Number.isInteger(value));
  const what = type === "integer" ? "a whole number" : "a number";
  return isOne ? ok(value) : refuse("invalid_value", path, `must be ${what} from ${minimum} to ${maximum}`);
}

function readArray(schema: ArraySchema, value: unknown, path: string): ReadValue<unknown> {
  if (!Array.isArray(value) || value.length > schema.maxItems) {
    return refuse("invalid_value", path, `must be a list of at most ${schema.maxItems}`);
  }
  const items: unknown[] = [];
  for (const [index, item] of value.entries()) {
    const one = read(schema.items, item, join(path, String(index)));
    if (one.kind === "refused") return one;
    items.push(one.value);
  }
  return ok(items);
}

function readObject(schema: ObjectSchema, value: unknown, path: string): ReadValue<unknown> {
  if (!isRecord(value)) return refuse("invalid_value", path, "must be an object");
  const { properties, required } = schema;
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(properties, name));
  if (unknown !== undefined) {
    const known = Object.keys(properties).join(", ") || "nothing";
    return refuse("unknown_field", join(path, unknown), `is not known here; known: ${known}`);
  }
  const missing = required.find((name) => value[name] === undefined);
  if (missing !== undefined) return refuse("missing_field", join(path, missing), "is missing");
  const members: [string, unknown][] = [];
  for (const [name, member] of Object.entries(properties)) {
    const given = value[name] === undefined && "default" in member ? member.default : value[name];
    if (given === undefined) continue;
    const one = read(member, given, join(path, name));
    if (one.kind === "refused") return one;
    members.push([name, one.value]);
  }
  return ok(Object.fromEntries(members));
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function ok<Value>(value: Value): ReadValue<Value> {
  return { kind: "ok", value };
}

function refuse(code: ValueRefused["code"], param: string, what: string): ValueRefused {
  return { kind: "refused", code, param, message: `'${param.slice(0, 100)}' ${what}.` };
}
