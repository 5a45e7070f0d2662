/**
 * Events that stock SDKs know; at any other, `responses.stream()` of openai-node throws. `keepalive`, which it takes only after
 * the first event, is left out: a comment does the same.
 * @see https://github.com/openai/openai-node/blob/master/src/internal/responses/response-accumulator.ts
 */
export const KNOWN_EVENTS: ReadonlySet<string> = new Set([
  "error",
  ...["created", "queued", "in_progress", "completed", "failed", "incomplete"].map((name) => `response.${name}`),
  ...["output_item.added", "output_item.done", "content_part.added", "content_part.done"].map((name) => `response.${name}`),
  ...["output_text.delta", "output_text.done", "output_text.annotation.added"].map((name) => `response.${name}`),
  ...["refusal.delta", "refusal.done", "reasoning_text.delta", "reasoning_text.done"].map((name) => `response.${name}`),
  ...["part.added", "part.done", "text.delta", "text.done"].map((name) => `response.reasoning_summary_${name}`),
  ...["function_call_arguments", "custom_tool_call_input", "mcp_call_arguments", "code_interpreter_call_code"].flatMap(both),
  ...["shell_call_command", "shell_call_output_content", "audio", "audio.transcript"].flatMap(both),
  "response.shell_call_command.added",
  ...["in_progress", "interpreting", "completed"].map((name) => `response.code_interpreter_call.${name}`),
  ...["in_progress", "searching", "completed"].map((name) => `response.file_search_call.${name}`),
  ...["in_progress", "searching", "completed"].map((name) => `response.web_search_call.${name}`),
  ...["in_progress", "generating", "completed", "partial_image"].map((name) => `response.image_generation_call.${name}`),
  ...["in_progress", "completed", "failed"].map((name) => `response.mcp_call.${name}`),
  ...["in_progress", "completed", "failed"].map((name) => `response.mcp_list_tools.${name}`),
  "response.compaction.compacting",
]);

function both(name: string): readonly string[] {
  return [`response.${name}.delta`, `response.${name}.done`];
}

/** What an event does to a text within an item. */
export interface PartEvent {
  readonly list: "content" | "summary";
  /** The type of the part it is about; null where the event says so itself. */
  readonly part: "output_text" | "refusal" | "reasoning_text" | "summary_text" | null;
  readonly does: "opens" | "adds" | "completes" | "closes" | "annotates";
}

const event = (list: PartEvent["list"], part: PartEvent["part"], does: PartEvent["does"]): PartEvent => ({ list, part, does });

export const PART_EVENTS: ReadonlyMap<string, PartEvent> = new Map([
  ["response.content_part.added", event("content", null, "opens")],
  ["response.content_part.done", event("content", null, "closes")],
  ["response.output_text.delta", event("content", "output_text", "adds")],
  ["response.output_text.done", event("content", "output_text", "completes")],
  ["response.output_text.annotation.added", event("content", "output_text", "annotates")],
  ["response.refusal.delta", event("content", "refusal", "adds")],
  ["response.refusal.done", event("content", "refusal", "completes")],
  ["response.reasoning_text.delta", event("content", "reasoning_text", "adds")],
  ["response.reasoning_text.done", event("content", "reasoning_text", "completes")],
  ["response.reasoning_summary_part.added", event("summary", "summary_text", "opens")],
  ["response.reasoning_summary_part.done", event("summary", "summary_text", "closes")],
  ["response.reasoning_summary_text.delta", event("summary", "summary_text", "adds")],
  ["response.reasoning_summary_text.done", event("summary", "summary_text", "completes")],
]);

/** The events of a part's text, by the type of the part, and where the whole text stands. */
export const TEXT_EVENTS = {
  output_text: { name: "response.output_text", field: "text" },
  refusal: { name: "response.refusal", field: "refusal" },
  reasoning_text: { name: "response.reasoning_text", field: "text" },
  summary_text: { name: "response.reasoning_summary_text", field: "text" },
} as const;

/** The events of a call's text, by the type of the item, and where the whole text stands. */
export const CALL_EVENTS: ReadonlyMap<unknown, { readonly name: string; readonly field: "arguments" | "input" }> = new Map([
  ["function_call", { name: "response.function_call_arguments", field: "arguments" as const }],
  ["custom_tool_call", { name: "response.custom_tool_call_input", field: "input" as const }],
]);
