import type { Usage } from "../../../../src/core/usage.ts";
import { inPieces, PLAIN, type Told } from "../told.ts";
import { refuseAsOpenAi } from "./openai-errors.ts";
import { CREATED, sse, type Wire } from "./wire.ts";

type Item = Readonly<Record<string, unknown>>;
type Event = Readonly<Record<string, unknown>> & { readonly type: string };

/** The id of the reasoning item, which its encryption covers. */
const REASONING_ID = "rs_up1";

export const openaiResponses: Wire = {
  streamType: "text/event-stream",
  whole: (told) => responseOf(told, endOf(told)),
  events: (told) => numbered(eventsOf(told)),
  reports: (usage) => usage,
  refuse: refuseAsOpenAi,
  errorEvent: sse({ type: "response.failed", sequence_number: 9, response: failedResponse() }, "response.failed"),
  malformedEvent: sse('{"type":"response.output_text.delta","delta":', "response.output_text.delta"),
};

function endOf({ finish }: Told): string {
  return finish === "stop" ? "completed" : "incomplete";
}

function responseOf(told: Told, status: string): Item {
  const isOpen = status === "in_progress";
  return {
    id: "resp_up",
    object: "response",
    created_at: CREATED,
    status,
    completed_at: status === "completed" ? CREATED : null,
    background: false,
    error: null,
    incomplete_details: status === "incomplete" ? { reason: "max_output_tokens" } : null,
    instructions: null,
    max_output_tokens: null,
    max_tool_calls: null,
    metadata: {},
    model: "up-responses",
    output: isOpen ? [] : itemsOf(told),
    parallel_tool_calls: true,
    presence_penalty: 0,
    frequency_penalty: 0,
    previous_response_id: null,
    prompt_cache_key: null,
    reasoning: { effort: null, summary: null },
    safety_identifier: null,
    service_tier: "default",
    store: false,
    temperature: 1,
    text: { format: { type: "text" } },
    tool_choice: "auto",
    tools: [],
    top_logprobs: 0,
    top_p: 1,
    truncation: "disabled",
    usage: isOpen ? null : usageOf(told.usage),
    user: null,
  };
}

function failedResponse(): Item {
  const error = { code: "server_error", message: "The upstream broke." };
  return { ...responseOf(PLAIN, "failed"), output: [], usage: null, error };
}

function itemsOf(told: Told): readonly Item[] {
  const { calls, seal, text, thoughts } = told;
  const summary = thoughts === "" ? [] : [{ type: "summary_text", text: thoughts }];
  const sealed = seal === "" ? {} : { encrypted_content: seal };
  const content = [{ type: "output_text", annotations: [], logprobs: [], text }];
  return [
    ...(thoughts === "" && seal === "" ? [] : [{ id: REASONING_ID, type: "reasoning", ...sealed, summary }]),
    ...(text === "" ? [] : [{ id: "msg_up1", type: "message", status: endOf(told), role: "assistant", content }]),
    ...calls.map(({ arguments: args, id, name }, index) => ({
      id: `fc_up${index}`,
      type: "function_call",
      status: "completed",
      arguments: args,
      call_id: id,
      name,
    })),
  ];
}

function eventsOf(told: Told): readonly Event[] {
  const response = responseOf(told, "in_progress");
  return [
    { type: "response.created", response },
    { type: "response.in_progress", response },
    ...itemsOf(told).flatMap((item, index) => itemEvents(item, index, told)),
    { type: `response.${endOf(told)}`, response: responseOf(told, endOf(told)) },
  ];
}

function itemEvents(item: Item, index: number, told: Told): readonly Event[] {
  return [
    { type: "response.output_item.added", output_index: index, item: emptied(item) },
    ...contentEvents(item, { item_id: item["id"], output_index: index }, told),
    { type: "response.output_item.done", output_index: index, item },
  ];
}

function emptied(item: Item): Item {
  switch (item["type"]) {
    case "reasoning":
      return { id: item["id"], type: "reasoning", summary: [] };
    case "message":
      return { ...item, status: "in_progress", content: [] };
    default:
      return { ...item, status: "in_progress", arguments: "" };
  }
}

function contentEvents(item: Item, place: Item, { text, thoughts }: Told): readonly Event[] {
  switch (item["type"]) {
    case "reasoning":
      return thoughts === "" ? [] : summaryEvents(thoughts, { ...place, summary_index: 0 });
    case "message":
      return textEvents(text, { ...place, content_index: 0 });
    default:
      return callEvents(String(item["arguments"]), place);
  }
}

function summaryEvents(text: string, place: Item): readonly Event[] {
  const type = "response.reasoning_summary";
  return [
    { type: `${type}_part.added`, ...place, part: { type: "summary_text", text: "" } },
    ...inPieces(text).map((delta) => ({ type: `${type}_text.delta`, ...place, delta })),
    { type: `${type}_text.done`, ...place, text },
    { type: `${type}_part.done`, ...place, part: { type: "summary_text", text } },
  ];
}

function textEvents(text: string, place: Item): readonly Event[] {
  const part = { type: "output_text", annotations: [], logprobs: [] };
  return [
    { type: "response.content_part.added", ...place, part: { ...part, text: "" } },
    ...inPieces(text).map((delta) => ({ type: "response.output_text.delta", ...place, delta, logprobs: [] })),
    { type: "response.output_text.done", ...place, text, logprobs: [] },
    { type: "response.content_part.done", ...place, part: { ...part, text } },
  ];
}

function callEvents(args: string, place: Item): readonly Event[] {
  const type = "response.function_call_arguments";
  return [
    ...inPieces(args).map((delta) => ({ type: `${type}.delta`, ...place, delta })),
    { type: `${type}.done`, ...place, arguments: args },
  ];
}

function numbered(events: readonly Event[]): readonly Buffer[] {
  return events.map((event, index) => sse({ ...event, sequence_number: index }, event.type));
}

function usageOf({ cachedInputTokens, cacheWriteTokens, inputTokens, outputTokens, reasoningTokens }: Usage): object {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedInputTokens, cache_write_tokens: cacheWriteTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  };
}
