import type { JudgedSurface } from "./judged.ts";

/** One event's data: an object, or a text that is written as it is. */
export type EventData = object | string;

/** Events as the surface writes them: a name where it has names, a line of data, a blank line. */
export function render(surface: JudgedSurface, events: readonly EventData[]): string {
  return events
    .map((event) => {
      const name =
        surface === "openai-responses" || surface === "anthropic-messages"
          ? `event: ${String(Reflect.get(Object(event) as object, "type"))}\n`
          : "";
      return `${name}data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`;
    })
    .join("");
}

const chunk = (delta: object | null, finish: string | null = null): object => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1_700_000_000,
  model: "m-1",
  system_fingerprint: null,
  choices: delta === null ? [] : [{ index: 0, delta, logprobs: null, finish_reason: finish }],
});
const call = (index: number, name: string): object => ({
  tool_calls: [{ index, id: `call_${index}`, type: "function", function: { name, arguments: "" } }],
});
const more = (index: number, text: string): object => ({ tool_calls: [{ index, function: { arguments: text } }] });

const completion = (text: string, finish: string | null): object => ({
  id: "cmpl-1",
  object: "text_completion",
  created: 1_700_000_000,
  model: "m-1",
  choices: [{ index: 0, text, logprobs: null, finish_reason: finish }],
});
const chatUsage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };

const responseUsage = {
  input_tokens: 9,
  input_tokens_details: { cached_tokens: 2, cache_write_tokens: 0 },
  output_tokens: 4,
  output_tokens_details: { reasoning_tokens: 1 },
  total_tokens: 13,
};
/** A whole Responses answer, which echoes its request. */
export const response = (status: string, output: readonly object[], usage: object | null): object => ({
  id: "resp_1",
  object: "response",
  created_at: 1_700_000_000,
  completed_at: usage === null ? null : 1_700_000_001,
  status,
  error: null,
  incomplete_details: null,
  instructions: null,
  metadata: {},
  model: "m-1",
  output,
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: null,
  temperature: 1,
  text: { format: { type: "text" } },
  tool_choice: "auto",
  tools: [],
  top_p: 1,
  truncation: "disabled",
  presence_penalty: 0,
  frequency_penalty: 0,
  top_logprobs: 0,
  user: null,
  usage,
  max_output_tokens: null,
  max_tool_calls: null,
  store: false,
  background: false,
  service_tier: "default",
  safety_identifier: null,
  prompt_cache_key: null,
});
const summary = { type: "summary_text", text: "Why" };
const thought = { type: "reasoning_text", text: "Because" };
const citation = { type: "url_citation", url: "https://example.com", title: "Example", start_index: 0, end_index: 2 };
const said = { type: "output_text", text: "Hello", annotations: [citation], logprobs: [] };
const refused = { type: "refusal", refusal: "No" };
/** The items of the good Responses answer. */
export const items = [
  { id: "rs_1", type: "reasoning", summary: [summary], content: [thought], encrypted_content: "c2VhbA==", status: "completed" },
  { id: "msg_1", type: "message", role: "assistant", status: "completed", content: [said, refused] },
  { id: "fc_1", type: "function_call", call_id: "call_1", name: "look_up", arguments: '{"q":"x"}', status: "completed" },
  { id: "ctc_1", type: "custom_tool_call", call_id: "call_2", name: "write", input: "free text" },
  { id: "fc_2", type: "function_call", call_id: "call_3", name: "now", arguments: "{}", status: "completed" },
];
const [reasoning = {}, message = {}, lookUp = {}, write = {}, now = {}] = items;
const inPart = (item_id: string, output_index: number, content_index: number): object => ({
  item_id,
  output_index,
  content_index,
});
const inSummary = { item_id: "rs_1", output_index: 0, summary_index: 0 };
const inText = inPart("msg_1", 1, 0);
const inRefusal = inPart("msg_1", 1, 1);
const inThought = inPart("rs_1", 0, 0);
const inCall = { item_id: "fc_1", output_index: 2 };
const inWrite = { item_id: "ctc_1", output_index: 3 };
const inNow = { item_id: "fc_2", output_index: 4 };
const added = (output_index: number, item: object): object => ({ type: "response.output_item.added", output_index, item });
const done = (output_index: number, item: object): object => ({ type: "response.output_item.done", output_index, item });
const counted = (events: readonly object[]): readonly object[] =>
  events.map((event, index) => ({ ...event, sequence_number: index }));

