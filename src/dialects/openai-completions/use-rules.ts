import { heldNames, heldObject } from "../canonical/held.ts";
import type { UseRules } from "../canonical/uses-of.ts";
import { KNOWN_FIELDS } from "./read-request.ts";

/** A completion is of text: its own fields turn nothing on. @see https://platform.openai.com/docs/api-reference/completions/create */
export const USE_RULES: UseRules = {
  plain: heldObject(heldNames(KNOWN_FIELDS)),
  uses: {},
};
