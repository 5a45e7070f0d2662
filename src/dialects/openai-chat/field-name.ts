/** Canonical features that chat callers know by another name. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["max_output_tokens", "max_completion_tokens"],
  ["choices", "n"],
  ["parallel_tools", "parallel_tool_calls"],
  ["output_format", "response_format"],
  ["reasoning", "reasoning_effort"],
  ["cache_marks", "prompt_cache_breakpoint"],
  ["names", "messages[].name"],
  ["tools.web_search", "web_search_options"],
  ["tools.custom", "tools"],
  ["media.image", "image_url"],
  ["media.audio", "input_audio"],
  ["media.video", "video_url"],
  ["media.file", "file"],
]);

/** How a chat caller would write a canonical feature. */
export function fieldName(feature: string): string {
  for (const prefix of ["extra.", "opaque."]) if (feature.startsWith(prefix)) return feature.slice(prefix.length);
  return NAMES.get(feature) ?? feature;
}
