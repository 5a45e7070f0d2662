import { isRecord } from "../../core/json/is-record.ts";
import type { Tool, ToolChoice } from "../canonical/chat-request.ts";
import { type Fields, filled, type Writing } from "./writing.ts";

/** What stands in for a free-form tool: its one text. */
const INPUT_SCHEMA = { type: "object", properties: { input: { type: "string" } }, required: ["input"] };

/** Tools and whether they must be called. One tool of several is chosen by leaving out the others. */
export function writeTools(writing: Writing): Fields {
  const { toolChoice, tools } = writing.request;
  const names = allowedNames(toolChoice);
  const listed = tools.filter((tool) => tool.kind === "server" || (names?.includes(tool.name) ?? true));
  const written = listed.flatMap((tool) => writeTool(tool, writing));
  if (written.length === 0) return {};
  return { tools: written, strict_tools: writeStrict(listed, writing), tool_choice: writeChoice(toolChoice) };
}

/** Null where every tool may be called. */
function allowedNames(choice: ToolChoice | null): readonly string[] | null {
  if (choice?.kind === "tool") return [choice.name];
  return choice?.kind === "subset" ? choice.names : null;
}

function writeChoice(choice: ToolChoice | null): "NONE" | "REQUIRED" | null {
  if (choice?.kind === "none") return "NONE";
  const isForced = choice?.kind === "tool" || choice?.kind === "required";
  return isForced || (choice?.kind === "subset" && choice.mode === "required") ? "REQUIRED" : null;
}

/** Strictness is all tools' or none's. */
function writeStrict(tools: readonly Tool[], writing: Writing): true | null {
  const isStrict = tools.filter((tool) => tool.kind !== "server").map((tool) => tool.kind === "function" && tool.strict === true);
  if (isStrict.every(Boolean)) return true;
  if (isStrict.some(Boolean)) writing.lose("hint", "tools.strict", "has all tools strict or none");
  return null;
}

function writeTool(tool: Tool, writing: Writing): readonly Fields[] {
  switch (tool.kind) {
    case "function":
      return [writeFunction(tool, tool.schema ?? { type: "object", properties: {} }, writing)];
    case "custom":
      writing.customTools.add(writing.names.mangle(tool.name));
      if (isRecord(tool.format) && tool.format["type"] === "grammar")
        writing.lose("meaning", "tools.custom", "does not keep an input to a grammar");
      return [writeFunction(tool, INPUT_SCHEMA, writing)];
    case "server":
      writing.lose("meaning", `tools.${tool.type}`, "runs no tools itself");
      return [];
  }
}

type NamedTool = Exclude<Tool, { readonly kind: "server" }>;

function writeFunction({ description, name }: NamedTool, parameters: unknown, { names }: Writing): Fields {
  return { type: "function", function: filled({ name: names.mangle(name), description, parameters }) };
}
