import { isRecord } from "../../core/json/is-record.ts";
import type { CacheRules } from "../canonical/cache-form.ts";
import {
  HELD,
  type Held,
  heldFlag,
  heldList,
  type HeldMembers,
  heldNumber,
  heldObject,
  heldRecord,
  heldText,
  heldWord,
  IMMATERIAL,
  oneOrMore,
} from "../canonical/held.ts";
import { camelCase, listOf, member } from "./member.ts";

function object(members: HeldMembers): Held {
  return heldObject(members, camelCase);
}

const blob = object({ mimeType: heldText, data: heldText });
const call = object({ id: heldText, name: heldText, args: heldRecord });
/** Under another name, or beside something else, a result is told as its JSON. */
const result = object({ name: heldText, response: heldObject({ output: heldText }) });
const onePart = object({ text: heldText, inlineData: blob, functionCall: call, functionResponse: result });

/** Of what a part says beside its first thing, nothing is read; one that is empty is left out. */
const part: Held = (value, place, rest) => {
  const isOne = isRecord(value) && Object.values(value).filter((one) => one !== null && one !== "").length === 1;
  if (isOne) onePart(value, place, rest);
  else rest.push([place, value]);
};
const parts = oneOrMore(part);

const ROLES = heldWord("user", "model");
const spoken = object({ parts, role: ROLES });
const content: Held = (value, place, rest) => {
  const before = rest.length;
  spoken(value, place, rest);
  // Who says nothing, or nothing that is read, is left out.
  if (isRecord(value) && (rest.length > before || listOf(value["parts"]).length === 0))
    rest.push([`${place}.role`, value["role"]]);
};

/** Written in lower case for everybody else, without the order of its properties. */
const schema: Held = (value, place, rest) => {
  if (/"(?:propertyOrdering|property_ordering|nullable)"|_UNSPECIFIED"/.test(JSON.stringify(value))) rest.push([place, value]);
};

const declared = object({ name: heldText, description: heldText, parameters: schema, parametersJsonSchema: HELD });
/** Of two schemas one is read. */
const declaration: Held = (value, place, rest) => {
  declared(value, place, rest);
  if (isRecord(value) && member(value, "parametersJsonSchema") !== undefined && "parameters" in value) rest.push([place, value]);
};

const settings = object({
  temperature: heldNumber,
  topP: heldNumber,
  topK: heldNumber,
  candidateCount: heldNumber,
  maxOutputTokens: heldNumber,
  stopSequences: heldList(heldText),
  seed: heldNumber,
  presencePenalty: heldNumber,
  frequencyPenalty: heldNumber,
  responseMimeType: heldWord("application/json", "text/plain"),
  responseSchema: schema,
  responseJsonSchema: HELD,
  responseLogprobs: heldFlag,
  logprobs: heldNumber,
  responseModalities: heldList(heldWord("TEXT", "IMAGE", "AUDIO")),
});

/** A schema counts where the answer shall be JSON, and one of two. */
const generation: Held = (value, place, rest) => {
  settings(value, place, rest);
  if (!isRecord(value)) return;
  const schemas = ["responseJsonSchema", "responseSchema"].filter((name) => member(value, name) !== undefined).length;
  const isRead = schemas === 0 || (schemas === 1 && member(value, "responseMimeType") === "application/json");
  if (!isRead) rest.push([place, value]);
};

const fields = object({
  contents: oneOrMore(content),
  systemInstruction: object({ parts, role: heldWord("user", "system") }),
  tools: oneOrMore(object({ functionDeclarations: oneOrMore(declaration) })),
  toolConfig: object({ functionCallingConfig: object({ mode: heldWord("AUTO", "ANY", "NONE") }) }),
  generationConfig: generation,
  model: IMMATERIAL,
  labels: IMMATERIAL,
  serviceTier: IMMATERIAL,
});

/** What a request of this API is in the cache. @see https://ai.google.dev/api/generate-content */
export const CACHE_RULES: CacheRules = {
  held: fields,
  defaults: { temperature: 1, presencePenalty: 0, frequencyPenalty: 0, logprobs: false },
  isStrict: null,
  usualHeaders: {},
  state: [],
};
