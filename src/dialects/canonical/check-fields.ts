import { type ErrorCode, FairleadError } from "../../core/errors.ts";
import { RawJson } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { scanObject } from "../../core/json/scan-object.ts";
import type { Span } from "../dialect.ts";

type Body = Readonly<Record<string, unknown>>;

/** Says what is allowed when `value` is not; null when it is fine. */
export type FieldCheck = (value: unknown) => string | null;

/** The number behind a JSON value, also one kept as its text; null for what is no number. */
export function numberOf(value: unknown): number | null {
  if (value instanceof RawJson) return Number(value.text);
  return typeof value === "number" ? value : null;
}

export const isText: FieldCheck = (value) => (typeof value === "string" ? null : "a string");
export const isFlag: FieldCheck = (value) => (typeof value === "boolean" ? null : "true or false");
export const isObject: FieldCheck = (value) => (isRecord(value) ? null : "an object");
export const isList: FieldCheck = (value) => (Array.isArray(value) ? null : "an array");
export const isTextList: FieldCheck = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === "string") ? null : "an array of strings";
export const isTextOrList: FieldCheck = (value) =>
  typeof value === "string" || Array.isArray(value) ? null : "a string or an array";
export const isTextOrObject: FieldCheck = (value) =>
  typeof value === "string" || isRecord(value) ? null : "a string or an object";

export function isNumber(low: number, high: number): FieldCheck {
  const allowed = `a number from ${low} to ${high}`;
  return (value) => {
    const number = numberOf(value);
    return number !== null && number >= low && number <= high ? null : allowed;
  };
}

export function isInteger(low: number, high: number): FieldCheck {
  const allowed = `a whole number from ${low} to ${high}`;
  return (value) => {
    const number = numberOf(value);
    return number !== null && Number.isSafeInteger(number) && number >= low && number <= high ? null : allowed;
  };
}

export const isTokenCount: FieldCheck = isInteger(1, Number.MAX_SAFE_INTEGER);

/**
 * Fields by which some gateway or backend lets a caller steer where a request goes or with what credential. Destinations
 * come from policy alone, so they are refused by name rather than passed on.
 */
const STEERING_FIELDS: ReadonlySet<string> = new Set([
  "api_base",
  "api_key",
  "api_type",
  "api_version",
  "azure_endpoint",
  "base_url",
  "custom_host",
  "custom_llm_provider",
  "extra_body",
  "extra_headers",
  "extra_query",
  "fallbacks",
  "mock_response",
  "mock_tool_calls",
  "organization",
  "proxy",
  "user_config",
  "vertex_credentials",
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_session_token",
]);

/** What a dialect says of the members of its bodies. */
export interface FieldRules {
  /** Members whose type the API fixes. `null` is allowed in each: the API allows it for what is optional. */
  readonly checks: ReadonlyMap<string, FieldCheck>;
  /** Members read, by the dialect's own spelling; another spelling of one would be read differently by some backend. */
  readonly read: ReadonlySet<string>;
}

/** Every member of a body by its rules; what no rule names passes. @throws FairleadError `invalid_value`, `unknown_field` */
export function checkFields(body: Body, { checks, read }: FieldRules): void {
  for (const name in body) {
    const check = checks.get(name);
    const value = body[name];
    if (check !== undefined) {
      const allowed = value === null ? null : check(value);
      if (allowed !== null) refuse("invalid_value", `'${name}' must be ${allowed}.`, name);
    } else if (!read.has(name)) {
      checkUnknownField(name, read);
    }
  }
}

/** The name with its letters in lower case and nothing between them: `apiBase`, `api-base` and `api_base` are one. */
function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, "");
}

const BARE_STEERING: ReadonlySet<string> = new Set([...STEERING_FIELDS].map(bare));

function checkUnknownField(name: string, read: ReadonlySet<string>): void {
  if (BARE_STEERING.has(bare(name))) {
    refuse("unknown_field", `'${name}' is not accepted: destinations and credentials come from policy alone. Remove it.`, name);
  }
  const lower = name.toLowerCase();
  if (lower !== name) {
    const meant = [...read].find((known) => known.toLowerCase() === lower);
    if (meant !== undefined) refuse("unknown_field", `'${name}' is not a field; did you mean '${meant}'?`, name);
  }
}

/**
 * A caller's body and where its members stand, after every cap on its shape. @throws FairleadError `invalid_json`, `too_deep`, `too_complex`, `duplicate_key`, `forbidden_key`
 */
export function parseBody(text: string): { readonly body: Body; readonly members: ReadonlyMap<string, Span> } {
  const scan = scanObject(text);
  if (scan.kind === "refused") refuse(scan.code, scan.message, scan.param);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new FairleadError("invalid_json", "The request body is not valid JSON.", { cause });
  }
  if (!isRecord(body)) refuse("invalid_json", "The request body must be a JSON object.");
  return { body, members: scan.members };
}

const MODEL_CHARACTERS = 256;
/** An identifier with a control character is an attack on somebody's log or cache key, never a name. */
const CONTROL_CHARACTER = /\p{Cc}/u;

/** The virtual model asked for. @throws FairleadError `missing_field`, `invalid_value`, `model_not_found` */
export function checkModel(model: unknown): string {
  if (model === undefined)
    refuse("missing_field", "'model' is required: a model name your key may use; GET /v1/models lists them.", "model");
  if (typeof model !== "string" || model === "") refuse("invalid_value", "'model' must be a non-empty string.", "model");
  if (CONTROL_CHARACTER.test(model)) refuse("invalid_value", "'model' must not hold control characters.", "model");
  if (model.length > MODEL_CHARACTERS) refuse("model_not_found", "There is no model with a name that long.", "model");
  return model;
}

/** An identifier of somebody. @throws FairleadError `invalid_value` where it holds control characters */
export function checkIdentifier(value: unknown, name: string): void {
  if (typeof value === "string" && CONTROL_CHARACTER.test(value))
    refuse("invalid_value", `'${name}' must not hold control characters.`, name);
}

/** @throws FairleadError always */
export function refuse(code: ErrorCode, message: string, param?: string | null): never {
  throw new FairleadError(code, message, typeof param === "string" ? { param } : {});
}
