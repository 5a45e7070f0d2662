const NAMES: ReadonlyMap<string, string> = new Map([
  ["max_output_tokens", "max_tokens"],
  ["stop", "stop_sequences"],
  ["parallel_tools", "tool_choice.disable_parallel_tool_use"],
  ["output_format", "output_config.format"],
  ["reasoning", "thinking"],
  ["user", "metadata.user_id"],
  ["cache_marks", "cache_control"],
  ["media.file", "document"],
]);

/** Features named by what follows: the kind of a block, the type of a tool, the field itself. */
const PREFIX = /^(?:media|opaque|extra)\./;

/** How a caller of this dialect writes a canonical feature. */
export function fieldName(feature: string): string {
  return NAMES.get(feature) ?? (feature.startsWith("tools.") ? "tools" : feature.replace(PREFIX, ""));
}
