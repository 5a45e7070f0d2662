import { isRecord } from "../../core/json/is-record.ts";
import type { Tool, ToolChoice } from "../canonical/chat-request.ts";
import { DIALECT } from "./identity.ts";
import { ownFields, type Wire, type Writing } from "./writing.ts";

type FunctionTool = Extract<Tool, { readonly kind: "function" }>;
type CustomTool = Extract<Tool, { readonly kind: "custom" }>;
type ServerTool = Extract<Tool, { readonly kind: "server" }>;

export interface WrittenTools {
  readonly tools: readonly Wire[];
  /** Free-form tools sent as functions, by the name sent. */
  readonly customTools: ReadonlySet<string>;
}

/** The tools a request may use; only those of a subset, where it asks for one. */
export function writeTools(writing: Writing): WrittenTools {
  const { toolChoice, tools } = writing.request;
  const subset = toolChoice?.kind === "subset" ? new Set(toolChoice.names) : null;
  if (subset !== null)
    writing.hint("tool_choice", "anthropic has no subset of tools, the others are left out of the prompt cache's prefix");
  const customTools = new Set<string>();
  const written: Wire[] = [];
  for (const tool of tools) {
    if (subset !== null && tool.kind !== "server" && !subset.has(tool.name)) continue;
    const wire = writeTool(tool, writing);
    if (wire !== null) written.push(wire);
    if (tool.kind === "custom") customTools.add(writing.names.mangle(tool.name));
  }
  return { tools: written, customTools };
}

function writeTool(tool: Tool, writing: Writing): Wire | null {
  switch (tool.kind) {
    case "function":
      return writeFunction(tool, writing);
    case "custom":
      return writeCustom(tool, writing);
    case "server":
      return writeServer(tool, writing);
  }
}

function writeFunction(tool: FunctionTool, writing: Writing): Wire {
  return {
    name: writing.names.mangle(tool.name),
    ...(tool.description === null ? {} : { description: tool.description }),
    input_schema: inputSchema(tool.schema),
    ...strictness(tool, writing),
    ...writing.common(tool),
  };
}

/** The API wants an object's schema, also of a tool that takes nothing. */
function inputSchema(schema: unknown): unknown {
  if (!isRecord(schema) || Object.keys(schema).length === 0) return { type: "object", properties: {} };
  return schema["type"] === undefined ? { type: "object", ...schema } : schema;
}

function strictness({ strict }: FunctionTool, writing: Writing): Wire {
  if (strict === null || (!strict && !writing.isOwn)) return {};
  if (writing.isOwn || writing.has("json_schema")) return { strict };
  writing.hint("tools.strict", "the model cannot be held to a tool's schema");
  return {};
}

function writeCustom(tool: CustomTool, writing: Writing): Wire {
  const grammar = grammarOf(tool.format);
  if (grammar !== null) writing.meaning("tools.custom", "anthropic cannot hold a tool's input to a grammar");
  const description = [tool.description, grammar === null ? null : `The input must match this grammar:\n${grammar}`];
  return {
    name: writing.names.mangle(tool.name),
    description: description.filter((text) => text !== null).join("\n\n"),
    input_schema: { type: "object", properties: { input: { type: "string" } }, required: ["input"] },
  };
}

/** The definition of a grammar, in the flat form or nested in `grammar`; null for free text. */
function grammarOf(format: unknown): string | null {
  if (!isRecord(format) || format["type"] !== "grammar") return null;
  const grammar = isRecord(format["grammar"]) ? format["grammar"] : format;
  return typeof grammar["definition"] === "string" ? grammar["definition"] : "";
}

function writeServer({ dialect, raw, type }: ServerTool, writing: Writing): Wire | null {
  if (dialect === DIALECT && isRecord(raw)) return { ...raw };
  writing.meaning(`tools.${type}`, `anthropic has no tool ${type}`, type.startsWith("web_search") ? "web_search" : null);
  return null;
}

/** How tools are chosen; null where nothing need be said. */
export function writeToolChoice(
  writing: Writing,
  { forcedTool, hasTools }: { readonly forcedTool: string | null; readonly hasTools: boolean },
): Wire | null {
  const { parallelTools, toolChoice } = writing.request;
  if (!hasTools && forcedTool === null) return null;
  const choice = forcedTool === null ? choose(toolChoice, writing) : force(toolChoice, { forcedTool, hasTools }, writing);
  // An answer in one form is one call.
  const isSingle = parallelTools === false || (forcedTool !== null && !hasTools);
  if (!isSingle || choice?.["type"] === "none") return choice;
  return { ...(choice ?? { type: "auto" }), disable_parallel_tool_use: true };
}

function choose(choice: ToolChoice | null, writing: Writing): Wire | null {
  if (choice === null) return null;
  switch (choice.kind) {
    case "auto":
    case "none":
      return { type: choice.kind };
    case "required":
      return { type: "any" };
    case "tool":
      return { type: "tool", name: writing.names.mangle(choice.name) };
    case "subset":
      return { type: choice.mode === "required" ? "any" : "auto" };
  }
}

interface Forced {
  readonly forcedTool: string;
  readonly hasTools: boolean;
}

/** A call is the only way to answer: of the tool that stands for the answer's form, or of one of the caller's. */
function force(choice: ToolChoice | null, { forcedTool, hasTools }: Forced, writing: Writing): Wire {
  if (choice?.kind === "tool") return { type: "tool", name: writing.names.mangle(choice.name) };
  return hasTools && choice?.kind !== "none" ? { type: "any" } : { type: "tool", name: forcedTool };
}

/** Unknown fields of the request that came in this dialect; those of another are named as losses. */
export function writeExtra(writing: Writing): Readonly<Record<string, unknown>> {
  const { extra } = writing.request;
  if (!writing.isOwn) {
    for (const name of Object.keys(extra.fields)) writing.hint(`extra.${name}`, "anthropic does not know the field");
  }
  return ownFields(extra);
}
