import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { at, type BodyKind, type JudgedSurface } from "./judged.ts";

const SCHEMAS = new URL("../../fixtures/schemas/", import.meta.url);

/** What a surface's bodies and events are called in its file of schemas. */
const BODIES: Readonly<Record<JudgedSurface, Readonly<Partial<Record<BodyKind, readonly string[]>>>>> = {
  "openai-chat": { chat: ["completion"], embeddings: ["embeddings"], error: ["error"], models: ["models"], model: ["model"] },
  "openai-completions": { chat: ["completion"], error: ["error"] },
  "openai-responses": { chat: ["response"], error: ["error"] },
  "anthropic-messages": { chat: ["message"], count: ["count"], error: ["error"], models: ["models"], model: ["model"] },
  gemini: {
    chat: ["response"],
    count: ["count"],
    embeddings: ["embedding", "embeddings"],
    error: ["error"],
    models: ["models"],
    model: ["model"],
  },
};
const EVENTS: Readonly<Record<JudgedSurface, string>> = {
  "openai-chat": "chunk",
  "openai-completions": "completion",
  "openai-responses": "event",
  "anthropic-messages": "event",
  gemini: "response",
};

const compiled = new Map<string, ValidateFunction>();

/**
 * What in a whole answer is not as the surface's published types have it: where, and what it should be; empty when nothing.
 * A kind the surface does not have is a problem.
 */
export function validateBody(surface: JudgedSurface, kind: BodyKind, value: unknown): readonly string[] {
  const names = BODIES[surface][kind];
  if (names === undefined) return [`${surface} has no ${kind}`];
  const [first = [], ...others] = names.map((name) => problemsOf(surface, name, value));
  return others.some((problems) => problems.length === 0) ? [] : first;
}

/** The same of one event's data; an error that stands in a stream is judged as an error. */
export function validateEvent(surface: JudgedSurface, value: unknown): readonly string[] {
  const isError = at(value, "error") !== undefined && surface !== "anthropic-messages" && at(value, "type") === undefined;
  return problemsOf(surface, isError ? "error" : EVENTS[surface], value);
}

/** The event types the surface has published; empty where events have no type. */
export function eventTypes(surface: JudgedSurface): ReadonlySet<unknown> {
  const { kinds, definitions } = readSchemas(surface);
  const alternatives = at(kinds, EVENTS[surface], "oneOf");
  const types = (Array.isArray(alternatives) ? alternatives : []).map((alternative: unknown) =>
    at(definitions, String(at(alternative, "$ref")).slice("#/definitions/".length), "properties", "type", "const"),
  );
  return new Set(types);
}

function problemsOf(surface: JudgedSurface, name: string, value: unknown): readonly string[] {
  const validate = compile(surface, name);
  if (validate(value)) return [];
  return [...new Set(deepest(validate.errors ?? []).map(describe))];
}

function compile(surface: JudgedSurface, name: string): ValidateFunction {
  const id = `${surface}#${name}`;
  const known = compiled.get(id);
  if (known !== undefined) return known;
  const { kinds, definitions } = readSchemas(surface);
  const schema = at(kinds, name);
  if (typeof schema !== "object" || schema === null) throw new Error(`There is no schema ${id}.`);
  const ajv = new Ajv({ discriminator: true, allErrors: true, strict: false });
  const validate = ajv.compile({ ...schema, definitions });
  compiled.set(id, validate);
  return validate;
}

function readSchemas(surface: JudgedSurface): { readonly kinds: unknown; readonly definitions: unknown } {
  const file: unknown = JSON.parse(readFileSync(new URL(`${surface}.json`, SCHEMAS), "utf8"));
  return { kinds: at(file, "kinds"), definitions: at(file, "definitions") };
}

/** Of an alternative that did not fit, only what went wrong furthest in it: the other branches say nothing. */
function deepest(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const branches = errors
    .filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf")
    .map(({ instancePath }) => instancePath);
  const own = errors.filter(({ keyword, instancePath }) => {
    if (keyword === "anyOf" || keyword === "oneOf")
      return !errors.some((other) => other.instancePath.startsWith(`${instancePath}/`));
    return !branches.includes(instancePath) || keyword === "required" || keyword === "discriminator";
  });
  return own.length > 0 ? own : errors;
}

function describe({ instancePath, message = "is wrong", keyword, params }: ErrorObject): string {
  const found =
    keyword === "additionalProperties" ? `has the unknown member ${String(at(params, "additionalProperty"))}` : message;
  return `${instancePath === "" ? "the whole" : instancePath.slice(1)} ${found}`;
}
