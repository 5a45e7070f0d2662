import type { Wire, Writing } from "./writing.ts";

/** With thinking, nothing below this share may be cut off. */
const MIN_TOP_P_WITH_THINKING = 0.95;

/** Sampling and stops as the API version and the thinking allow; the rest is named as losses. */
export function writeSampling(writing: Writing, isThinking: boolean): Wire {
  loseForeign(writing);
  return { ...writeDistribution(writing, isThinking), ...writeStop(writing) };
}

function writeDistribution(writing: Writing, isThinking: boolean): Wire {
  const { temperature, topK, topP } = writing.request.sampling;
  if (writing.isNew) {
    for (const [name, value] of [
      ["temperature", temperature],
      ["top_p", topP],
      ["top_k", topK],
    ] as const) {
      if (value !== null) writing.hint(name, "this version of the anthropic api has no sampling");
    }
    return {};
  }
  const warmth = writeTemperature(temperature, isThinking, writing);
  return {
    ...warmth,
    ...writeTopP(topP, { isThinking, isWarm: "temperature" in warmth }, writing),
    ...writeTopK(topK, isThinking, writing),
  };
}

function writeTemperature(temperature: number | null, isThinking: boolean, writing: Writing): Wire {
  if (temperature === null) return {};
  if (isThinking) {
    if (temperature !== 1) writing.hint("temperature", "the model thinks at a temperature of 1");
    return {};
  }
  if (temperature > 1) writing.hint("temperature", "anthropic knows temperatures up to 1");
  return { temperature: Math.min(1, temperature) };
}

function writeTopP(
  topP: number | null,
  { isThinking, isWarm }: { readonly isThinking: boolean; readonly isWarm: boolean },
  writing: Writing,
): Wire {
  if (topP === null) return {};
  if (isThinking && topP < MIN_TOP_P_WITH_THINKING) {
    writing.hint("top_p", "the model thinks with a top_p of 0.95 and more");
    return {};
  }
  if (isWarm && !writing.isOwn) {
    if (topP !== 1) writing.hint("top_p", "anthropic takes a temperature or a top_p");
    return {};
  }
  return { top_p: topP };
}

function writeTopK(topK: number | null, isThinking: boolean, writing: Writing): Wire {
  if (topK === null) return {};
  if (!isThinking) return { top_k: topK };
  writing.hint("top_k", "the model thinks without a top_k");
  return {};
}

function writeStop(writing: Writing): Wire {
  const { stop } = writing.request.sampling;
  const visible = stop.filter((sequence) => sequence.trim() !== "");
  if (visible.length < stop.length) writing.meaning("stop", "anthropic has no stop at white space");
  return visible.length === 0 ? {} : { stop_sequences: visible };
}

/** What the API has no word for, where saying nothing is not the same. */
function loseForeign(writing: Writing): void {
  const { choices, modalities, sampling } = writing.request;
  const { frequencyPenalty, logitBias, logprobs, presencePenalty, seed } = sampling;
  const asked: readonly (readonly [string, boolean])[] = [
    ["choices", choices > 1],
    ["seed", seed !== null],
    ["presence_penalty", (presencePenalty ?? 0) !== 0],
    ["frequency_penalty", (frequencyPenalty ?? 0) !== 0],
    ["logit_bias", logitBias !== null && Object.keys(logitBias).length > 0],
  ];
  for (const [feature, isAsked] of asked) if (isAsked) writing.meaning(feature, `anthropic has no ${feature}`);
  if (logprobs === true) writing.meaning("logprobs", "anthropic has no logprobs", "logprobs");
  if (modalities.includes("audio")) writing.meaning("modalities", "anthropic gives no audio", "audio_output");
  if (modalities.includes("image")) writing.meaning("modalities", "anthropic gives no images", "image_output");
}
