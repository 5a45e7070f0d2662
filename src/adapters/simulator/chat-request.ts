import { isRecord, type JsonRecord } from "./json.ts";

/** A tool as the request declares it. */
export interface ToolSpec {
  readonly name: string;
  readonly parameters: unknown;
}

/** What the simulator reads of a chat completion request. */
export interface ChatRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** How many answers (`n`). */
  readonly answers: number;
  readonly maxTokens: number;
  /** The text of the last user message. */
  readonly userText: string;
  /** The text of the tool result that ends the conversation; null when it ends otherwise. */
  readonly toolText: string | null;
  /** The tools to call now; empty when text is the answer. */
  readonly calls: readonly ToolSpec[];
  /** Schema of the wanted JSON; null when prose is wanted. */
  readonly schema: unknown;
  readonly promptTokens: number;
}

/** A request that cannot be read, and the field at fault. */
export interface InvalidRequest {
  readonly message: string;
  readonly param: string | null;
}

const MAX_ANSWERS = 128;
/** The simulator's whole tokeniser: four UTF-16 code units are a token, rounded up. */
const CHARACTERS_PER_TOKEN = 4;
const ANY_OBJECT = { type: "object", properties: { message: { type: "string" } }, required: ["message"] };

/** Tokens by the simulator's rule: `ceil(length / 4)`. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** The start of a text that is at most so many tokens by `countTokens`, without half a surrogate pair at its end. */
export function cutToTokens(text: string, tokens: number): string {
  const cut = text.slice(0, tokens * CHARACTERS_PER_TOKEN);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

/** Reads the fields that shape the answer; `invalid` says what OpenAI would refuse too. */
export function readChatRequest(body: JsonRecord): { readonly request: ChatRequest } | { readonly invalid: InvalidRequest } {
  const messages = Array.isArray(body["messages"]) ? body["messages"].filter(isRecord) : [];
  const last = messages.at(-1);
  if (last === undefined) return { invalid: { message: "'messages' must be a non-empty array of objects.", param: "messages" } };
  const answers = body["n"] ?? 1;
  if (!isCount(answers) || answers < 1 || answers > MAX_ANSWERS) {
    return { invalid: { message: `'n' must be an integer from 1 to ${MAX_ANSWERS}.`, param: "n" } };
  }
  const userText = textOf(messages.findLast((message) => message["role"] === "user"));
  const streamOptions = body["stream_options"];
  return {
    request: {
      model: String(body["model"]),
      stream: body["stream"] === true,
      includeUsage: isRecord(streamOptions) && streamOptions["include_usage"] === true,
      answers,
      maxTokens: maxTokensOf(body),
      userText,
      toolText: last["role"] === "tool" ? textOf(last) : null,
      calls: last["role"] === "user" ? chooseTools(body, userText) : [],
      schema: schemaOf(body["response_format"]),
      promptTokens: countPrompt(messages, body["tools"]),
    },
  };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value);
}

function maxTokensOf(body: JsonRecord): number {
  const limit = body["max_completion_tokens"] ?? body["max_tokens"];
  return isCount(limit) && limit > 0 ? limit : Number.POSITIVE_INFINITY;
}

/** The text of a message: its string, or its text parts joined. Images and audio count nothing. */
function textOf(message: JsonRecord | undefined): string {
  const content = message?.["content"];
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .filter(isRecord)
    .map((part) => (typeof part["text"] === "string" ? part["text"] : ""))
    .join("");
}

function countPrompt(messages: readonly JsonRecord[], tools: unknown): number {
  const declared = Array.isArray(tools) ? countTokens(JSON.stringify(tools)) : 0;
  return messages.reduce((sum, message) => sum + countTokens(textOf(message)), declared);
}

/** The named tool, or the first; all of them when the user asks for `parallel` and the request allows it. */
function chooseTools(body: JsonRecord, userText: string): readonly ToolSpec[] {
  const choice = body["tool_choice"];
  const declared = Array.isArray(body["tools"]) ? body["tools"].flatMap(toolOf) : [];
  if (choice === "none" || declared.length === 0) return [];
  const named = isRecord(choice) && isRecord(choice["function"]) ? choice["function"]["name"] : undefined;
  if (named !== undefined) return declared.filter((tool) => tool.name === named).slice(0, 1);
  const all = body["parallel_tool_calls"] !== false && userText.toLowerCase().includes("parallel");
  return all ? declared : declared.slice(0, 1);
}

function toolOf(tool: unknown): readonly ToolSpec[] {
  const declared = isRecord(tool) ? tool["function"] : undefined;
  if (!isRecord(declared) || typeof declared["name"] !== "string") return [];
  return [{ name: declared["name"], parameters: declared["parameters"] ?? { type: "object" } }];
}

function schemaOf(responseFormat: unknown): unknown {
  if (!isRecord(responseFormat)) return null;
  if (responseFormat["type"] === "json_object") return ANY_OBJECT;
  const wrapper = responseFormat["json_schema"];
  return responseFormat["type"] === "json_schema" && isRecord(wrapper) ? (wrapper["schema"] ?? ANY_OBJECT) : null;
}
