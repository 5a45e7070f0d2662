import { FairleadError, type ErrorCode } from "../../core/errors.ts";
import { scanObject } from "../../core/json/scan-object.ts";
import type { CompiledCaps } from "../../core/policy/compiled.ts";
import type { DecodedRequest, Operation, Span } from "../dialect.ts";
import { CHAT_FIELDS, EMBEDDINGS_FIELDS, READ_FIELDS, STEERING_FIELDS, type FieldCheck } from "./chat-fields.ts";
import { isRecord } from "./read-usage.ts";

const MODEL_CHARACTERS = 256;
const ROLES: ReadonlySet<unknown> = new Set(["system", "developer", "user", "assistant", "tool", "function"]);
/** An identifier with a control character is an attack on somebody's log or cache key, never a name. */
const CONTROL_CHARACTER = /\p{Cc}/u;

type Body = Readonly<Record<string, unknown>>;

/** The fields routing needs, checked; everything else passes as it came. @throws FairleadError a 4xx naming the field */
export function decodeRequest(operation: Operation, text: string, caps: CompiledCaps): DecodedRequest {
  const scan = scanObject(text);
  if (scan.kind === "refused") refuse(scan.code, scan.message, scan.param);
  const body = parse(text);
  checkFields(body, operation === "chat" ? CHAT_FIELDS : EMBEDDINGS_FIELDS);
  const model = readModel(body);
  if (operation === "chat") checkChat(body, caps);
  else checkInput(body["input"]);
  const stream = operation === "chat" && body["stream"] === true;
  return {
    operation,
    model,
    stream,
    choices: typeof body["n"] === "number" ? body["n"] : 1,
    text,
    modelSpan: spanOf(scan.members, "model"),
    streamOptionsSpan: scan.members.get("stream_options") ?? null,
    asksUsage: readAsksUsage(body["stream_options"]),
  };
}

function parse(text: string): Body {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new FairleadError("invalid_json", "The request body is not valid JSON.", { cause });
  }
  if (!isRecord(body)) refuse("invalid_json", "The request body must be a JSON object.");
  return body;
}

function checkFields(body: Body, fields: ReadonlyMap<string, FieldCheck>): void {
  for (const name in body) {
    const check = fields.get(name);
    const value = body[name];
    if (check !== undefined) {
      const allowed = value === null ? null : check(value);
      if (allowed !== null) refuse("invalid_value", `'${name}' must be ${allowed}.`, name);
    } else if (!READ_FIELDS.has(name)) {
      checkUnknownField(name);
    }
  }
}

function checkUnknownField(name: string): void {
  const lower = name.toLowerCase();
  if (STEERING_FIELDS.has(lower)) {
    refuse("unknown_field", `'${name}' is not accepted: destinations and credentials come from policy alone. Remove it.`, name);
  }
  if (lower !== name && READ_FIELDS.has(lower))
    refuse("unknown_field", `'${name}' is not a field; did you mean '${lower}'?`, name);
}

function readModel(body: Body): string {
  const { model } = body;
  if (model === undefined)
    refuse("missing_field", "'model' is required: a model name your key may use; GET /v1/models lists them.", "model");
  if (typeof model !== "string" || model === "") refuse("invalid_value", "'model' must be a non-empty string.", "model");
  if (CONTROL_CHARACTER.test(model)) refuse("invalid_value", "'model' must not hold control characters.", "model");
  if (model.length > MODEL_CHARACTERS) refuse("model_not_found", "There is no model with a name that long.", "model");
  return model;
}

function checkChat(body: Body, caps: CompiledCaps): void {
  const { messages, tools, user, metadata } = body;
  if (messages === undefined) refuse("missing_field", "'messages' is required.", "messages");
  if (!Array.isArray(messages) || messages.length === 0)
    refuse("invalid_value", "'messages' must be a non-empty array.", "messages");
  if (messages.length > caps.messages) refuse("too_many_messages", `'messages' may hold at most ${caps.messages}.`, "messages");
  if (Array.isArray(tools) && tools.length > caps.tools)
    refuse("too_many_tools", `'tools' may hold at most ${caps.tools}.`, "tools");
  if (typeof user === "string" && CONTROL_CHARACTER.test(user))
    refuse("invalid_value", "'user' must not hold control characters.", "user");
  if (isRecord(metadata)) checkMetadata(metadata);
  for (let index = 0; index < messages.length; index++) checkMessage(messages[index], index);
}

function checkMetadata(metadata: Body): void {
  for (const key in metadata) {
    if (CONTROL_CHARACTER.test(key)) refuse("invalid_value", "'metadata' keys must not hold control characters.", "metadata");
  }
}

function checkMessage(message: unknown, index: number): void {
  if (!isRecord(message)) refuse("invalid_value", `'messages[${index}]' must be an object.`, `messages[${index}]`);
  if (!ROLES.has(message["role"])) {
    refuse("invalid_value", `'messages[${index}].role' must be one of ${[...ROLES].join(", ")}.`, `messages[${index}].role`);
  }
  const content = message["content"];
  if (typeof content === "string" || content === undefined || content === null || Array.isArray(content)) return;
  refuse("invalid_value", `'messages[${index}].content' must be a string or an array of parts.`, `messages[${index}].content`);
}

function checkInput(input: unknown): void {
  if (input === undefined) refuse("missing_field", "'input' is required.", "input");
  const isFilled = (typeof input === "string" || Array.isArray(input)) && input.length > 0;
  const parts = Array.isArray(input) ? input : [];
  const isUniform = parts.every((part) => typeof part === "string" || typeof part === "number" || Array.isArray(part));
  if (!isFilled || !isUniform)
    refuse("invalid_value", "'input' must be a non-empty string or array of strings or tokens.", "input");
}

/** Whether the caller spoke of usage: null when nothing was said, so that we may ask for it. */
function readAsksUsage(streamOptions: unknown): boolean | null {
  if (!isRecord(streamOptions)) return null;
  const flag = streamOptions["include_usage"];
  if (flag === undefined || flag === null) return null;
  if (typeof flag !== "boolean")
    refuse("invalid_value", "'stream_options.include_usage' must be true or false.", "stream_options.include_usage");
  return flag;
}

function spanOf(members: ReadonlyMap<string, Span>, name: string): Span {
  const span = members.get(name);
  if (span === undefined) refuse("invalid_json", `'${name}' could not be located in the request body.`, name);
  return span;
}

function refuse(code: ErrorCode, message: string, param?: string | null): never {
  throw new FairleadError(code, message, typeof param === "string" ? { param } : {});
}
