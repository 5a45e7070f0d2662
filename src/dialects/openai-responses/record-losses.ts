import type { ChatRequest } from "../canonical/chat-request.ts";
import type { LossList } from "./loss-list.ts";

/** What of a request the Responses API has no word for. */
export function recordLosses(request: ChatRequest, isOwn: boolean, losses: LossList): void {
  const { choices, extra, modalities, sampling } = request;
  if (choices > 1) losses.meaning("choices", "openai-responses gives one answer");
  if (modalities.some((modality) => modality !== "text"))
    losses.meaning(
      "modalities",
      "openai-responses answers in text",
      modalities.includes("audio") ? "audio_output" : "image_output",
    );
  if (sampling.logprobs === true || sampling.topLogprobs !== null)
    losses.meaning("logprobs", "log probabilities do not pass from one API to another", "logprobs");
  for (const [feature, value] of unsaid(request, isOwn))
    if (value !== null) losses.meaning(feature, `openai-responses has no ${feature}`);
  if (request.cache !== null) losses.hint("cache_marks", "openai-responses caches by itself");
  if (isOwn) return;
  for (const field in extra.fields) losses.hint(`extra.${field}`, `openai-responses knows no ${field} of ${extra.dialect}`);
}

/** Settings without a counterpart; a penalty of 0 is none. */
function unsaid({ sampling }: ChatRequest, isOwn: boolean): readonly (readonly [string, unknown])[] {
  const { frequencyPenalty, logitBias, presencePenalty, seed, stop, topK } = sampling;
  return [
    ["top_k", topK],
    ["stop", stop.length === 0 ? null : stop],
    ["seed", seed],
    ["logit_bias", logitBias === null || Object.keys(logitBias).length === 0 ? null : logitBias],
    ["presence_penalty", isOwn || presencePenalty === 0 ? null : presencePenalty],
    ["frequency_penalty", isOwn || frequencyPenalty === 0 ? null : frequencyPenalty],
  ];
}
