import { isRecord } from "../../core/json/is-record.ts";
import {
  HELD,
  type Held,
  type HeldMembers,
  heldList,
  heldNames,
  heldObject,
  heldText,
  heldWord,
  oneOrMore,
  UNHELD,
} from "../canonical/held.ts";
import type { UseRules } from "../canonical/uses-of.ts";
import { camelCase, member } from "./member.ts";
import { KNOWN as GENERATION_FIELDS } from "./read-generation.ts";
import { KNOWN as KNOWN_FIELDS } from "./read-request.ts";

function object(members: HeldMembers): Held {
  return heldObject(members, camelCase);
}

const FILES: HeldMembers = { inlineData: HELD, fileData: HELD };
const response = object({ id: HELD, name: HELD, response: HELD, parts: oneOrMore(object(FILES)) });
/** Of what a part holds one thing is read. */
const THINGS: HeldMembers = { text: heldText, functionCall: HELD, functionResponse: response, ...FILES };
const onePart = object({ ...THINGS, thought: HELD, thoughtSignature: HELD });

const part: Held = (value, place, rest) => {
  onePart(value, place, rest);
  const things = isRecord(value)
    ? Object.keys(value).filter((name) => value[name] !== null && Object.hasOwn(THINGS, camelCase(name)))
    : [];
  if (things.length > 1) rest.push([place, value]);
};
const content = object({ parts: oneOrMore(part), role: HELD });

const generation = object({
  ...heldNames([...GENERATION_FIELDS, "mediaResolution"]),
  responseSchema: UNHELD,
  responseJsonSchema: UNHELD,
  responseModalities: heldList(heldWord("TEXT", "IMAGE", "AUDIO")),
  speechConfig: UNHELD,
  imageConfig: UNHELD,
});

const whole = object({
  ...heldNames([...KNOWN_FIELDS, "safetySettings"]),
  contents: oneOrMore(content),
  systemInstruction: content,
  generationConfig: generation,
});

/** What is counted may stand in a request of its own. */
const plain: Held = (value, place, rest) => {
  const inner = isRecord(value) && !("contents" in value) ? member(value, "generateContentRequest") : undefined;
  if (inner === undefined) return whole(value, place, rest);
  whole(inner, place, rest);
  object({ model: HELD, generateContentRequest: HELD })(value, place, rest);
};

/** What `generateContent` turns on; a schema counts with any media type. @see https://ai.google.dev/api/generate-content */
export const USE_RULES: UseRules = {
  plain,
  uses: {
    ".generationConfig.responseSchema": "jsonSchema",
    ".generationConfig.responseJsonSchema": "jsonSchema",
    ".generationConfig.speechConfig": "audio",
    ".generationConfig.imageConfig": "images",
  },
};

const embedded: HeldMembers = {
  ...heldNames(["model", "taskType", "title", "outputDimensionality"]),
  content: object({ parts: oneOrMore(object({ text: heldText })), role: HELD }),
};

/** A request for vectors of texts. */
export const PLAIN_EMBEDDINGS = object({ ...embedded, requests: oneOrMore(object(embedded)) });
