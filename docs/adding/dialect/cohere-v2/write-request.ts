import { writeJson } from "../../core/json/exact-json.ts";
import type { ChatRequest } from "../canonical/chat-request.ts";
import type { UpstreamModel, WrittenRequest } from "../dialect.ts";
import { writeMessages } from "./write-messages.ts";
import { writeTools } from "./write-tools.ts";
import { type Fields, filled, Writing } from "./writing.ts";

const MAX_STOPS = 5;

interface Range {
  readonly feature: string;
  readonly least: number;
  readonly most: number;
}

/**
 * A canonical request as this dialect has it, byte for byte the same for the same request.
 * @see https://docs.cohere.com/reference/chat
 */
export function writeRequest(request: ChatRequest, upstream: UpstreamModel): WrittenRequest {
  const writing = new Writing(request, upstream);
  const body = filled({
    model: upstream.model,
    messages: writeMessages(writing),
    ...writeTools(writing),
    response_format: writeFormat(writing),
    ...writeSampling(writing),
    thinking: writeThinking(writing),
    stream: request.stream ? true : null,
  });
  noteUnsaid(writing);
  const restore = { names: writing.names.restored, forcedTool: null, customTools: writing.customTools };
  return { body: writeJson(body), headers: {}, losses: writing.losses, restore };
}

/** Tools and a format together are refused. */
function writeFormat(writing: Writing): Fields | null {
  const { output, tools } = writing.request;
  if (output === null) return null;
  if (tools.some(({ kind }) => kind !== "server")) {
    writing.lose("meaning", "output_format", "keeps to a format only where there are no tools");
    return null;
  }
  const schema = output.kind === "json_schema" ? { json_schema: output.schema ?? { type: "object" } } : {};
  return { type: "json_object", ...schema };
}

function writeSampling(writing: Writing): Fields {
  const { sampling } = writing.request;
  const { stop } = sampling;
  if (stop.length > MAX_STOPS) writing.lose("meaning", "stop", `takes ${MAX_STOPS} stop sequences`);
  return {
    max_tokens: sampling.maxOutputTokens,
    temperature: sampling.temperature,
    p: within(sampling.topP, { feature: "top_p", least: 0.01, most: 0.99 }, writing),
    k: within(sampling.topK, { feature: "top_k", least: 0, most: 500 }, writing),
    stop_sequences: stop.length > 0 ? stop.slice(0, MAX_STOPS) : null,
    seed: sampling.seed,
    frequency_penalty: within(sampling.frequencyPenalty, { feature: "frequency_penalty", least: 0, most: 1 }, writing),
    presence_penalty: within(sampling.presencePenalty, { feature: "presence_penalty", least: 0, most: 1 }, writing),
  };
}

/** The nearest value that is taken. Every other caller sends a `top_p` of 1, and 0.99 differs from it by a hair. */
function within(value: number | null, { feature, least, most }: Range, writing: Writing): number | null {
  if (value === null || (value >= least && value <= most)) return value;
  writing.lose(feature === "top_p" ? "hint" : "meaning", feature, `takes ${feature} from ${least} to ${most}`);
  return Math.min(Math.max(value, least), most);
}

/** Thinking is on or off, up to a budget. @see https://docs.cohere.com/docs/reasoning */
function writeThinking(writing: Writing): Fields | null {
  const { budgetTokens, effort } = writing.request.reasoning ?? { budgetTokens: null, effort: null };
  if (budgetTokens === null && effort === null) return null;
  const isOff = effort === "none" || budgetTokens === 0;
  if (writing.upstream.capabilities?.has("reasoning") === false) {
    if (!isOff) writing.lose("hint", "reasoning", "has models that do not think, and this is one");
    return null;
  }
  if (isOff) return { type: "disabled" };
  if (budgetTokens === null) writing.lose("hint", "reasoning", "knows a budget for thinking, not an effort");
  return filled({ type: "enabled", token_budget: budgetTokens });
}

/** Everything that has no place here at all. */
function noteUnsaid(writing: Writing): void {
  const { cache, choices, extra, modalities, sampling, tools, turns, ...request } = writing.request;
  const marked = [...turns.flatMap(({ blocks }) => blocks), ...tools.filter((tool) => tool.kind === "function")];
  const meaning = {
    choices: choices > 1,
    logprobs: sampling.logprobs === true,
    logit_bias: sampling.logitBias !== null,
    modalities: modalities.length > 0,
  };
  const hint = {
    parallel_tools: request.parallelTools === false,
    verbosity: request.verbosity !== null,
    service_tier: request.serviceTier !== null,
    user: request.user !== null,
    metadata: request.metadata !== null,
    prompt_cache_key: request.promptCacheKey !== null,
    cache_marks: cache !== null || marked.some((part) => part.cache !== undefined),
    names: turns.some(({ name }) => name !== undefined),
    ...Object.fromEntries(Object.keys(extra.fields).map((name) => [`extra.${name}`, true])),
  };
  for (const [feature, isLost] of Object.entries(meaning)) if (isLost) writing.lose("meaning", feature, "cannot be asked for it");
  for (const [feature, isLost] of Object.entries(hint)) if (isLost) writing.lose("hint", feature, "has no field for it");
}
