import { isRecord } from "../../core/json/is-record.ts";
import type { Tool, ToolChoice } from "../canonical/chat-request.ts";
import { refuse } from "../canonical/check-fields.ts";
import { lowerSchema } from "./lower-schema.ts";
import { type Body, camelCase, listOf, member, restOf, textOf } from "./member.ts";

/** The tools of a request and how they may be used. */
interface ReadTools {
  readonly tools: readonly Tool[];
  readonly choice: ToolChoice | null;
}

/** `tools` and `toolConfig`. @throws FairleadError 400 naming the field @see https://ai.google.dev/api/caching#Tool */
export function readTools(body: Body): ReadTools {
  const calling = callingConfig(body);
  const mode = textOf(calling["mode"])?.toUpperCase() ?? "";
  // `VALIDATED` holds every call to its schema, which others say of each tool.
  const strict = mode === "VALIDATED" ? true : null;
  const tools = listOf(member(body, "tools")).flatMap((tool, index) =>
    isRecord(tool) ? readTool(tool, `tools[${index}]`, strict) : [],
  );
  return { tools, choice: readChoice(mode, listOf(member(calling, "allowedFunctionNames")).filter(isName)) };
}

/** `functionCallingConfig` of a request; empty where there is none. */
export function callingConfig(body: Body): Body {
  const config = member(body, "toolConfig");
  const calling = isRecord(config) ? member(config, "functionCallingConfig") : undefined;
  return isRecord(calling) ? calling : {};
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function readTool(tool: Body, path: string, strict: boolean | null): readonly Tool[] {
  return Object.entries(tool).flatMap(([name, value]): readonly Tool[] => {
    if (value === null) return [];
    const type = camelCase(name);
    if (type !== "functionDeclarations") return [{ kind: "server", dialect: "gemini", type, raw: { [name]: value } }];
    return listOf(value).map((declared, index) => readFunction(declared, `${path}.functionDeclarations[${index}]`, strict));
  });
}

const FUNCTION_KEYS: ReadonlySet<string> = new Set(["name", "description", "parameters", "parametersJsonSchema"]);

function readFunction(declared: unknown, path: string, strict: boolean | null): Tool {
  if (!isRecord(declared)) refuse("invalid_value", `'${path}' must be an object.`, path);
  const { name } = declared;
  if (!isName(name)) refuse("invalid_value", `'${path}.name' must be a non-empty string.`, `${path}.name`);
  const extra = restOf(declared, FUNCTION_KEYS);
  return {
    kind: "function",
    name,
    description: textOf(declared["description"]),
    schema: member(declared, "parametersJsonSchema") ?? lowerSchema(declared["parameters"]) ?? null,
    strict,
    ...(extra !== null && { extra: { dialect: "gemini", fields: extra } }),
  };
}

function readChoice(mode: string, names: readonly string[]): ToolChoice | null {
  const [first, second] = names;
  switch (mode) {
    case "NONE":
      return { kind: "none" };
    case "ANY":
      if (first === undefined) return { kind: "required" };
      return second === undefined ? { kind: "tool", name: first } : { kind: "subset", mode: "required", names };
    case "AUTO":
    case "VALIDATED":
      return first === undefined ? { kind: "auto" } : { kind: "subset", mode: "auto", names };
    default:
      return null;
  }
}
