import { isRecord } from "../../core/json/is-record.ts";
import type { Tool, ToolChoice } from "../canonical/chat-request.ts";
import type { Writing } from "./writing.ts";

type Fields = Readonly<Record<string, unknown>>;
type FunctionTool = Extract<Tool, { kind: "function" }>;
type CustomTool = Extract<Tool, { kind: "custom" }>;
type ServerTool = Extract<Tool, { kind: "server" }>;

const SEARCH = /web_?search|google_?search/i;
/** What stands in for a free-form tool: its one text. */
const INPUT_SCHEMA = {
  type: "object",
  properties: { input: { type: "string" } },
  required: ["input"],
  additionalProperties: false,
};

/** Tools and how they may be called; a choice between none is not sent, as servers refuse it. */
export function writeTools(writing: Writing): Fields {
  const { parallelTools, toolChoice } = writing.request;
  const listed = listedTools(writing);
  const tools = listed.map((tool) => writeTool(tool, writing)).filter((tool) => tool !== null);
  const search = writeSearch(writing);
  if (tools.length === 0) return search;
  return {
    tools,
    ...(toolChoice === null ? {} : { tool_choice: writeChoice(toolChoice, writing) }),
    ...(parallelTools === null ? {} : { parallel_tool_calls: parallelTools }),
    ...search,
  };
}

/** The tools that may be called: a server that knows no subsets is told of these alone. */
function listedTools(writing: Writing): readonly Tool[] {
  const { toolChoice, tools } = writing.request;
  if (toolChoice?.kind !== "subset" || writing.isExtended) return tools;
  writing.loseHint("tool_choice", "the tools that are not allowed are left out");
  return tools.filter((tool) => tool.kind === "server" || toolChoice.names.includes(tool.name));
}

function writeTool(tool: Tool, writing: Writing): Fields | null {
  switch (tool.kind) {
    case "function":
      return writeFunction(tool, writing);
    case "custom":
      return writeCustom(tool, writing);
    case "server":
      return writeServer(tool, writing);
  }
}

function writeFunction({ cache, description, extra, name, schema, strict }: FunctionTool, writing: Writing): Fields {
  if (cache !== undefined) writing.loseHint("cache_marks", "openai-chat has no cache mark on a tool");
  return {
    type: "function",
    function: {
      name: writing.names.mangle(name),
      ...(description === null ? {} : { description }),
      ...(schema === null ? {} : { parameters: schema }),
      ...(strict === null ? {} : { strict }),
    },
    ...(extra?.dialect === "openai-chat" ? extra.fields : {}),
  };
}

function writeCustom({ description, format, name }: CustomTool, writing: Writing): Fields {
  const sent = writing.names.mangle(name);
  const about = description === null ? {} : { description };
  if (writing.isExtended) {
    return { type: "custom", custom: { name: sent, ...about, ...(format === null ? {} : { format: nestGrammar(format) }) } };
  }
  writing.customTools.add(sent);
  if (isRecord(format) && format["type"] === "grammar")
    writing.loseMeaning("tools.custom", "not every openai-chat server keeps an input to a grammar");
  return { type: "function", function: { name: sent, ...about, parameters: INPUT_SCHEMA } };
}

/** A grammar stands one level deeper here than elsewhere. */
function nestGrammar(format: unknown): unknown {
  if (!isRecord(format) || format["type"] !== "grammar" || "grammar" in format) return format;
  const { type, ...grammar } = format;
  return { type, grammar };
}

function writeServer(tool: ServerTool, writing: Writing): Fields | null {
  if (isSearchOption(tool)) return null;
  if (tool.dialect === "openai-chat" && isRecord(tool.raw)) return tool.raw;
  if (SEARCH.test(tool.type) && writing.has("web_search")) return null;
  const capability = SEARCH.test(tool.type) ? "web_search" : null;
  writing.loseMeaning(`tools.${tool.type}`, `openai-chat has no ${tool.type}`, capability);
  return null;
}

/** Web search is an option of the request here; a tool of `tools` names its type. */
function isSearchOption({ dialect, raw, type }: ServerTool): boolean {
  return dialect === "openai-chat" && type === "web_search" && isRecord(raw) && !("type" in raw);
}

function writeSearch(writing: Writing): Fields {
  const tools = writing.request.tools.filter((tool) => tool.kind === "server");
  const own = tools.find(isSearchOption);
  if (own !== undefined) return { web_search_options: own.raw };
  const isAsked = tools.some(({ dialect, type }) => dialect !== "openai-chat" && SEARCH.test(type));
  return isAsked && writing.has("web_search") ? { web_search_options: {} } : {};
}

function writeChoice(choice: ToolChoice, writing: Writing): unknown {
  switch (choice.kind) {
    case "auto":
    case "none":
    case "required":
      return choice.kind;
    case "tool":
      return writeNamed(choice.name, writing);
    case "subset":
      if (!writing.isExtended) return choice.mode;
      return {
        type: "allowed_tools",
        allowed_tools: { mode: choice.mode, tools: choice.names.map((name) => writeNamed(name, writing)) },
      };
  }
}

function writeNamed(name: string, writing: Writing): Fields {
  const isCustom = writing.isExtended && writing.request.tools.some((tool) => tool.kind === "custom" && tool.name === name);
  const named = { name: writing.names.mangle(name) };
  return isCustom ? { type: "custom", custom: named } : { type: "function", function: named };
}
