import { isRecord } from "../../core/json/is-record.ts";
import type { ChatRequest, Tool, ToolChoice } from "../canonical/chat-request.ts";
import type { NameRule, ToolNames } from "../canonical/names.ts";
import type { Losses } from "./losses.ts";
import type { Draft } from "./write-media.ts";

/** A function's name: it begins with a letter or an underscore. */
export const FUNCTION_NAME: NameRule = {
  pattern: /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/,
  illegal: /^[^A-Za-z_]|[^A-Za-z0-9_.:-]/g,
  length: 128,
};

/** A free-form tool's only argument. */
const INPUT_SCHEMA = { type: "object", properties: { input: { type: "string" } }, required: ["input"] };

/** `tools` and `toolConfig`; null where there are none. */
interface WrittenTools {
  readonly tools: readonly Draft[] | null;
  readonly toolConfig: Draft | null;
  /** Sent names of free-form tools. */
  readonly customTools: ReadonlySet<string>;
}

interface Rules {
  readonly names: ToolNames;
  readonly losses: Losses;
}

/** The tools of a request: all functions in one declaration, server tools of the API's own beside it. */
export function writeTools(request: ChatRequest, { losses, names }: Rules): WrittenTools {
  const customTools = new Set<string>();
  const functionDeclarations: Draft[] = [];
  const servers: Draft[] = [];
  for (const tool of request.tools) {
    if (tool.kind === "server") servers.push(...writeServerTool(tool, losses));
    else functionDeclarations.push(writeFunction(tool, { names, losses }));
    if (tool.kind === "custom") customTools.add(names.mangle(tool.name));
  }
  const tools = functionDeclarations.length === 0 ? servers : [...servers, { functionDeclarations }];
  if (request.parallelTools !== null && request.tools.length > 0)
    losses.hint("parallel_tools", "gemini decides itself whether calls are parallel");
  const calling = functionDeclarations.length > 0 ? writeChoice(request, names) : null;
  if (functionDeclarations.length === 0 && isDemanding(request.toolChoice))
    losses.meaning("tool_choice", "gemini chooses among functions alone, and there are none");
  return {
    tools: tools.length === 0 ? null : tools,
    toolConfig: calling === null ? null : { functionCallingConfig: calling },
    customTools,
  };
}

function isDemanding(choice: ToolChoice | null): boolean {
  return choice !== null && choice.kind !== "auto" && choice.kind !== "none";
}

function writeFunction(tool: Exclude<Tool, { readonly kind: "server" }>, { losses, names }: Rules): Draft {
  const description = tool.description === null ? {} : { description: tool.description };
  const declared = { name: names.mangle(tool.name), ...description };
  switch (tool.kind) {
    case "custom":
      if (isGrammar(tool.format)) losses.meaning("tools.custom", "gemini cannot hold a tool's input to a grammar");
      return { ...declared, parametersJsonSchema: INPUT_SCHEMA };
    case "function": {
      const extra = tool.extra?.dialect === "gemini" ? tool.extra.fields : {};
      return { ...declared, ...(tool.schema !== null && { parametersJsonSchema: tool.schema }), ...extra };
    }
  }
}

function isGrammar(format: unknown): boolean {
  return isRecord(format) && format["type"] !== undefined && format["type"] !== "text";
}

const PLAIN_SEARCH: ReadonlySet<string> = new Set(["type", "name", "search_context_size"]);

/** The API's own as it came; a search of the web that asks for nothing in particular is its search. */
function writeServerTool(tool: Extract<Tool, { readonly kind: "server" }>, losses: Losses): readonly Draft[] {
  const { dialect, raw, type } = tool;
  if (dialect === "gemini" && isRecord(raw)) return [{ ...raw }];
  const isPlain = isRecord(raw) && Object.keys(raw).every((name) => PLAIN_SEARCH.has(name));
  const isSearch = type.startsWith("web_search");
  if (isSearch && isPlain) {
    if ("search_context_size" in raw) losses.hint(`tools.${type}`, "gemini decides itself how much of the web it reads");
    return [{ googleSearch: {} }];
  }
  losses.meaning(`tools.${type}`, `gemini has no tool of ${dialect} with these settings`, isSearch ? "web_search" : undefined);
  return [];
}

/** `functionCallingConfig`. Schemas are held to, and subsets allowed without being demanded, in the mode `VALIDATED`. */
function writeChoice({ toolChoice, tools }: ChatRequest, names: ToolNames): Draft | null {
  const isStrict = tools.some((tool) => tool.kind === "function" && tool.strict === true);
  const free = isStrict ? "VALIDATED" : "AUTO";
  switch (toolChoice?.kind) {
    case undefined:
      return isStrict ? { mode: free } : null;
    case "auto":
      return { mode: free };
    case "none":
      return { mode: "NONE" };
    case "required":
      return { mode: "ANY" };
    case "tool":
      return { mode: "ANY", allowedFunctionNames: [names.mangle(toolChoice.name)] };
    case "subset": {
      const mode = toolChoice.mode === "required" ? "ANY" : "VALIDATED";
      return { mode, allowedFunctionNames: toolChoice.names.map((name) => names.mangle(name)) };
    }
  }
}