const responseEvents = counted([
  { type: "response.created", response: response("in_progress", [], null) },
  { type: "response.in_progress", response: response("in_progress", [], null) },
  added(0, { ...reasoning, summary: [], content: [], encrypted_content: "", status: "in_progress" }),
  { type: "response.reasoning_summary_part.added", ...inSummary, part: { ...summary, text: "" } },
  { type: "response.reasoning_summary_text.delta", ...inSummary, delta: "Why" },
  { type: "response.reasoning_summary_text.done", ...inSummary, text: "Why" },
  { type: "response.reasoning_summary_part.done", ...inSummary, part: summary },
  { type: "response.content_part.added", ...inThought, part: { ...thought, text: "" } },
  { type: "response.reasoning_text.delta", ...inThought, delta: "Because" },
  { type: "response.reasoning_text.done", ...inThought, text: "Because" },
  { type: "response.content_part.done", ...inThought, part: thought },
  done(0, reasoning),
  added(1, { ...message, content: [], status: "in_progress" }),
  { type: "response.content_part.added", ...inText, part: { ...said, text: "", annotations: [] } },
  { type: "response.output_text.delta", ...inText, delta: "Hel", logprobs: [] },
  { type: "response.output_text.delta", ...inText, delta: "lo", logprobs: [] },
  { type: "response.output_text.annotation.added", ...inText, annotation_index: 0, annotation: citation },
  { type: "response.output_text.done", ...inText, text: "Hello", logprobs: [] },
  { type: "response.content_part.done", ...inText, part: said },
  { type: "response.content_part.added", ...inRefusal, part: { ...refused, refusal: "" } },
  { type: "response.refusal.delta", ...inRefusal, delta: "No" },
  { type: "response.refusal.done", ...inRefusal, refusal: "No" },
  { type: "response.content_part.done", ...inRefusal, part: refused },
  done(1, message),
  added(2, { ...lookUp, arguments: "", status: "in_progress" }),
  { type: "response.function_call_arguments.delta", ...inCall, delta: '{"q":' },
  { type: "response.function_call_arguments.delta", ...inCall, delta: '"x"}' },
  { type: "response.function_call_arguments.done", ...inCall, name: "look_up", arguments: '{"q":"x"}' },
  done(2, lookUp),
  added(3, { ...write, input: "" }),
  { type: "response.custom_tool_call_input.delta", ...inWrite, delta: "free text" },
  { type: "response.custom_tool_call_input.done", ...inWrite, input: "free text" },
  done(3, write),
  added(4, { ...now, arguments: "", status: "in_progress" }),
  { type: "response.function_call_arguments.delta", ...inNow, delta: "{}" },
  { type: "response.function_call_arguments.done", ...inNow, name: "now", arguments: "{}" },
  done(4, now),
  { type: "response.completed", response: response("completed", items, responseUsage) },
]);
const failed = { ...response("failed", [], null), error: { code: "server_error", message: "It broke." } };

