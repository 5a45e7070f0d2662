import { isRecord } from "../../core/json/is-record.ts";
import { exactBody } from "../canonical/exact-body.ts";
import type { Block } from "../canonical/block.ts";
import type { ChatRequest, Effort, OutputFormat, ReasoningWish, Sampling, Turn } from "../canonical/chat-request.ts";
import { NO_SAMPLING } from "../canonical/chat-request.ts";
import { numberOf, refuse } from "../canonical/check-fields.ts";
import type { DecodedRequest } from "../dialect.ts";
import { BETA_HEADER, DIALECT } from "./identity.ts";
import { readContent } from "./read-blocks.ts";
import { type Fields, objectAt, optionalText, readCacheMark, readExtra } from "./read-fields.ts";
import { readToolChoice, readTools } from "./read-tools.ts";

export const KNOWN_FIELDS = [
  "model",
  "messages",
  "max_tokens",
  "stream",
  "system",
  "temperature",
  "top_p",
  "top_k",
  "stop_sequences",
  "tools",
  "tool_choice",
  "thinking",
  "output_config",
  "output_format",
  "metadata",
  "service_tier",
  "cache_control",
];

/**
 * A request for a chat, or for a count of its tokens, in no dialect. What has no canonical field stays in `extra`.
 * @throws FairleadError `invalid_value` naming the field
 * @see https://docs.anthropic.com/en/api/messages
 */
export function readRequest(asked: DecodedRequest): ChatRequest {
  const body = exactBody(asked);
  const config = isRecord(body["output_config"]) ? body["output_config"] : {};
  const format = readFormat(config["format"] ?? body["output_format"]);
  const { extra: thinkingExtra, wish } = readThinking(body["thinking"], config["effort"]);
  const metadata = isRecord(body["metadata"]) ? body["metadata"] : {};
  return {
    stream: asked.stream,
    turns: [...readSystem(body["system"]), ...readTurns(body["messages"])],
    tools: readTools(body["tools"]),
    ...readToolChoice(body["tool_choice"]),
    sampling: readSampling(body),
    choices: 1,
    output: format,
    modalities: [],
    reasoning: wish,
    verbosity: null,
    serviceTier: optionalText(body["service_tier"]),
    user: optionalText(metadata["user_id"]),
    metadata: null,
    promptCacheKey: null,
    cache: readCacheMark(body["cache_control"]),
    extra: {
      dialect: DIALECT,
      fields: {
        ...readExtra(body, KNOWN_FIELDS).extra?.fields,
        ...thinkingExtra,
        ...rest("output_config", config, ["format", ...(wish?.effort === config["effort"] ? ["effort"] : [])]),
        ...rest("metadata", metadata, ["user_id"]),
        ...betas(asked.headers?.[BETA_HEADER]),
      },
    },
  };
}

/** The unread members of an object, under its name. */
function rest(name: string, fields: Fields, known: readonly string[]): Fields {
  const { extra } = readExtra(fields, known);
  return extra === undefined ? {} : { [name]: extra.fields };
}

function betas(value: string | undefined): Fields {
  return value === undefined ? {} : { [BETA_HEADER]: value };
}

function readSystem(system: unknown): readonly Turn[] {
  if (system === undefined || system === null) return [];
  const blocks = readContent(system, "system");
  return blocks.length === 0 ? [] : [{ role: "system", blocks }];
}

function readTurns(messages: unknown): readonly Turn[] {
  if (!Array.isArray(messages)) refuse("invalid_value", "'messages' must be a non-empty array.", "messages");
  return messages.map((message, index) => readTurn(objectAt(message, `messages[${index}]`), `messages[${index}]`));
}

function readTurn(message: Fields, path: string): Turn {
  const { role } = message;
  if (role !== "user" && role !== "assistant" && role !== "system")
    refuse("invalid_value", `'${path}.role' must be one of user, assistant, system.`, `${path}.role`);
  const blocks = resultsFirst(readContent(message["content"], `${path}.content`));
  return { role, blocks, ...readExtra(message, ["role", "content"]) };
}

/** The results of a turn stand first in it, whatever stands between them. */
function resultsFirst(blocks: readonly Block[]): readonly Block[] {
  const results = blocks.filter(({ kind }) => kind === "tool_result");
  return results.length === 0 ? blocks : [...results, ...blocks.filter(({ kind }) => kind !== "tool_result")];
}

function readSampling(body: Fields): Sampling {
  const stop = body["stop_sequences"];
  return {
    ...NO_SAMPLING,
    maxOutputTokens: numberOf(body["max_tokens"]),
    temperature: numberOf(body["temperature"]),
    topP: numberOf(body["top_p"]),
    topK: numberOf(body["top_k"]),
    stop: Array.isArray(stop) ? stop.filter((sequence) => typeof sequence === "string") : [],
  };
}

function readFormat(value: unknown): OutputFormat | null {
  if (!isRecord(value)) return null;
  if (value["type"] !== "json_schema")
    refuse("invalid_value", "'output_config.format.type' must be json_schema.", "output_config.format.type");
  const schema = objectAt(value["schema"], "output_config.format.schema");
  return { kind: "json_schema", name: null, description: null, schema, strict: null };
}

const EFFORTS: ReadonlySet<unknown> = new Set<Effort>(["low", "medium", "high", "xhigh", "max"]);

function readEffort(value: unknown): Effort | null {
  if (value === undefined || value === null) return null;
  if (!EFFORTS.has(value))
    refuse("invalid_value", `'output_config.effort' must be one of ${[...EFFORTS].join(", ")}.`, "output_config.effort");
  return value as Effort; // in the set
}

const VISIBLE: ReadonlyMap<unknown, boolean> = new Map([
  ["summarized", true],
  ["omitted", false],
]);

interface ReadThinking {
  readonly wish: ReasoningWish | null;
  /** What of `thinking` has no canonical form. */
  readonly extra: Fields;
}

function readThinking(value: unknown, effortWord: unknown): ReadThinking {
  const effort = readEffort(effortWord);
  if (value === undefined || value === null) {
    return { wish: effort === null ? null : { effort, budgetTokens: null, visible: null, adaptive: false }, extra: {} };
  }
  const thinking = objectAt(value, "thinking");
  const visible = VISIBLE.get(thinking["display"]) ?? null;
  switch (thinking["type"]) {
    case "disabled":
      return { wish: { effort: "none", budgetTokens: null, visible: null, adaptive: false }, extra: {} };
    case "adaptive":
      return { wish: { effort, budgetTokens: null, visible, adaptive: true }, extra: {} };
    case "enabled":
      return { wish: { effort, budgetTokens: readBudget(thinking["budget_tokens"]), visible, adaptive: false }, extra: {} };
    default:
      // `between_tools` and what comes after it: the model decides, as far as others can be told.
      return { wish: { effort, budgetTokens: null, visible, adaptive: true }, extra: { thinking } };
  }
}

function readBudget(value: unknown): number {
  const budget = numberOf(value);
  if (budget === null || !Number.isSafeInteger(budget) || budget < 1)
    refuse("invalid_value", "'thinking.budget_tokens' must be a whole number of at least 1.", "thinking.budget_tokens");
  return budget;
}
