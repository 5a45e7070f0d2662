import { isRecord } from "../../core/json/is-record.ts";
import { refuse } from "../canonical/check-fields.ts";
import type { Tool, ToolChoice } from "../canonical/chat-request.ts";
import { RESPONSES } from "./dialect-name.ts";
import { extraOf } from "./extra-fields.ts";
import { textOf } from "./read-part.ts";

const FUNCTION_FIELDS = new Set(["type", "name", "description", "parameters", "strict"]);

/** `tools`: the caller's own by name, the provider's as they came. @throws FairleadError 400 naming the tool at fault */
export function readTools(tools: unknown): readonly Tool[] {
  return Array.isArray(tools) ? tools.map((tool: unknown, index) => readTool(tool, `tools[${index}]`)) : [];
}

function readTool(tool: unknown, at: string): Tool {
  if (!isRecord(tool)) refuse("invalid_value", `'${at}' must be an object.`, at);
  const type = textOf(tool, "type", at);
  const description = typeof tool["description"] === "string" ? tool["description"] : null;
  if (type === "custom") {
    return { kind: "custom", name: textOf(tool, "name", at), description, format: tool["format"] ?? null };
  }
  if (type !== "function") return { kind: "server", dialect: RESPONSES, type, raw: tool };
  return {
    kind: "function",
    name: textOf(tool, "name", at),
    description,
    schema: tool["parameters"] ?? null,
    strict: typeof tool["strict"] === "boolean" ? tool["strict"] : null,
    ...extraOf(tool, FUNCTION_FIELDS),
  };
}

/** `tool_choice`, and whether it says something that only this dialect can. */
export interface ReadToolChoice {
  readonly choice: ToolChoice | null;
  readonly isForeign: boolean;
}

/** @throws FairleadError 400 naming `tool_choice` */
export function readToolChoice(value: unknown): ReadToolChoice {
  if (value === undefined || value === null) return { choice: null, isForeign: false };
  if (value === "auto" || value === "none" || value === "required") return { choice: { kind: value }, isForeign: false };
  if (!isRecord(value)) refuse("invalid_value", "'tool_choice' must be auto, none, required or an object.", "tool_choice");
  const { mode, name, tools, type } = value;
  if (type === "allowed_tools") return readAllowed(mode, tools);
  const isOwn = (type === "function" || type === "custom") && typeof name === "string";
  return isOwn ? { choice: { kind: "tool", name }, isForeign: false } : { choice: null, isForeign: true };
}

function readAllowed(mode: unknown, tools: unknown): ReadToolChoice {
  const listed: readonly unknown[] = Array.isArray(tools) ? tools : [];
  const names = listed.map((tool) => (isRecord(tool) ? tool["name"] : null)).filter((name) => typeof name === "string");
  const choice: ToolChoice = { kind: "subset", mode: mode === "required" ? "required" : "auto", names };
  return { choice, isForeign: names.length < listed.length };
}
