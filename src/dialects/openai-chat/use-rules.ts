import {
  HELD,
  heldNames,
  heldKind,
  heldList,
  type HeldMembers,
  heldNumber,
  heldObject,
  heldText,
  heldWord,
  oneOrMore,
  textOr,
  UNHELD,
} from "../canonical/held.ts";
import type { UseRules } from "../canonical/uses-of.ts";
import { EMBEDDINGS_FIELDS } from "./chat-fields.ts";
import { KNOWN_MEMBERS as MESSAGE_MEMBERS } from "./read-messages.ts";
import { KNOWN_FIELDS } from "./read-request.ts";

const MARKS: HeldMembers = { cache_control: HELD, prompt_cache_breakpoint: HELD };

const part = heldKind({
  tag: "type",
  kinds: {
    text: { text: heldText, ...MARKS },
    refusal: { refusal: heldText },
    thinking: { thinking: HELD },
    image_url: { image_url: HELD, ...MARKS },
    input_audio: { input_audio: HELD, ...MARKS },
    video_url: { video_url: HELD, ...MARKS },
    file: { file: HELD, ...MARKS },
  },
});
const message = heldObject({ ...heldNames([...MESSAGE_MEMBERS, "annotations", "prefix"]), content: textOr(heldList(part)) });
const predicted = heldList(heldObject({ type: heldWord("text"), text: heldText }));

const plain = heldObject({
  ...heldNames([...KNOWN_FIELDS, "store", "safety_identifier", "prompt_cache_retention"]),
  messages: heldList(message),
  modalities: heldList(heldText),
  prediction: heldObject({ type: HELD, content: textOr(predicted) }),
  reasoning: UNHELD,
});

/** What a chat turns on. @see https://platform.openai.com/docs/api-reference/chat/create */
export const USE_RULES: UseRules = {
  plain,
  uses: {
    '."audio"': "audio",
    '.messages[]."audio"': "audio",
    ".reasoning": "reasoning",
    // Of servers of many models, in Anthropic's words.
    '."thinking"': "reasoning",
  },
};

/** A request for vectors of texts, or of their tokens. */
export const PLAIN_EMBEDDINGS = heldObject({
  ...heldNames(EMBEDDINGS_FIELDS),
  input: textOr(heldList(textOr(oneOrMore(heldNumber)))),
});
