import * as z from "zod";

/**
 * What Open Responses requires of a response and of every event, in our words: the members it lists as required and their
 * types. Unknown members pass, unknown items and events do not.
 * @see https://www.openresponses.org/specification
 */
const text = z.string();
const count = z.int();
const nullable = text.nullable();

const annotation = z.looseObject({
  type: z.literal("url_citation"),
  url: text,
  start_index: count,
  end_index: count,
  title: text,
});
const outputText = z.looseObject({
  type: z.literal("output_text"),
  text,
  annotations: z.array(annotation),
  logprobs: z.array(z.never()),
});
const refusal = z.looseObject({ type: z.literal("refusal"), refusal: text });
const summaryText = z.looseObject({ type: z.literal("summary_text"), text });
const status = z.enum(["in_progress", "completed", "incomplete"]);

const message = z.looseObject({
  type: z.literal("message"),
  id: text.min(1),
  status,
  role: z.literal("assistant"),
  content: z.array(z.union([outputText, refusal])),
});
const functionCall = z.looseObject({
  type: z.literal("function_call"),
  id: text.min(1),
  call_id: text.min(1),
  name: text,
  arguments: text,
  status,
});
const customCall = z.looseObject({
  type: z.literal("custom_tool_call"),
  id: text.min(1),
  call_id: text.min(1),
  name: text,
  input: text,
});
const reasoning = z.looseObject({
  type: z.literal("reasoning"),
  id: text.min(1),
  summary: z.array(summaryText),
  encrypted_content: text.optional(),
});
/** Of OpenAI's own tools only what makes them items. */
const providers = z.looseObject({
  type: text.regex(/^(?!message$|reasoning$|function_call$|custom_tool_call$)/),
  id: text.min(1),
});
const item = z.union([message, functionCall, customCall, reasoning, providers]);

const tool = z.union([
  z.looseObject({
    type: z.literal("function"),
    name: text,
    description: nullable,
    parameters: z.record(text, z.unknown()).nullable(),
    strict: z.boolean().nullable(),
  }),
  z.looseObject({ type: text.regex(/^(?!function$)/) }),
]);
const format = z.union([
  z.looseObject({ type: z.enum(["text", "json_object"]) }),
  z.looseObject({ type: z.literal("json_schema"), name: text, description: nullable, strict: z.boolean() }),
]);

export const usageSchema = z.strictObject({
  input_tokens: count,
  input_tokens_details: z.strictObject({ cached_tokens: count, cache_write_tokens: count }),
  output_tokens: count,
  output_tokens_details: z.strictObject({ reasoning_tokens: count }),
  total_tokens: count,
});

export const responseSchema = z.looseObject({
  id: text.min(1),
  object: z.literal("response"),
  created_at: count,
  completed_at: count.nullable(),
  status: z.enum(["completed", "failed", "in_progress", "incomplete"]),
  incomplete_details: z.strictObject({ reason: z.enum(["max_output_tokens", "content_filter"]) }).nullable(),
  model: text,
  previous_response_id: z.null(),
  instructions: nullable,
  output: z.array(item),
  error: z.strictObject({ code: text, message: text }).nullable(),
  tools: z.array(tool),
  tool_choice: z.union([z.enum(["none", "auto", "required"]), z.looseObject({ type: text })]),
  truncation: z.enum(["auto", "disabled"]),
  parallel_tool_calls: z.boolean(),
  text: z.looseObject({ format }),
  top_p: z.number(),
  presence_penalty: z.number(),
  frequency_penalty: z.number(),
  top_logprobs: count,
  temperature: z.number(),
  reasoning: z.looseObject({ effort: nullable, summary: nullable }),
  user: nullable,
  usage: usageSchema.nullable(),
  max_output_tokens: count.nullable(),
  max_tool_calls: count.nullable(),
  store: z.boolean(),
  background: z.boolean(),
  service_tier: text,
  metadata: z.record(text, text),
  safety_identifier: nullable,
  prompt_cache_key: nullable,
});

const numbered = { sequence_number: count };
const inItem = { ...numbered, item_id: text.min(1), output_index: count };
const inContent = { ...inItem, content_index: count };
const inSummary = { ...inItem, summary_index: count };
function event(type: string, shape: z.core.$ZodShape): z.ZodType {
  return z.strictObject({ type: z.literal(type), ...shape });
}

/** Every event that a writer of ours may give. */
export const eventSchema = z.union([
  ...["created", "in_progress", "completed", "incomplete", "failed"].map((name) =>
    event(`response.${name}`, { ...numbered, response: responseSchema }),
  ),
  ...["added", "done"].map((name) => event(`response.output_item.${name}`, { ...numbered, output_index: count, item })),
  ...["added", "done"].map((name) =>
    event(`response.content_part.${name}`, { ...inContent, part: z.union([outputText, refusal]) }),
  ),
  ...["added", "done"].map((name) => event(`response.reasoning_summary_part.${name}`, { ...inSummary, part: summaryText })),
  event("response.output_text.delta", { ...inContent, delta: text.min(1), logprobs: z.array(z.never()) }),
  event("response.output_text.done", { ...inContent, text, logprobs: z.array(z.never()) }),
  event("response.output_text.annotation.added", { ...inContent, annotation_index: count, annotation }),
  event("response.refusal.delta", { ...inContent, delta: text.min(1) }),
  event("response.refusal.done", { ...inContent, refusal: text }),
  event("response.reasoning_summary_text.delta", { ...inSummary, delta: text.min(1) }),
  event("response.reasoning_summary_text.done", { ...inSummary, text }),
  event("response.function_call_arguments.delta", { ...inItem, delta: text.min(1) }),
  event("response.function_call_arguments.done", { ...inItem, name: text, arguments: text }),
  event("response.custom_tool_call_input.delta", { ...inItem, delta: text.min(1) }),
  event("response.custom_tool_call_input.done", { ...inItem, input: text }),
  event("error", {
    ...numbered,
    code: text,
    message: text,
    param: nullable,
    error: z.strictObject({ type: text, code: text, message: text, param: nullable }),
  }),
]);
