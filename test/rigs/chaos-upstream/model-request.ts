import { MisuseError } from "./behaviour.ts";

/** What the rig reads of a chat request; the rest is only logged. */
export interface ChatRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly choices: number;
  /** The messages as JSON: they decide the answer's id and the prompt's token count. */
  readonly prompt: string;
  readonly toolNames: readonly string[];
}

export interface EmbeddingsRequest {
  readonly model: string;
  readonly inputs: readonly string[];
  readonly dimensions: number;
  readonly base64: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws MisuseError when no model is named or `n` is out of range. */
export function decodeChatRequest(json: unknown): ChatRequest {
  const body = fieldsOf(json);
  const tools: readonly unknown[] = Array.isArray(body["tools"]) ? body["tools"] : [];
  return {
    model: modelOf(body),
    stream: body["stream"] === true,
    includeUsage: fieldsOf(body["stream_options"])["include_usage"] === true,
    choices: countOf(body, "n", { fallback: 1, most: 128 }),
    prompt: JSON.stringify(body["messages"] ?? []),
    toolNames: tools.map((tool) => fieldsOf(fieldsOf(tool)["function"])["name"]).filter((name) => typeof name === "string"),
  };
}

/** A token array counts as one input, like a string. @throws MisuseError when no model is named or `dimensions` is out of range. */
export function decodeEmbeddingsRequest(json: unknown): EmbeddingsRequest {
  const body = fieldsOf(json);
  const input: unknown = body["input"] ?? "";
  const inputs: readonly unknown[] = Array.isArray(input) && typeof input[0] !== "number" ? input : [input];
  return {
    model: modelOf(body),
    inputs: inputs.map((item) => (typeof item === "string" ? item : JSON.stringify(item))),
    dimensions: countOf(body, "dimensions", { fallback: 16, most: 3_072 }),
    base64: body["encoding_format"] === "base64",
  };
}

function modelOf(body: Fields): string {
  const model = body["model"];
  if (typeof model !== "string" || model === "") throw new MisuseError("The request names no model.");
  return model;
}

function countOf(body: Fields, name: string, range: { readonly fallback: number; readonly most: number }): number {
  const value = body[name] ?? range.fallback;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > range.most) {
    throw new MisuseError(`${name} is not a number from 1 to ${range.most}.`);
  }
  return value;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
