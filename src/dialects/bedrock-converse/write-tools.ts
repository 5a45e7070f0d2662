import { isRecord } from "../../core/json/is-record.ts";
import type { Tool } from "../canonical/chat-request.ts";
import { DIALECT } from "./read-block.ts";
import { textBlock } from "./write-blocks.ts";
import { markCache } from "./write-cache.ts";
import { type Force, writeToolChoice } from "./write-tool-choice.ts";
import type { WireBlock, Writing } from "./writing.ts";

export interface WrittenTools {
  /** Empty: there is no `toolConfig`. */
  readonly tools: WireBlock[];
  readonly force: Force;
  /** By the name sent. */
  readonly customTools: ReadonlySet<string>;
}

/** What the tools stand beside. */
export interface ToolScope {
  /** The conversation calls tools: then some must be declared. */
  readonly hasHistory: boolean;
  /** A tool that stands for the output format: the answer is its input. */
  readonly output: { readonly name: string; readonly schema: unknown } | null;
}

type FunctionTool = Extract<Tool, { readonly kind: "function" }>;
type ServerTool = Extract<Tool, { readonly kind: "server" }>;

/** No tool may be left out of a conversation that has called some. */
const PLACEHOLDER: WireBlock = {
  toolSpec: {
    name: "unavailable",
    description: "No tool can be called any more. Never call this.",
    inputSchema: { json: { type: "object" } },
  },
};
const CUSTOM_SCHEMA = { type: "object", properties: { input: { type: "string" } }, required: ["input"] };

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html */
export function writeTools(scope: ToolScope, writing: Writing): WrittenTools {
  const { force, only } = writeToolChoice(scope, writing);
  const tools: WireBlock[] = [];
  const customTools = new Set<string>();
  for (const tool of writing.request.tools) {
    if (tool.kind !== "server" && only?.has(tool.name) === false) continue;
    const written = writeTool(tool, writing);
    if (written === null) continue;
    tools.push(written);
    if (tool.kind === "custom") customTools.add(writing.names.mangle(tool.name));
    if (tool.kind === "function") markCache(tools, tool.cache, writing);
  }
  if (scope.output !== null) tools.push(writeOutputTool(scope.output));
  if (tools.length > 0) return { tools, force, customTools };
  return { tools: scope.hasHistory ? [PLACEHOLDER] : [], force: { kind: "none" }, customTools };
}

function writeTool(tool: Tool, writing: Writing): WireBlock | null {
  switch (tool.kind) {
    case "function":
      return writeSpec(tool, { schema: tool.schema, strict: isStrict(tool, writing) }, writing);
    case "custom":
      if (isRecord(tool.format) && tool.format["type"] !== "text") {
        writing.losses.meaning("tools.custom", "bedrock-converse cannot hold a tool to a grammar");
      }
      return writeSpec(tool, { schema: CUSTOM_SCHEMA, strict: false }, writing);
    case "server":
      return writeServerTool(tool, writing);
  }
}

function writeServerTool({ dialect, raw, type }: ServerTool, { losses }: Writing): WireBlock | null {
  if (dialect === DIALECT && isRecord(raw)) return raw;
  const capability = type.startsWith("web_search") ? "web_search" : null;
  losses.meaning(`tools.${type}`, `bedrock-converse has no ${type}`, capability);
  return null;
}

interface Spec {
  readonly schema: unknown;
  readonly strict: boolean;
}

function writeSpec(tool: Exclude<Tool, ServerTool>, { schema, strict }: Spec, { names }: Writing): WireBlock {
  const description = textBlock(tool.description ?? "") === null ? {} : { description: tool.description };
  const inputSchema = { json: toObjectSchema(schema) };
  return { toolSpec: { name: names.mangle(tool.name), ...description, inputSchema, ...(strict && { strict: true }) } };
}

function writeOutputTool({ name, schema }: NonNullable<ToolScope["output"]>): WireBlock {
  const description = "Gives the answer to the user. Its input is the answer.";
  return { toolSpec: { name, description, inputSchema: { json: toObjectSchema(schema) } } };
}

/** Input is an object, and the schema must say so. */
function toObjectSchema(schema: unknown): unknown {
  if (!isRecord(schema)) return { type: "object" };
  return schema["type"] === undefined ? { type: "object", ...schema } : schema;
}

function isStrict({ strict }: FunctionTool, { losses, upstream }: Writing): boolean {
  if (strict !== true) return false;
  if (upstream.capabilities?.has("json_schema") !== false) return true;
  losses.hint("tools.strict", `${upstream.model} has no strict tools`);
  return false;
}
