/** JSON Schema 2020-12 of something that is answered: it is shown and tested, nothing is decided by it. */
export type AnswerSchema = Readonly<Record<string, unknown>>;

/** What an operation answers when it succeeds. */
export interface Answer {
  readonly status: 200 | 201;
  readonly says: string;
  /** Schema by media type. */
  readonly content: Readonly<Record<string, AnswerSchema>>;
}

export const TEXT: AnswerSchema = { type: "string" };
export const WHOLE: AnswerSchema = { type: "integer", minimum: 0 };
export const NUMBER: AnswerSchema = { type: "number" };
export const FLAG: AnswerSchema = { type: "boolean" };
export const EPOCH_MS: AnswerSchema = { type: "integer", minimum: 0, description: "Epoch milliseconds." };
export const TIME: AnswerSchema = { type: "string", format: "date-time" };
export const DIGEST: AnswerSchema = { type: "string", pattern: "^[0-9a-f]{64}$", description: "SHA-256, in hex." };

export function oneOf(members: readonly string[]): AnswerSchema {
  return { type: "string", enum: members };
}

export function listOf(items: AnswerSchema): AnswerSchema {
  return { type: "array", items };
}

export function mapOf(values: AnswerSchema): AnswerSchema {
  return { type: "object", additionalProperties: values };
}

export function orNull(schema: AnswerSchema): AnswerSchema {
  return { anyOf: [schema, { type: "null" }] };
}

/** An object that always has `properties`, and may have `optional` ones. */
export function shape(
  properties: Readonly<Record<string, AnswerSchema>>,
  optional: Readonly<Record<string, AnswerSchema>> = {},
): AnswerSchema {
  return { type: "object", properties: { ...properties, ...optional }, required: Object.keys(properties) };
}

export function json(says: string, schema: AnswerSchema, status: Answer["status"] = 200): Answer {
  return { status, says, content: { "application/json": schema } };
}
