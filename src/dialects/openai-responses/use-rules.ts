import { isRecord } from "../../core/json/is-record.ts";
import { type Held, heldKind, heldList, heldNames, heldObject, textOr } from "../canonical/held.ts";
import type { UseRules } from "../canonical/uses-of.ts";
import { CALL_FIELDS } from "./read-item.ts";
import { AUDIO_FIELDS, FILE_FIELDS, IMAGE_FIELDS, OUTPUT_FIELDS, VIDEO_FIELDS } from "./read-part.ts";
import { CARRIED } from "./read-request.ts";

const text = heldNames(OUTPUT_FIELDS);
const part = heldKind({
  tag: "type",
  kinds: {
    input_text: text,
    output_text: text,
    text,
    summary_text: text,
    refusal: heldNames(["refusal", "text"]),
    input_image: heldNames(IMAGE_FIELDS),
    input_audio: heldNames(AUDIO_FIELDS),
    input_video: heldNames(VIDEO_FIELDS),
    input_file: heldNames([...FILE_FIELDS, "detail"]),
  },
});
const content = textOr(heldList(part));

const message = heldObject({ ...heldNames(["type", "role", "phase", "id", "status"]), content });
const call = heldNames(CALL_FIELDS);
const other = heldKind({
  tag: "type",
  kinds: {
    reasoning: heldNames(["summary", "content", "encrypted_content", "id", "status"]),
    function_call: call,
    function_call_output: { ...call, output: content },
    custom_tool_call: call,
    custom_tool_call_output: { ...call, output: content },
  },
});
/** A message need not say that it is one. */
const item: Held = (value, place, rest) => {
  const isMessage = isRecord(value) && (value["type"] ?? "message") === "message";
  return (isMessage ? message : other)(value, place, rest);
};

const plain = heldObject({
  ...heldNames([...CARRIED, "max_tool_calls", "prompt_cache_options", "prompt_cache_retention", "context_management"]),
  input: textOr(heldList(item)),
  text: heldObject(heldNames(["format", "verbosity"])),
  reasoning: heldObject(heldNames(["effort", "summary", "generate_summary"])),
});

/** What a request for a response turns on. @see https://platform.openai.com/docs/api-reference/responses/create */
export const USE_RULES: UseRules = { plain, uses: { '.reasoning."context"': "reasoning", '.reasoning."mode"': "reasoning" } };
