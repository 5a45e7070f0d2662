import { isRecord } from "../../core/json/is-record.ts";
import { refuse } from "../canonical/check-fields.ts";
import type { Tool, ToolChoice } from "../canonical/chat-request.ts";
import type { DecodedRequest } from "../dialect.ts";
import { readCacheMark } from "./read-parts.ts";

type Body = DecodedRequest["body"];
type Fields = Readonly<Record<string, unknown>>;

/** Members of a function tool that are read; the others stay with it. */
const KNOWN_MEMBERS: ReadonlySet<string> = new Set(["type", "function", "cache_control"]);

/** `tools`, the legacy `functions`, and web search, which is an option of the request. @throws FairleadError 400 */
export function readTools(body: Body): readonly Tool[] {
  const { functions, tools, web_search_options: search } = body;
  const list = Array.isArray(tools) ? tools.map((tool: unknown, index) => readTool(tool, `tools[${index}]`)) : [];
  const legacy = Array.isArray(functions) ? functions.map((one: unknown, index) => readFunction(one, `functions[${index}]`)) : [];
  const server: Tool[] = isRecord(search) ? [{ kind: "server", dialect: "openai-chat", type: "web_search", raw: search }] : [];
  return [...list, ...legacy, ...server];
}

function readTool(tool: unknown, at: string): Tool {
  if (!isRecord(tool)) return refuse("invalid_value", `'${at}' must be an object.`, at);
  const { type } = tool;
  if (type === "custom") return readCustom(tool["custom"], `${at}.custom`);
  if (type !== "function" && !isRecord(tool["function"])) {
    if (typeof type !== "string") return refuse("invalid_value", `'${at}.type' must be a string.`, `${at}.type`);
    return { kind: "server", dialect: "openai-chat", type, raw: tool };
  }
  const cache = readCacheMark(tool);
  const fields = Object.fromEntries(Object.entries(tool).filter(([name]) => !KNOWN_MEMBERS.has(name)));
  return {
    ...readFunction(tool["function"], `${at}.function`),
    ...(cache === undefined ? {} : { cache }),
    ...(Object.keys(fields).length > 0 ? { extra: { dialect: "openai-chat", fields } } : {}),
  };
}

function nameOf(holder: Fields, at: string): string {
  const { name } = holder;
  if (typeof name !== "string" || name === "") refuse("missing_field", `'${at}.name' is required.`, `${at}.name`);
  return name;
}

function readFunction(value: unknown, at: string): Tool {
  if (!isRecord(value)) return refuse("invalid_value", `'${at}' must be an object.`, at);
  const { description, parameters, strict } = value;
  return {
    kind: "function",
    name: nameOf(value, at),
    description: typeof description === "string" ? description : null,
    schema: parameters ?? null,
    strict: typeof strict === "boolean" ? strict : null,
  };
}

/** A grammar stands one level deeper here than elsewhere. @see https://platform.openai.com/docs/guides/function-calling#custom-tools */
function readCustom(value: unknown, at: string): Tool {
  if (!isRecord(value)) return refuse("invalid_value", `'${at}' must be an object.`, at);
  const { description, format } = value;
  const isNested = isRecord(format) && isRecord(format["grammar"]);
  return {
    kind: "custom",
    name: nameOf(value, at),
    description: typeof description === "string" ? description : null,
    format: isNested ? { type: "grammar", ...(format["grammar"] as Fields) } : (format ?? null), // checked above
  };
}

/** `tool_choice`, or the legacy `function_call`. @throws FairleadError 400 */
export function readToolChoice(body: Body): ToolChoice | null {
  const { function_call: legacy, tool_choice: choice } = body;
  if (choice !== undefined && choice !== null) return readChoice(choice);
  if (legacy === "auto" || legacy === "none") return { kind: legacy };
  return isRecord(legacy) ? { kind: "tool", name: nameOf(legacy, "function_call") } : null;
}

function readChoice(choice: unknown): ToolChoice {
  if (choice === "auto" || choice === "none" || choice === "required") return { kind: choice };
  if (choice === "any") return { kind: "required" };
  if (isRecord(choice)) {
    const { allowed_tools: allowed, custom, function: one } = choice;
    if (isRecord(one)) return { kind: "tool", name: nameOf(one, "tool_choice.function") };
    if (isRecord(custom)) return { kind: "tool", name: nameOf(custom, "tool_choice.custom") };
    if (isRecord(allowed)) return readSubset(allowed);
  }
  return refuse(
    "invalid_value",
    "'tool_choice' must be none, auto, required, or name a function, a custom tool or allowed tools.",
    "tool_choice",
  );
}

function readSubset({ mode, tools }: Fields): ToolChoice {
  const names = (Array.isArray(tools) ? tools : []).flatMap((tool: unknown) => {
    const holder = isRecord(tool) ? (tool["function"] ?? tool["custom"] ?? tool) : null;
    return isRecord(holder) && typeof holder["name"] === "string" ? [holder["name"]] : [];
  });
  if (names.length === 0) {
    const at = "tool_choice.allowed_tools.tools";
    refuse("invalid_value", `'${at}' must name at least one tool.`, at);
  }
  return { kind: "subset", mode: mode === "required" ? "required" : "auto", names };
}
