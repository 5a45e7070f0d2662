import { isRecord } from "../../core/json/is-record.ts";
import type { CompiledCaps } from "../../core/policy/compiled.ts";
import {
  checkFields,
  checkIdentifier,
  checkModel,
  type FieldRules,
  numberOf,
  parseBody,
  refuse,
} from "../canonical/check-fields.ts";
import type { AddressFacts, DecodedRequest, Operation } from "../dialect.ts";
import { type Body, camelCase, listOf, member } from "./member.ts";
import { CHAT_RULES, COUNT_RULES, EMBEDDINGS_RULES, GENERATION_RULES } from "./request-fields.ts";

const RULES: Readonly<Record<Operation, FieldRules>> = {
  chat: CHAT_RULES,
  count_tokens: COUNT_RULES,
  embeddings: EMBEDDINGS_RULES,
};
const ROLES: ReadonlySet<string> = new Set(["user", "model", "function"]);

interface Context {
  readonly caps: CompiledCaps;
  readonly address: AddressFacts;
}

/**
 * What routing needs of a request. Model and streaming stand in the address; the body is checked and passes as it came.
 * @throws FairleadError a 4xx naming the field @see https://ai.google.dev/api/generate-content
 */
export function decodeRequest(operation: Operation, text: string, { address, caps }: Context): DecodedRequest {
  const { body } = parseBody(text);
  const model = checkModel(lastPart(address.model ?? undefined));
  checkFields(body, RULES[operation]);
  checkMembers(body, RULES[operation], "");
  checkBodyModel(body, model, "model");
  if (operation === "embeddings") checkEmbeddings(body, model);
  const asked = operation === "count_tokens" ? checkCounted(body, model) : body;
  if (operation !== "embeddings") checkChat(asked, caps);
  const stream = operation === "chat" && address.stream;
  return {
    surface: "gemini",
    operation,
    model,
    stream,
    choices: operation === "chat" ? readChoices(asked) : 1,
    text,
    body,
    modelSpan: null,
    streamOptionsSpan: null,
    asksUsage: null,
    headers: {},
    framing: stream && !asksEvents(address.query) ? "json-array" : "sse",
  };
}

/** `models/x`, `tunedModels/x` and `publishers/google/models/x` are all `x`. */
function lastPart(name: string | undefined): string | undefined {
  return name?.slice(name.lastIndexOf("/") + 1);
}

function asksEvents(query: string): boolean {
  return query.split("&").some((pair) => pair === "alt=sse" || pair === "$alt=sse" || pair === "%24alt=sse");
}

/** The types of an object's members, and that none is given in both spellings: nobody could say which of them counts. */
function checkMembers(body: Body, { checks }: FieldRules, path: string): void {
  for (const name in body) {
    const check = checks.get(name);
    const allowed = check === undefined || body[name] === null ? null : check(body[name]);
    if (allowed !== null) refuse("invalid_value", `'${path}${name}' must be ${allowed}.`, path + name);
    const camel = camelCase(name);
    if (camel !== name && camel in body) refuse("duplicate_key", `'${path}${camel}' is given twice.`, path + camel);
  }
}

/** A body may repeat the model of the address; another one would decide something else than what was routed. */
function checkBodyModel(body: Body, model: string, field: string): void {
  const named = body["model"] ?? undefined;
  if (named === undefined) return;
  if (typeof named !== "string" || lastPart(named) !== model)
    refuse("invalid_value", `'${field}' must be the model of the address, or absent.`, field);
}

/** The request whose tokens are counted: the body, or what stands in `generateContentRequest`. */
function checkCounted(body: Body, model: string): Body {
  const inner = member(body, "generateContentRequest");
  if (!isRecord(inner)) return body;
  if (body["contents"] !== undefined)
    refuse("invalid_value", "'contents' and 'generateContentRequest' exclude one another.", "contents");
  checkMembers(inner, CHAT_RULES, "generateContentRequest.");
  checkBodyModel(inner, model, "generateContentRequest.model");
  return inner;
}

function checkChat(body: Body, caps: CompiledCaps): void {
  const { contents } = body;
  if (contents === undefined || contents === null) refuse("missing_field", "'contents' is required.", "contents");
  const turns = listOf(contents);
  if (turns.length === 0) refuse("invalid_value", "'contents' must be a non-empty array.", "contents");
  if (turns.length > caps.messages) refuse("too_many_messages", `'contents' may hold at most ${caps.messages}.`, "contents");
  for (const [index, content] of turns.entries())
    checkContent(content, Array.isArray(contents) ? `contents[${index}]` : "contents");
  checkTools(listOf(member(body, "tools")), caps);
  checkGeneration(member(body, "generationConfig"));
  const labels = member(body, "labels");
  for (const name in isRecord(labels) ? labels : {}) checkIdentifier(name, "labels");
}

function checkContent(content: unknown, path: string): void {
  if (!isRecord(content)) refuse("invalid_value", `'${path}' must be an object.`, path);
  const { role } = content;
  // The role is an enumeration elsewhere in Google's API, so that it is found in capitals too.
  if (role !== undefined && role !== null && !(typeof role === "string" && ROLES.has(role.toLowerCase())))
    refuse("invalid_value", `'${path}.role' must be one of ${[...ROLES].join(", ")}.`, `${path}.role`);
  checkParts(content, path);
}

function checkParts(content: Body, path: string): void {
  for (const [index, part] of listOf(content["parts"]).entries()) {
    if (isRecord(part)) continue;
    refuse("invalid_value", `'${path}.parts[${index}]' must be an object.`, `${path}.parts[${index}]`);
  }
}

function checkTools(tools: readonly unknown[], caps: CompiledCaps): void {
  let count = 0;
  for (const [index, tool] of tools.entries()) {
    if (!isRecord(tool)) refuse("invalid_value", `'tools[${index}]' must be an object.`, `tools[${index}]`);
    count += Math.max(1, listOf(member(tool, "functionDeclarations")).length);
  }
  if (count > caps.tools) refuse("too_many_tools", `'tools' may hold at most ${caps.tools}.`, "tools");
}

function checkGeneration(config: unknown): void {
  if (isRecord(config)) checkMembers(config, GENERATION_RULES, "generationConfig.");
}

function readChoices(body: Body): number {
  const config = member(body, "generationConfig");
  return (isRecord(config) ? numberOf(member(config, "candidateCount")) : null) ?? 1;
}

function checkEmbeddings(body: Body, model: string): void {
  const { content, requests } = body;
  if (!Array.isArray(requests)) {
    if (!isRecord(content)) refuse("missing_field", "'content' is required.", "content");
    return checkParts(content, "content");
  }
  if (requests.length === 0) refuse("invalid_value", "'requests' must be a non-empty array.", "requests");
  for (const [index, request] of requests.entries()) {
    const path = `requests[${index}]`;
    if (!isRecord(request) || !isRecord(request["content"]))
      refuse("missing_field", `'${path}.content' is required.`, `${path}.content`);
    checkMembers(request, EMBEDDINGS_RULES, `${path}.`);
    checkBodyModel(request, model, `${path}.model`);
    checkParts(request["content"], `${path}.content`);
  }
}
