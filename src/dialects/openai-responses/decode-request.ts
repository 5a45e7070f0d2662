import { isRecord } from "../../core/json/is-record.ts";
import type { CompiledCaps } from "../../core/policy/compiled.ts";
import { checkFields, checkIdentifier, checkModel, parseBody, refuse } from "../canonical/check-fields.ts";
import type { DecodedRequest, Surface } from "../dialect.ts";
import { REQUEST_RULES } from "./request-fields.ts";

type Body = DecodedRequest["body"];

/** Headers by which a caller asks for a behaviour of the API rather than of this router. */
const PASSED_HEADERS = ["openai-beta"] as const;
const ROLES: ReadonlySet<unknown> = new Set(["system", "developer", "user", "assistant"]);
/** Where one of these names the context, a request may hold no input of its own. */
const CONTEXT_FIELDS = ["previous_response_id", "conversation", "prompt"] as const;

/** What routing needs of a Responses request, checked; everything else passes as it came. @throws FairleadError a 4xx naming the field */
export const decodeRequest: Surface["decodeRequest"] = (operation, text, { caps, headers }) => {
  const { body, members } = parseBody(text);
  checkFields(body, REQUEST_RULES);
  const model = checkModel(body["model"]);
  checkInput(body, caps);
  checkTools(body["tools"], caps);
  checkIdentifier(body["user"], "user");
  checkIdentifier(body["safety_identifier"], "safety_identifier");
  if (isRecord(body["metadata"])) for (const key in body["metadata"]) checkIdentifier(key, "metadata");
  return {
    surface: "openai-responses",
    operation,
    model,
    stream: body["stream"] === true,
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

function checkInput(body: Body, caps: CompiledCaps): void {
  const { input } = body;
  const hasContext = CONTEXT_FIELDS.some((name) => body[name] !== undefined && body[name] !== null);
  if (input === undefined || input === null) {
    if (hasContext) return;
    refuse("missing_field", "'input' is required.", "input");
  }
  if (input === "" && !hasContext) refuse("invalid_value", "'input' must not be empty.", "input");
  if (!Array.isArray(input)) return;
  if (input.length === 0 && !hasContext)
    refuse("invalid_value", "'input' must be a string or a non-empty array of items.", "input");
  if (input.length > caps.messages) refuse("too_many_messages", `'input' may hold at most ${caps.messages} items.`, "input");
  input.forEach(checkItem);
}

function checkItem(item: unknown, index: number): void {
  const at = `input[${index}]`;
  if (!isRecord(item)) refuse("invalid_value", `'${at}' must be an object.`, at);
  const { content, role, type } = item;
  if (type !== undefined && type !== null && typeof type !== "string")
    refuse("invalid_value", `'${at}.type' must be a string.`, `${at}.type`);
  const isMessage = type === "message" || ((type === undefined || type === null) && role !== undefined);
  if (!isMessage) return;
  if (!ROLES.has(role)) refuse("invalid_value", `'${at}.role' must be one of ${[...ROLES].join(", ")}.`, `${at}.role`);
  if (typeof content !== "string" && !Array.isArray(content))
    refuse("invalid_value", `'${at}.content' must be a string or an array of parts.`, `${at}.content`);
}

function checkTools(tools: unknown, caps: CompiledCaps): void {
  if (Array.isArray(tools) && tools.length > caps.tools)
    refuse("too_many_tools", `'tools' may hold at most ${caps.tools}.`, "tools");
}

function passedHeaders(headers: ReadonlyMap<string, string>): DecodedRequest["headers"] {
  const passed: Record<string, string> = {};
  for (const name of PASSED_HEADERS) {
    const value = headers.get(name);
    if (value !== undefined) passed[name] = value;
  }
  return passed;
}
