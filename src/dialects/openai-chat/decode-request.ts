import { isRecord } from "../../core/json/is-record.ts";
import { checkFields, checkIdentifier, checkModel, numberOf, parseBody, refuse } from "../canonical/check-fields.ts";
import type { CompiledCaps } from "../../core/policy/compiled.ts";
import type { DecodedRequest, Span, Surface } from "../dialect.ts";
import { CHAT_RULES, EMBEDDINGS_RULES } from "./chat-fields.ts";

const ROLES: ReadonlySet<unknown> = new Set(["system", "developer", "user", "assistant", "tool", "function"]);

type Body = DecodedRequest["body"];

/** The fields routing needs, checked; everything else passes as it came. @throws FairleadError a 4xx naming the field */
export const decodeRequest: Surface["decodeRequest"] = (operation, text, { caps }) => {
  const { body, members } = parseBody(text);
  const isChat = operation !== "embeddings";
  checkFields(body, isChat ? CHAT_RULES : EMBEDDINGS_RULES);
  const model = checkModel(body["model"]);
  if (isChat) checkChat(body, caps);
  else checkInput(body["input"]);
  return {
    surface: "openai-chat",
    operation,
    model,
    stream: isChat && body["stream"] === true,
    choices: numberOf(body["n"]) ?? 1,
    text,
    body,
    modelSpan: spanOf(members, "model"),
    streamOptionsSpan: members.get("stream_options") ?? null,
    asksUsage: readAsksUsage(body["stream_options"]),
    headers: null,
    framing: "sse",
  };
};

function checkChat(body: Body, caps: CompiledCaps): void {
  const { messages, tools, user, metadata } = body;
  if (messages === undefined) refuse("missing_field", "'messages' is required.", "messages");
  if (!Array.isArray(messages) || messages.length === 0)
    refuse("invalid_value", "'messages' must be a non-empty array.", "messages");
  if (messages.length > caps.messages) refuse("too_many_messages", `'messages' may hold at most ${caps.messages}.`, "messages");
  if (Array.isArray(tools) && tools.length > caps.tools)
    refuse("too_many_tools", `'tools' may hold at most ${caps.tools}.`, "tools");
  checkIdentifier(user, "user");
  if (isRecord(metadata)) for (const key in metadata) checkMetadataKey(key);
  for (let index = 0; index < messages.length; index++) checkMessage(messages[index], index);
}

/** Its message does not repeat the key, which may be fit for no log. */
function checkMetadataKey(key: string): void {
  if (/\p{Cc}/u.test(key)) refuse("invalid_value", "'metadata' keys must not hold control characters.", "metadata");
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
