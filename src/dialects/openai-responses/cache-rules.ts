import { isRecord } from "../../core/json/is-record.ts";
import type { CacheRules } from "../canonical/cache-form.ts";
import {
  HELD,
  type Held,
  heldFlag,
  heldKind,
  heldList,
  type HeldMembers,
  heldNone,
  heldNumber,
  heldObject,
  heldText,
  heldUrl,
  heldWord,
  IMMATERIAL,
  textOr,
} from "../canonical/held.ts";

const MARKS: HeldMembers = { prompt_cache_breakpoint: heldObject({}) };
/** How the provider files an item that it gave. */
const FILED: HeldMembers = { id: IMMATERIAL, status: heldWord("completed") };

const text: HeldMembers = { text: heldText, annotations: heldNone, logprobs: heldNone, ...MARKS };
const part = heldKind({
  tag: "type",
  kinds: { input_text: text, output_text: text, text, input_image: { image_url: heldUrl, detail: heldText, ...MARKS } },
});
const content = textOr(heldList(part));

const said: HeldMembers = { type: IMMATERIAL, content, ...FILED };
const message = heldKind({
  tag: "role",
  isLeftOut: true,
  kinds: { user: said, system: said, developer: said, assistant: { ...said, phase: heldText } },
});
const other = heldKind({
  tag: "type",
  kinds: {
    function_call: { call_id: heldText, name: heldText, arguments: heldText, ...FILED },
    function_call_output: { call_id: heldText, output: content, ...FILED },
  },
});
/** A message need not say that it is one. */
const item: Held = (value, place, rest) => {
  const isMessage = isRecord(value) && (value["type"] ?? "message") === "message";
  return (isMessage ? message : other)(value, place, rest);
};

const tool = { name: heldText, description: heldText, parameters: HELD, strict: heldFlag };
const schema: HeldMembers = { name: heldText, description: heldText, schema: HELD, strict: heldFlag };

const fields = heldObject({
  input: textOr(heldList(item)),
  instructions: heldText,
  max_output_tokens: heldNumber,
  temperature: heldNumber,
  top_p: heldNumber,
  top_logprobs: heldNumber,
  presence_penalty: heldNumber,
  frequency_penalty: heldNumber,
  tools: heldList(heldKind({ tag: "type", kinds: { function: tool } })),
  tool_choice: textOr(heldKind({ tag: "type", kinds: { function: { name: heldText } } })),
  parallel_tool_calls: heldFlag,
  text: heldObject({
    format: heldKind({ tag: "type", kinds: { text: {}, json_object: {}, json_schema: schema } }),
    verbosity: heldText,
  }),
  reasoning: heldObject({ effort: heldText, summary: heldWord("auto") }),
  truncation: heldWord("disabled"),
  background: heldWord(false),
  model: IMMATERIAL,
  stream: IMMATERIAL,
  stream_options: heldObject({ include_obfuscation: IMMATERIAL }),
  store: IMMATERIAL,
  user: IMMATERIAL,
  safety_identifier: IMMATERIAL,
  metadata: IMMATERIAL,
  service_tier: IMMATERIAL,
  prompt_cache_key: IMMATERIAL,
  prompt_cache_retention: IMMATERIAL,
});

/** What a request of this API is in the cache. @see https://platform.openai.com/docs/api-reference/responses/create */
export const CACHE_RULES: CacheRules = {
  held: fields,
  defaults: { temperature: 1, topP: 1, presencePenalty: 0, frequencyPenalty: 0 },
  isStrict: null,
  usualHeaders: {},
  state: ["previous_response_id", "conversation", "background"],
};
