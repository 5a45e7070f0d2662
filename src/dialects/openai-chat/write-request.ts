import { writeJson } from "../../core/json/exact-json.ts";
import type { ChatRequest, Effort, OutputFormat, ReasoningWish } from "../canonical/chat-request.ts";
import { NAME_64 } from "../canonical/names.ts";
import type { UpstreamModel, WrittenRequest } from "../dialect.ts";
import { writeMessages } from "./write-messages.ts";
import { writeTools } from "./write-tools.ts";
import { Writing } from "./writing.ts";

type Fields = Readonly<Record<string, unknown>>;

const MAX_STOPS = 4;
/** Thinking budgets up to here are a low effort, and a medium one. */
const LOW_BUDGET_TOKENS = 1_024;
const MEDIUM_BUDGET_TOKENS = 4_096;

/**
 * A canonical request as this dialect has it, byte for byte the same for the same request.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export function writeRequest(request: ChatRequest, upstream: UpstreamModel): WrittenRequest {
  const writing = new Writing(request, upstream);
  const { stream } = request;
  const body = {
    model: upstream.model,
    messages: writeMessages(writing),
    ...writeTools(writing),
    ...writeOutput(request.output),
    ...writeSampling(writing),
    ...writeReasoning(writing),
    ...writeModalities(writing),
    ...writeBookkeeping(writing),
    ...(stream ? { stream } : {}),
    ...(stream && upstream.quirks.streamUsage ? { stream_options: { include_usage: true } } : {}),
    ...writeExtra(writing),
  };
  return {
    body: writeJson(body),
    headers: {},
    losses: writing.losses,
    restore: { names: writing.names.restored, forcedTool: null, customTools: writing.customTools },
  };
}

/** The members that were asked for. */
function filled(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

function writeSampling(writing: Writing): Fields {
  const { choices, sampling } = writing.request;
  const { logprobs, stop } = sampling;
  if (choices > 1) writing.loseMeaning("choices", "one choice is carried between dialects");
  if (logprobs === true) writing.loseMeaning("logprobs", "log probabilities are not carried between dialects", "logprobs");
  if (stop.length > MAX_STOPS) writing.loseMeaning("stop", `openai-chat takes ${MAX_STOPS} stop sequences`);
  if (sampling.topK !== null && !writing.isOwn) writing.loseMeaning("top_k", "openai-chat has no top_k");
  return filled({
    [writing.upstream.quirks.maxTokensField]: sampling.maxOutputTokens,
    temperature: sampling.temperature,
    top_p: sampling.topP,
    top_k: writing.isOwn ? sampling.topK : null,
    stop: stop.length > 0 ? stop.slice(0, MAX_STOPS) : null,
    seed: sampling.seed,
    presence_penalty: sampling.presencePenalty,
    frequency_penalty: sampling.frequencyPenalty,
    logit_bias: sampling.logitBias,
  });
}

function writeOutput(output: OutputFormat | null): Fields {
  if (output === null) return {};
  if (output.kind === "json_object") return { response_format: { type: "json_object" } };
  const { description, name, schema, strict } = output;
  const schemaFields = filled({ name: formatName(name), description, schema: schema ?? {}, strict });
  return { response_format: { type: "json_schema", json_schema: schemaFields } };
}

/** A format needs a name, and only some are allowed. */
function formatName(name: string | null): string {
  const legal = (name ?? "").replace(NAME_64.illegal, "_").slice(0, NAME_64.length);
  return legal === "" ? "response" : legal;
}

function writeReasoning(writing: Writing): Fields {
  const { reasoning } = writing.request;
  if (reasoning === null) return {};
  if (writing.upstream.capabilities?.has("reasoning") === false) {
    if (reasoning.effort !== "none") writing.loseHint("reasoning", "the model does not think", "reasoning");
    return {};
  }
  const { budgetTokens, effort, visible } = reasoning;
  if (writing.isOwn && (effort === null || budgetTokens !== null || visible !== null)) return writeWish(reasoning);
  return filled({ reasoning_effort: effort ?? roundBudget(budgetTokens, writing) });
}

function roundBudget(budgetTokens: number | null, writing: Writing): Effort | null {
  if (budgetTokens === null) return null;
  const effort = effortOf(budgetTokens);
  writing.loseHint("reasoning", `a budget of ${budgetTokens} tokens is sent as effort ${effort}`);
  return effort;
}

/** More than an effort, for servers whose callers say it so. @see https://openrouter.ai/docs/use-cases/reasoning-tokens */
function writeWish({ budgetTokens, effort, visible }: ReasoningWish): Fields {
  const isBare = effort === null && budgetTokens === null;
  const exclude = visible === null ? null : !visible;
  return { reasoning: filled({ effort, max_tokens: budgetTokens, enabled: isBare ? true : null, exclude }) };
}

function effortOf(budgetTokens: number): Effort {
  if (budgetTokens <= 0) return "none";
  if (budgetTokens <= LOW_BUDGET_TOKENS) return "low";
  return budgetTokens <= MEDIUM_BUDGET_TOKENS ? "medium" : "high";
}

/** Sound needs a voice, which only a caller of this dialect has named. */
function writeModalities(writing: Writing): Fields {
  const { modalities } = writing.request;
  if (modalities.length === 0) return {};
  const written = modalities.filter((modality) => writing.isOwn || (modality === "image" && writing.has("image_output")));
  if (written.length < modalities.length) writing.loseMeaning("modalities", "openai-chat answers in text", "image_output");
  return written.length === 0 ? {} : { modalities: ["text", ...written] };
}

/** What changes no answer goes only where it is known not to be refused. */
function writeBookkeeping(writing: Writing): Fields {
  const { metadata, promptCacheKey, serviceTier, user, verbosity } = writing.request;
  const fields = filled({ verbosity, service_tier: serviceTier, user, metadata, prompt_cache_key: promptCacheKey });
  if (writing.isExtended) return fields;
  for (const feature of Object.keys(fields)) writing.loseHint(feature, `not every openai-chat server takes ${feature}`);
  return {};
}

function writeExtra(writing: Writing): Fields {
  const { fields } = writing.request.extra;
  if (writing.isOwn) return fields;
  for (const name of Object.keys(fields)) writing.loseHint(`extra.${name}`, `openai-chat does not know ${name}`);
  return {};
}
