/** Canonical features that Responses callers know by another name. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["parallel_tools", "parallel_tool_calls"],
  ["output_format", "text.format"],
  ["verbosity", "text.verbosity"],
  ["user", "safety_identifier"],
  ["logprobs", "top_logprobs"],
  ["cache_marks", "prompt_cache_breakpoint"],
  ["media.image", "input_image"],
  ["media.file", "input_file"],
  ["media.audio", "input_audio"],
  ["media.video", "input_video"],
]);

/** How a Responses caller would write a canonical feature. */
export function fieldName(feature: string): string {
  if (feature.startsWith("extra.")) return feature.slice("extra.".length);
  if (feature.startsWith("opaque.")) return feature.slice("opaque.".length);
  return NAMES.get(feature) ?? feature;
}
