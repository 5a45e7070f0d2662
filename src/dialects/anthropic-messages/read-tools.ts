import type { Tool, ToolChoice } from "../canonical/chat-request.ts";
import { refuse } from "../canonical/check-fields.ts";
import { DIALECT } from "./identity.ts";
import { type Fields, nameAt, objectAt, optionalText, readCommon, textAt } from "./read-fields.ts";

const FUNCTION_FIELDS = ["name", "description", "input_schema", "strict"];

/** Tools of a request. @throws FairleadError `invalid_value` naming the field */
export function readTools(tools: unknown): readonly Tool[] {
  if (!Array.isArray(tools)) return [];
  return tools.map((tool, index) => readTool(objectAt(tool, `tools[${index}]`), `tools[${index}]`));
}

function readTool(tool: Fields, path: string): Tool {
  const type = tool["type"] ?? "custom";
  if (type !== "custom") return { kind: "server", dialect: DIALECT, type: nameAt(type, `${path}.type`), raw: tool };
  return {
    kind: "function",
    name: nameAt(tool["name"], `${path}.name`),
    description: optionalText(tool["description"]),
    schema: objectAt(tool["input_schema"], `${path}.input_schema`),
    strict: typeof tool["strict"] === "boolean" ? tool["strict"] : null,
    ...readCommon(tool, FUNCTION_FIELDS),
  };
}

interface ReadChoice {
  readonly toolChoice: ToolChoice | null;
  readonly parallelTools: boolean | null;
}

/** `tool_choice`, which also says whether calls may be parallel. @throws FairleadError `invalid_value` naming the field */
export function readToolChoice(value: unknown): ReadChoice {
  if (value === undefined || value === null) return { toolChoice: null, parallelTools: null };
  const choice = objectAt(value, "tool_choice");
  const isSingle = choice["disable_parallel_tool_use"];
  return { toolChoice: readChoice(choice), parallelTools: typeof isSingle === "boolean" ? !isSingle : null };
}

function readChoice(choice: Fields): ToolChoice {
  const type = textAt(choice["type"], "tool_choice.type");
  switch (type) {
    case "auto":
    case "none":
      return { kind: type };
    case "any":
      return { kind: "required" };
    case "tool":
      return { kind: "tool", name: nameAt(choice["name"], "tool_choice.name") };
    default:
      return refuse("invalid_value", "'tool_choice.type' must be one of auto, any, tool, none.", "tool_choice.type");
  }
}
