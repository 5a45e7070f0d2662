import type { CacheRules } from "../canonical/cache-form.ts";
import {
  HELD,
  heldFlag,
  heldKind,
  heldList,
  heldMark,
  type HeldMembers,
  heldNumber,
  heldObject,
  heldText,
  IMMATERIAL,
  textOr,
} from "../canonical/held.ts";
import { VERSION_HEADER, VERSIONS } from "./identity.ts";

const MARK: HeldMembers = { cache_control: heldMark };
const source = heldKind({ tag: "type", kinds: { base64: { media_type: heldText, data: heldText }, url: { url: heldText } } });
const shown: Readonly<Record<string, HeldMembers>> = { text: { text: heldText, ...MARK }, image: { source, ...MARK } };

const block = heldKind({
  tag: "type",
  kinds: {
    ...shown,
    tool_use: { id: heldText, name: heldText, input: HELD, ...MARK },
    tool_result: {
      tool_use_id: heldText,
      content: textOr(heldList(heldKind({ tag: "type", kinds: shown }))),
      is_error: heldFlag,
      ...MARK,
    },
  },
});

const content = textOr(heldList(block));
const turn = heldKind({ tag: "role", kinds: { user: { content }, assistant: { content }, system: { content } } });
const calling: HeldMembers = { disable_parallel_tool_use: heldFlag };
const tool: HeldMembers = { name: heldText, description: heldText, input_schema: HELD, strict: heldFlag, ...MARK };

const fields = heldObject({
  messages: heldList(turn),
  system: content,
  max_tokens: heldNumber,
  temperature: heldNumber,
  top_p: heldNumber,
  top_k: heldNumber,
  stop_sequences: heldList(heldText),
  tools: heldList(heldKind({ tag: "type", untagged: "custom", kinds: { custom: tool } })),
  tool_choice: heldKind({
    tag: "type",
    kinds: { auto: calling, any: calling, none: calling, tool: { name: heldText, ...calling } },
  }),
  output_config: heldObject({ format: heldKind({ tag: "type", kinds: { json_schema: { schema: HELD } } }) }),
  model: IMMATERIAL,
  stream: IMMATERIAL,
  metadata: heldObject({ user_id: IMMATERIAL }),
  service_tier: IMMATERIAL,
  cache_control: heldMark,
});

/** What a request of this API is in the cache. @see https://docs.anthropic.com/en/api/messages */
export const CACHE_RULES: CacheRules = {
  held: fields,
  defaults: { temperature: 1 },
  isStrict: false,
  usualHeaders: { [VERSION_HEADER]: VERSIONS },
  state: [],
};
