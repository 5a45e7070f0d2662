import { isRecord } from "../../core/json/is-record.ts";
import type { CacheRules } from "../canonical/cache-form.ts";
import {
  HELD,
  type Held,
  heldFlag,
  heldKind,
  heldList,
  heldMark,
  type HeldMembers,
  heldNone,
  heldNumber,
  heldObject,
  heldText,
  heldUrl,
  IMMATERIAL,
  textOr,
} from "../canonical/held.ts";

const MARKS: HeldMembers = { cache_control: heldMark, prompt_cache_breakpoint: heldObject({}) };

const imageObject = heldObject({ url: heldUrl, detail: heldText });
const image: Held = (value, place, rest) => (typeof value === "string" ? heldUrl : imageObject)(value, place, rest);

const part = heldKind({ tag: "type", kinds: { text: { text: heldText, ...MARKS }, image_url: { image_url: image, ...MARKS } } });
const spoken: HeldMembers = { content: textOr(heldList(part)), name: heldText, ...MARKS };
const named = heldObject({ name: heldText });

const call = heldKind({
  tag: "type",
  kinds: { function: { id: heldText, function: heldObject({ name: heldText, arguments: heldText }) } },
});

const message = heldKind({
  tag: "role",
  isLeftOut: true,
  kinds: {
    system: spoken,
    developer: spoken,
    user: spoken,
    assistant: { ...spoken, phase: heldText, refusal: heldText, annotations: heldNone, tool_calls: heldList(call) },
    tool: { content: textOr(heldList(part)), tool_call_id: heldText, ...MARKS },
  },
});

const functionTool = heldObject({ name: heldText, description: heldText, parameters: HELD, strict: heldFlag });
const schema = heldObject({ name: heldText, description: heldText, schema: HELD, strict: heldFlag });

const fields = heldObject({
  messages: heldList(message),
  n: heldNumber,
  max_tokens: heldNumber,
  max_completion_tokens: heldNumber,
  temperature: heldNumber,
  top_p: heldNumber,
  top_k: heldNumber,
  stop: textOr(heldList(heldText)),
  seed: heldNumber,
  presence_penalty: heldNumber,
  frequency_penalty: heldNumber,
  logit_bias: HELD,
  logprobs: heldFlag,
  top_logprobs: heldNumber,
  tools: heldList(heldKind({ tag: "type", kinds: { function: { function: functionTool, cache_control: heldMark } } })),
  tool_choice: textOr(heldKind({ tag: "type", kinds: { function: { function: named } } })),
  parallel_tool_calls: heldFlag,
  response_format: heldKind({ tag: "type", kinds: { text: {}, json_object: {}, json_schema: { json_schema: schema } } }),
  modalities: heldList(heldText),
  reasoning_effort: heldText,
  verbosity: heldText,
  model: IMMATERIAL,
  stream: IMMATERIAL,
  stream_options: heldObject({ include_usage: IMMATERIAL, include_obfuscation: IMMATERIAL }),
  store: IMMATERIAL,
  user: IMMATERIAL,
  safety_identifier: IMMATERIAL,
  metadata: IMMATERIAL,
  service_tier: IMMATERIAL,
  cache_control: heldMark,
  prompt_cache_key: IMMATERIAL,
  prompt_cache_retention: IMMATERIAL,
});

/** What a request of this API is in the cache. @see https://platform.openai.com/docs/api-reference/chat/create */
export const CACHE_RULES: CacheRules = {
  // Of two limits the newer one is read.
  held: (body, place, rest) => {
    fields(body, place, rest);
    if (isRecord(body) && body["max_completion_tokens"] != null && body["max_tokens"] != null)
      rest.push(["max_tokens", body["max_tokens"]]);
  },
  defaults: { temperature: 1, topP: 1, presencePenalty: 0, frequencyPenalty: 0, logprobs: false, topLogprobs: 0 },
  isStrict: false,
  usualHeaders: {},
  state: [],
};
