import type { ChatRequest, Sampling } from "../canonical/chat-request.ts";
import type { UpstreamModel } from "../dialect.ts";
import type { Losses } from "./losses.ts";
import type { ModelTraits } from "./model-traits.ts";
import type { Draft } from "./write-media.ts";
import { writeThinking } from "./write-thinking.ts";

const MOST_STOPS = 5;
const INT_32 = 2 ** 31;

interface Rules {
  readonly upstream: UpstreamModel;
  readonly traits: ModelTraits;
  readonly losses: Losses;
}

/** `generationConfig`, without what the request does not say. */
export function writeGeneration(request: ChatRequest, rules: Rules): Draft {
  const thinkingConfig = writeThinking(request.reasoning, rules);
  return {
    ...writeSampling(request.sampling, rules),
    ...writeOutput(request, rules),
    ...writeModalities(request, rules),
    ...(thinkingConfig !== null && { thinkingConfig }),
  };
}

function writeSampling(sampling: Sampling, { losses, upstream }: Rules): Draft {
  const { frequencyPenalty, logitBias, logprobs, presencePenalty, seed, stop, temperature, topK, topP } = sampling;
  if (stop.length > MOST_STOPS) losses.meaning("stop", `gemini takes ${MOST_STOPS} stop sequences at most`);
  if (logitBias !== null) losses.meaning("logit_bias", "gemini has no logit_bias");
  if (logprobs === true) losses.meaning("logprobs", "probabilities of tokens cannot be translated", "logprobs");
  const isSeedFit = seed !== null && Number.isInteger(seed) && seed >= -INT_32 && seed < INT_32;
  if (seed !== null && !isSeedFit) losses.meaning("seed", "gemini takes a seed of 32 bits");
  return withoutNull({
    maxOutputTokens: withinCeiling(sampling.maxOutputTokens, upstream, losses),
    temperature,
    topP,
    topK,
    stopSequences: stop.length === 0 ? null : stop.slice(0, MOST_STOPS),
    seed: isSeedFit ? seed : null,
    presencePenalty,
    frequencyPenalty,
  });
}

/** A limit above the model's own is refused by the API, and says no more than the model's own. */
function withinCeiling(limit: number | null, { maxOutputTokens }: UpstreamModel, losses: Losses): number | null {
  if (limit === null || maxOutputTokens === null || limit <= maxOutputTokens) return limit;
  losses.hint("max_output_tokens", `the model writes ${maxOutputTokens} tokens at most`);
  return maxOutputTokens;
}

function writeOutput({ output, tools }: ChatRequest, { losses, traits }: Rules): Draft {
  if (output === null) return {};
  if (tools.length > 0 && !traits.isThirdGeneration) {
    losses.meaning("output_format", "gemini before 3 takes no output format beside tools", "json_schema");
    return {};
  }
  switch (output.kind) {
    case "json_object":
      return { responseMimeType: "application/json" };
    case "json_schema":
      return { responseMimeType: "application/json", responseJsonSchema: output.schema };
  }
}

const MODALITIES: ReadonlyMap<string, readonly string[]> = new Map([
  ["image", ["TEXT", "IMAGE"]],
  ["audio", ["AUDIO"]],
]);

function writeModalities({ modalities }: ChatRequest, { losses }: Rules): Draft {
  const known = modalities.filter((modality) => MODALITIES.has(modality));
  if (known.length < modalities.length) losses.meaning("modalities", "gemini answers in text, images or audio alone");
  const asked = known.flatMap((modality) => MODALITIES.get(modality) ?? []);
  return asked.length === 0 ? {} : { responseModalities: [...new Set(asked)] };
}

function withoutNull(fields: Draft): Draft {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
