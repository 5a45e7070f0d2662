import type { Normalized } from "../../rigs/replay-upstream/recorded-steps.ts";

/** Where the plain reading of a recording is not what a client must be told. */
const CORRECTIONS: ReadonlyMap<string, Partial<Normalized>> = new Map<string, Partial<Normalized>>([
  // One flipped bit: the frames before it must not pass for a whole answer.
  ["bedrock-converse/syn-crc-corrupt", { complete: false }],
  // Only the terminator is missing, and how the answer ended has been said.
  ["anthropic-messages/syn-truncated-no-message-stop", { complete: true }],
  // A filter by another name.
  ["gemini/pyd-google-google_model_armor_response_template_real_block", { finish: "content_filter" }],
  // `complete` for `completed`, and nothing else is wrong.
  ["openai-responses/pyd-openai_responses-openai_responses_verbosity", { complete: true }],
  // Told in `reasoning_details` alone.
  [
    "openai-compat/myorg-myaccount-pyd-snowflake-snowflake_thinking/step-1",
    { reasoning: "Let me get the weather for Mexico City." },
  ],
]);

/** Providers whose output tokens leave reasoning out, as their totals show. */
const REASONING_APART: ReadonlySet<string> = new Set([
  "openai-compat/vai-compat-xai-text",
  "openai-compat/vai-compat-xai-tool-call",
  "openai-compat/vai-xai-text",
  "openai-compat/vai-xai-tool-call",
]);

/** What an answer says, where its reading in `case.json` needs a second look. */
export function correctReading(stepId: string, said: Normalized): Normalized {
  const { usage } = said;
  const apart = REASONING_APART.has(stepId) && usage !== null && usage.output_total !== null;
  return {
    ...said,
    ...CORRECTIONS.get(stepId),
    usage: apart ? { ...usage, output_total: (usage.output_total ?? 0) + (usage.reasoning ?? 0) } : usage,
  };
}
