import { isRecord } from "../../core/json/is-record.ts";
import { checkFields, checkIdentifier, checkModel, numberOf, parseBody, refuse } from "../canonical/check-fields.ts";
import type { Surface } from "../dialect.ts";
import { COMPLETIONS_RULES } from "./request-fields.ts";

/** The fields routing needs, checked; everything else passes as it came. @throws FairleadError a 4xx naming the field */
export const decodeRequest: Surface["decodeRequest"] = (_operation, text, { caps }) => {
  const { body, members } = parseBody(text);
  checkFields(body, COMPLETIONS_RULES);
  const model = checkModel(body["model"]);
  checkIdentifier(body["user"], "user");
  const prompts = countPrompts(body["prompt"]);
  if (prompts > caps.messages) refuse("too_many_messages", `'prompt' may hold at most ${caps.messages} prompts.`, "prompt");
  return {
    surface: "openai-completions",
    operation: "chat",
    model,
    stream: body["stream"] === true,
    // Each prompt is answered `n` times.
    choices: (numberOf(body["n"]) ?? 1) * prompts,
    text,
    body,
    modelSpan: members.get("model") ?? null,
    streamOptionsSpan: members.get("stream_options") ?? null,
    asksUsage: readAsksUsage(body["stream_options"]),
    headers: null,
    framing: "sse",
  };
};

/** A text, texts, the tokens of one, or of several. */
function countPrompts(prompt: unknown): number {
  if (prompt === undefined) return refuse("missing_field", "'prompt' is required.", "prompt");
  if (typeof prompt === "string") return 1;
  if (Array.isArray(prompt) && prompt.length > 0) {
    if (prompt.every((item) => typeof item === "number")) return 1;
    if (prompt.every((item) => typeof item === "string" || Array.isArray(item))) return prompt.length;
  }
  return refuse("invalid_value", "'prompt' must be a string or a non-empty array of strings or tokens.", "prompt");
}

function readAsksUsage(streamOptions: unknown): boolean | null {
  if (!isRecord(streamOptions)) return null;
  const flag = streamOptions["include_usage"] ?? null;
  if (flag !== null && typeof flag !== "boolean")
    refuse("invalid_value", "'stream_options.include_usage' must be true or false.", "stream_options.include_usage");
  return flag;
}
