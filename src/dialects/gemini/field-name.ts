const NAMES: ReadonlyMap<string, string> = new Map([
  ["max_output_tokens", "generationConfig.maxOutputTokens"],
  ["temperature", "generationConfig.temperature"],
  ["top_p", "generationConfig.topP"],
  ["top_k", "generationConfig.topK"],
  ["stop", "generationConfig.stopSequences"],
  ["seed", "generationConfig.seed"],
  ["presence_penalty", "generationConfig.presencePenalty"],
  ["frequency_penalty", "generationConfig.frequencyPenalty"],
  ["logprobs", "generationConfig.responseLogprobs"],
  ["choices", "generationConfig.candidateCount"],
  ["output_format", "generationConfig.responseMimeType"],
  ["modalities", "generationConfig.responseModalities"],
  ["reasoning", "generationConfig.thinkingConfig"],
  ["service_tier", "serviceTier"],
  ["metadata", "labels"],
  ["tool_choice", "toolConfig.functionCallingConfig"],
]);

/** How a caller of this API writes a canonical feature. */
export function fieldName(feature: string): string {
  const named = NAMES.get(feature);
  if (named !== undefined) return named;
  if (feature.startsWith("extra.")) return feature.slice("extra.".length);
  if (feature.startsWith("media.") || feature.startsWith("opaque.")) return "contents.parts";
  return feature;
}
