/**
 * What a model can do beyond plain text in and out. Policies name them in `require`, catalogue rows and providers in
 * `capabilities`; a request that uses one goes only to targets that have it or of which nothing is known.
 */
export const CAPABILITIES = [
  "tools",
  "parallel_tools",
  "vision",
  "audio_input",
  "audio_output",
  "image_output",
  "video",
  "files",
  "json_object",
  "json_schema",
  "reasoning",
  "prompt_cache",
  "web_search",
  "logprobs",
  "embeddings",
] as const;

export type Capability = (typeof CAPABILITIES)[number];
