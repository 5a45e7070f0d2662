import { isRecord } from "../../core/json/is-record.ts";
import {
  checkFields,
  checkIdentifier,
  checkModel,
  type FieldRules,
  isFlag,
  isInteger,
  isList,
  isNumber,
  isObject,
  isText,
  isTextList,
  isTextOrList,
  isTokenCount,
  parseBody,
  refuse,
} from "../canonical/check-fields.ts";
import type { CompiledCaps } from "../../core/policy/compiled.ts";
import type { DecodedRequest, Operation, Surface } from "../dialect.ts";
import { BETA_HEADER, DIALECT, FIRST_VERSION, VERSION_HEADER } from "./identity.ts";

type Body = Readonly<Record<string, unknown>>;

const ROLES: ReadonlySet<unknown> = new Set(["user", "assistant", "system"]);

/** @see https://docs.anthropic.com/en/api/messages */
const RULES: FieldRules = {
  checks: new Map([
    ["max_tokens", isTokenCount],
    ["stream", isFlag],
    ["system", isTextOrList],
    ["temperature", isNumber(0, 1)],
    ["top_p", isNumber(0, 1)],
    ["top_k", isInteger(0, Number.MAX_SAFE_INTEGER)],
    ["stop_sequences", isTextList],
    ["tools", isList],
    ["tool_choice", isObject],
    ["thinking", isObject],
    ["output_config", isObject],
    ["output_format", isObject],
    ["metadata", isObject],
    ["cache_control", isObject],
    ["service_tier", isText],
    ["context_management", isObject],
    ["mcp_servers", isList],
    ["inference_geo", isText],
  ]),
  read: new Set(["model", "messages"]),
};

/**
 * The fields routing needs, checked; everything else passes as it came. A count of tokens is asked like a chat, without its
 * limit. @throws FairleadError a 4xx naming the field
 */
export const decodeRequest: Surface["decodeRequest"] = (operation, text, { caps, headers }) => {
  const { body, members } = parseBody(text);
  checkFields(body, RULES);
  const model = checkModel(body["model"]);
  checkBody(operation, body, caps);
  return {
    surface: DIALECT,
    operation,
    model,
    stream: operation === "chat" && body["stream"] === true,
    choices: 1,
    text,
    body,
    modelSpan: members.get("model") ?? null,
    streamOptionsSpan: null,
    asksUsage: null,
    headers: passedHeaders(headers),
    framing: "sse",
  };
};

function passedHeaders(headers: ReadonlyMap<string, string>): DecodedRequest["headers"] {
  const version = { [VERSION_HEADER]: headers.get(VERSION_HEADER) ?? FIRST_VERSION };
  const betas = headers.get(BETA_HEADER);
  return betas === undefined ? version : { ...version, [BETA_HEADER]: betas };
}

function checkBody(operation: Operation, body: Body, caps: CompiledCaps): void {
  const { max_tokens: maxTokens, messages, metadata, tools } = body;
  if (operation === "chat" && (maxTokens === undefined || maxTokens === null))
    refuse("missing_field", "'max_tokens' is required.", "max_tokens");
  if (messages === undefined) refuse("missing_field", "'messages' is required.", "messages");
  if (!Array.isArray(messages) || messages.length === 0)
    refuse("invalid_value", "'messages' must be a non-empty array.", "messages");
  if (messages.length > caps.messages) refuse("too_many_messages", `'messages' may hold at most ${caps.messages}.`, "messages");
  if (Array.isArray(tools) && tools.length > caps.tools)
    refuse("too_many_tools", `'tools' may hold at most ${caps.tools}.`, "tools");
  if (isRecord(metadata)) checkIdentifier(metadata["user_id"], "metadata.user_id");
  for (let index = 0; index < messages.length; index++) checkMessage(messages[index], `messages[${index}]`);
}

function checkMessage(message: unknown, path: string): void {
  if (!isRecord(message)) refuse("invalid_value", `'${path}' must be an object.`, path);
  if (!ROLES.has(message["role"]))
    refuse("invalid_value", `'${path}.role' must be one of ${[...ROLES].join(", ")}.`, `${path}.role`);
  const allowed = isTextOrList(message["content"]);
  if (allowed !== null) refuse("invalid_value", `'${path}.content' must be ${allowed} of blocks.`, `${path}.content`);
}
