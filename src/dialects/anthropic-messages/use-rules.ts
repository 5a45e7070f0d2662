import {
  HELD,
  heldKind,
  heldList,
  type HeldMembers,
  heldNames,
  heldNone,
  heldObject,
  heldText,
  textOr,
} from "../canonical/held.ts";
import type { UseRules } from "../canonical/uses-of.ts";
import { KNOWN_FIELDS } from "./read-request.ts";

const MARK: HeldMembers = { cache_control: HELD };
const DOCUMENT = heldNames(["source", "title", "context", "citations", "cache_control"]);
const shown: Readonly<Record<string, HeldMembers>> = {
  text: { text: heldText, citations: HELD, ...MARK },
  image: { source: HELD, ...MARK },
  document: DOCUMENT,
  search_result: { ...DOCUMENT, content: HELD },
};

const block = heldKind({
  tag: "type",
  kinds: {
    ...shown,
    thinking: { thinking: HELD, signature: HELD },
    redacted_thinking: { data: HELD },
    tool_use: { id: HELD, name: HELD, input: HELD, caller: HELD, ...MARK },
    tool_result: {
      tool_use_id: HELD,
      content: textOr(heldList(heldKind({ tag: "type", kinds: shown }))),
      is_error: HELD,
      ...MARK,
    },
  },
});
const content = textOr(heldList(block));

const plain = heldObject({
  ...heldNames([...KNOWN_FIELDS, "context_management"]),
  messages: heldList(heldObject({ role: HELD, content })),
  system: content,
  output_config: heldObject(heldNames(["format", "effort", "task_budget"])),
  mcp_servers: heldNone,
});

/** What a message turns on. @see https://docs.anthropic.com/en/api/messages */
export const USE_RULES: UseRules = { plain, uses: {} };
