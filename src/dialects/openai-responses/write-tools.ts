import { isRecord } from "../../core/json/is-record.ts";
import type { Tool, ToolChoice } from "../canonical/chat-request.ts";
import { RESPONSES } from "./dialect-name.ts";
import { fieldsOf } from "./extra-fields.ts";
import type { LossList } from "./loss-list.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What decides how tools are written. */
export interface ToolsContext {
  readonly nameOf: (name: string) => string;
  readonly losses: LossList;
  /** The request was written for this API: what it left out means what the API makes of it. */
  readonly isOwn: boolean;
}

/** Tools as the API declares them. @see https://platform.openai.com/docs/api-reference/responses/create#responses-create-tools */
export function writeTools(tools: readonly Tool[], context: ToolsContext): readonly Fields[] {
  return tools.map((tool) => writeTool(tool, context)).filter((tool) => tool !== null);
}

function writeTool(tool: Tool, context: ToolsContext): Fields | null {
  const { losses, nameOf } = context;
  switch (tool.kind) {
    case "function":
      return writeFunction(tool, context);
    case "custom":
      return {
        type: "custom",
        name: nameOf(tool.name),
        ...(tool.description === null ? {} : { description: tool.description }),
        ...(tool.format === null || tool.format === undefined ? {} : { format: tool.format }),
      };
    case "server":
      if (tool.dialect === RESPONSES && isRecord(tool.raw)) return tool.raw;
      losses.meaning(`tools.${tool.type}`, `openai-responses has no ${tool.type} of ${tool.dialect}`);
      return null;
  }
}

function writeFunction(tool: Extract<Tool, { readonly kind: "function" }>, { isOwn, losses, nameOf }: ToolsContext): Fields {
  if (tool.cache !== undefined) losses.hint("cache_marks", "openai-responses takes cache marks on input alone");
  return {
    type: "function",
    name: nameOf(tool.name),
    ...(tool.description === null ? {} : { description: tool.description }),
    parameters: tool.schema,
    // Left out, it means strict where that can be: nobody but this API's own callers asked for that.
    ...(tool.strict === null && isOwn ? {} : { strict: tool.strict ?? false }),
    ...fieldsOf(tool.extra),
  };
}

/** Which tool shall be called. */
export function writeToolChoice(choice: ToolChoice, tools: readonly Tool[], { nameOf }: ToolsContext): unknown {
  const reference = (name: string): Fields => {
    const isCustom = tools.some((tool) => tool.kind === "custom" && tool.name === name);
    return { type: isCustom ? "custom" : "function", name: nameOf(name) };
  };
  switch (choice.kind) {
    case "auto":
    case "none":
    case "required":
      return choice.kind;
    case "tool":
      return reference(choice.name);
    case "subset":
      return { type: "allowed_tools", mode: choice.mode, tools: choice.names.map(reference) };
  }
}
