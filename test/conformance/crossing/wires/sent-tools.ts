import { at, listAt, textAt } from "../../judges/judged.ts";
import type { WireName } from "./index.ts";

const NAMES: Readonly<Record<WireName, (body: unknown) => readonly string[]>> = {
  "openai-chat": (body) => listAt(body, "tools").map((tool) => textAt(tool, "function", "name")),
  "openai-responses": (body) => listAt(body, "tools").map((tool) => textAt(tool, "name")),
  "openai-completions": () => [],
  "anthropic-messages": (body) => listAt(body, "tools").map((tool) => textAt(tool, "name")),
  gemini: (body) =>
    listAt(body, "tools")
      .flatMap((tool) => listAt(tool, "functionDeclarations"))
      .map((declared) => textAt(declared, "name")),
  "bedrock-converse": (body) => listAt(body, "toolConfig", "tools").map((tool) => textAt(tool, "toolSpec", "name")),
};

/** Names of the tools that an upstream was sent, in their order. */
export function toolsSentTo(dialect: WireName, body: unknown): readonly string[] {
  return NAMES[dialect](body);
}

/** Names that each API takes. */
export const LEGAL_NAME: Readonly<Record<WireName, RegExp>> = {
  "openai-chat": /^[A-Za-z0-9_-]{1,64}$/,
  "openai-responses": /^[A-Za-z0-9_-]{1,64}$/,
  "openai-completions": /^$/,
  "anthropic-messages": /^[A-Za-z0-9_-]{1,128}$/,
  gemini: /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/,
  "bedrock-converse": /^[A-Za-z0-9_-]{1,64}$/,
};

const FORCED: Readonly<Record<WireName, (body: unknown) => unknown>> = {
  "openai-chat": (body) => at(body, "tool_choice", "function", "name"),
  "openai-responses": (body) => at(body, "tool_choice", "name"),
  "openai-completions": () => undefined,
  "anthropic-messages": (body) => at(body, "tool_choice", "name"),
  gemini: (body) => at(body, "toolConfig", "functionCallingConfig", "allowedFunctionNames", 0),
  "bedrock-converse": (body) => at(body, "toolConfig", "toolChoice", "tool", "name"),
};

/** The tool that must be called; null where the model may choose. */
export function forcedToolOf(dialect: WireName, body: unknown): string | null {
  const name = FORCED[dialect](body);
  return typeof name === "string" ? name : null;
}
