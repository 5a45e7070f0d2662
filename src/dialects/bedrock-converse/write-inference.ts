import { claudeVersion } from "./claude-version.ts";
import type { Losses } from "./losses.ts";
import type { WrittenThinking } from "./write-thinking.ts";
import type { WireBlock, Writing } from "./writing.ts";

/** `inferenceConfig`, and what of sampling goes to the model's own fields. */
export interface WrittenInference {
  readonly config: WireBlock;
  readonly fields: WireBlock;
  readonly responsePaths: readonly string[];
}

/** Claude from here on takes a temperature or a top_p, not both. */
const EITHER_FROM = 401;
/** From here on no sampling fields, except what they are by default. */
const WITHOUT_SAMPLING_FROM = 407;
const MOST_TEMPERATURE = 1;
const LEAST_TOP_P_THINKING = 0.95;
const LEAST_TOP_P_DEFAULT = 0.99;

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html */
export function writeInference(thinking: WrittenThinking, writing: Writing): WrittenInference {
  noteUnknownSampling(writing);
  const { temperature, topP } = writeSampling(thinking, writing);
  const maxTokens = writeLimit(thinking, writing);
  const stopSequences = writeStops(writing);
  const config = {
    ...(maxTokens !== null && { maxTokens }),
    ...(temperature !== null && { temperature }),
    ...(topP !== null && { topP }),
    ...(stopSequences.length > 0 && { stopSequences }),
  };
  return { config, fields: writeTopK(thinking, writing), responsePaths: stopSequencePaths(stopSequences, writing) };
}

function noteUnknownSampling({ losses, request }: Writing): void {
  const { choices, sampling } = request;
  if (choices > 1) losses.meaning("choices", "bedrock-converse gives one choice");
  if (sampling.seed !== null) losses.meaning("seed", "bedrock-converse has no seed");
  if (sampling.presencePenalty !== null) losses.meaning("presence_penalty", "bedrock-converse has no presence_penalty");
  if (sampling.frequencyPenalty !== null) losses.meaning("frequency_penalty", "bedrock-converse has no frequency_penalty");
  if (sampling.logitBias !== null) losses.meaning("logit_bias", "bedrock-converse has no logit_bias");
  const asksLogprobs = sampling.logprobs === true || (sampling.topLogprobs ?? 0) > 0;
  if (asksLogprobs) losses.meaning("logprobs", "bedrock-converse has no logprobs", "logprobs");
}

interface Sampled {
  readonly temperature: number | null;
  readonly topP: number | null;
}

function writeSampling(thinking: WrittenThinking, writing: Writing): Sampled {
  const { losses, request } = writing;
  let { temperature } = request.sampling;
  if (temperature !== null && temperature > MOST_TEMPERATURE) {
    losses.meaning("temperature", "bedrock-converse takes a temperature of at most 1");
    temperature = MOST_TEMPERATURE;
  }
  const sampled = { temperature, topP: request.sampling.topP };
  return writing.vendor === "anthropic" ? claudeSampling(sampled, thinking, writing) : sampled;
}

/** What Claude refuses beside thinking, and in later generations altogether. */
function claudeSampling(asked: Sampled, { isThinking }: WrittenThinking, { losses, upstream }: Writing): Sampled {
  const version = claudeVersion(upstream.model);
  const isFixed = version >= WITHOUT_SAMPLING_FROM;
  if (!isThinking && !isFixed) return version < EITHER_FROM ? asked : eitherOf(asked, losses);
  const why = isFixed ? "this model takes no other value" : "a model that thinks takes no other value";
  const leastTopP = isFixed ? LEAST_TOP_P_DEFAULT : LEAST_TOP_P_THINKING;
  const isTemperatureTaken = asked.temperature === null || asked.temperature === 1;
  const isTopPTaken = asked.topP === null || asked.topP >= leastTopP;
  if (!isTemperatureTaken) losses.meaning("temperature", `${why} than 1`);
  if (!isTopPTaken) losses.meaning("top_p", `${why} than ${leastTopP} to 1`);
  return { temperature: null, topP: isTopPTaken ? asked.topP : null };
}

function eitherOf({ temperature, topP }: Sampled, losses: Losses): Sampled {
  if (temperature === null || topP === null) return { temperature, topP };
  losses.meaning("top_p", "this model takes a temperature or a top_p, not both");
  return { temperature, topP: null };
}

/** A limit that leaves no room beside the thoughts is raised by them. */
function writeLimit({ budgetTokens }: WrittenThinking, { losses, request, upstream }: Writing): number | null {
  const { maxOutputTokens } = request.sampling;
  if (maxOutputTokens === null || maxOutputTokens > budgetTokens) return maxOutputTokens;
  losses.hint("max_output_tokens", "the limit is raised by the budget for thinking");
  return Math.min(maxOutputTokens + budgetTokens, upstream.maxOutputTokens ?? Number.POSITIVE_INFINITY);
}

function writeStops({ losses, request, vendor }: Writing): readonly string[] {
  const { stop } = request.sampling;
  const taken = stop.filter((text) => (vendor === "anthropic" ? text.trim() !== "" : text !== ""));
  if (taken.length < stop.length) losses.meaning("stop", "this model takes no blank stop sequence");
  return taken;
}

/** Claude says which stop sequence it met, where it is asked to. */
function stopSequencePaths(stopSequences: readonly string[], { request, vendor }: Writing): readonly string[] {
  if (vendor !== "anthropic" || stopSequences.length === 0) return [];
  return [request.stream ? "/delta/stop_sequence" : "/stop_sequence"];
}

function writeTopK({ isThinking }: WrittenThinking, { losses, request, upstream, vendor }: Writing): WireBlock {
  const { topK } = request.sampling;
  if (topK === null) return {};
  const isRefused = isThinking || claudeVersion(upstream.model) >= WITHOUT_SAMPLING_FROM;
  if (vendor === "anthropic" && !isRefused) return { top_k: topK };
  if (vendor === "amazon") return { inferenceConfig: { topK } };
  losses.meaning("top_k", vendor === "anthropic" ? "this model takes no top_k here" : "bedrock-converse has no top_k");
  return {};
}