const delta = (index: number, of: object): object => ({ type: "content_block_delta", index, delta: of });
const start = (index: number, content_block: object): object => ({ type: "content_block_start", index, content_block });
const stop = (index: number): object => ({ type: "content_block_stop", index });
const claudeUsage = { input_tokens: 9, cache_read_input_tokens: 0, cache_creation_input_tokens: 0, output_tokens: 4 };
/** A whole Messages answer. */
export const claudeMessage = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "m-1",
  content: [
    { type: "text", text: "Hello" },
    { type: "tool_use", id: "toolu_1", name: "look_up", input: { q: "x" } },
  ],
  stop_reason: "tool_use",
  stop_sequence: null,
  usage: claudeUsage,
};
const messageEvents: readonly object[] = [
  {
    type: "message_start",
    message: { ...claudeMessage, content: [], stop_reason: null, usage: { ...claudeUsage, output_tokens: 1 } },
  },
  { type: "ping" },
  start(0, { type: "thinking", thinking: "", signature: "" }),
  delta(0, { type: "thinking_delta", thinking: "Why" }),
  delta(0, { type: "signature_delta", signature: "c2VhbA==" }),
  stop(0),
  start(1, { type: "redacted_thinking", data: "c2VhbA==" }),
  stop(1),
  start(2, { type: "text", text: "" }),
  delta(2, { type: "text_delta", text: "Hello" }),
  stop(2),
  start(3, { type: "tool_use", id: "toolu_1", name: "look_up", input: {} }),
  delta(3, { type: "input_json_delta", partial_json: '{"q":' }),
  delta(3, { type: "input_json_delta", partial_json: '"x"}' }),
  stop(3),
  start(4, { type: "tool_use", id: "toolu_2", name: "now", input: {} }),
  stop(4),
  { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null }, usage: claudeUsage },
  { type: "message_stop" },
];

const part = (...parts: readonly object[]): object => ({ candidates: [{ content: { role: "model", parts }, index: 0 }] });
const geminiUsage = { promptTokenCount: 9, candidatesTokenCount: 3, thoughtsTokenCount: 1, totalTokenCount: 13 };
const named = { modelVersion: "m-1", responseId: "r-1" };
const geminiEvents: readonly object[] = [
  { ...part({ text: "Why", thought: true }), ...named },
  { ...part({ text: "Hello" }), ...named },
  {
    ...part(
      { functionCall: { id: "call_1", name: "look_up", args: { q: "x" } }, thoughtSignature: "c2VhbA==" },
      { functionCall: { id: "call_2", name: "now", args: {} } },
    ),
    ...named,
  },
  {
    candidates: [{ content: { role: "model", parts: [{ text: "" }] }, finishReason: "STOP", index: 0 }],
    usageMetadata: geminiUsage,
    ...named,
  },
];

/** For each surface, the events of a whole answer with everything that streams have. */
export const GOOD: Readonly<Record<JudgedSurface, readonly EventData[]>> = {
  "openai-chat": [
    chunk({ role: "assistant", content: "", refusal: null }),
    chunk({ reasoning_content: "Why" }),
    chunk({ content: "Hel" }),
    chunk({ content: "lo" }),
    chunk(call(0, "look_up")),
    chunk(more(0, '{"q":')),
    chunk(more(0, '"x"}')),
    chunk(call(1, "now")),
    chunk(more(1, "{}")),
    chunk({}, "tool_calls"),
    { ...chunk(null), usage: chatUsage },
    "[DONE]",
  ],
  "openai-completions": [
    completion("Hel", null),
    completion("lo", null),
    completion("", "stop"),
    { ...completion("", null), choices: [], usage: chatUsage },
    "[DONE]",
  ],
  "openai-responses": responseEvents,
  "anthropic-messages": messageEvents,
  gemini: geminiEvents,
};

const openAiError = { error: { message: "It broke.", type: "upstream_error", param: null, code: "stream_interrupted" } };

/** For each surface, the events of an answer that breaks off in its one form of an error. */
export const FAILED: Readonly<Record<JudgedSurface, readonly EventData[]>> = {
  "openai-chat": [...GOOD["openai-chat"].slice(0, 4), openAiError],
  "openai-completions": [...GOOD["openai-completions"].slice(0, 2), openAiError],
  "openai-responses": [
    ...responseEvents.slice(0, 14),
    { type: "error", sequence_number: 14, code: "server_error", message: "It broke.", param: null },
    { type: "response.failed", sequence_number: 15, response: failed },
  ],
  "anthropic-messages": [...messageEvents.slice(0, 4), { type: "error", error: { type: "api_error", message: "It broke." } }],
  gemini: [...geminiEvents.slice(0, 2), { error: { code: 502, message: "It broke.", status: "INTERNAL" } }],
};
