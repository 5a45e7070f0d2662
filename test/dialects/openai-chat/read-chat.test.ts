import { describe, expect, it } from "vitest";
import { readChat } from "../../../src/dialects/openai-chat/read-chat.ts";
import { type Meaning, meaningOf, meaningOfAnswer } from "./gather.ts";
import { readRecordings } from "./recordings.ts";

const CONTEXT = { seed: "0123456789abcdef0123456789abcdef", family: "openai-chat" };

const recordings = ["openai-chat", "openai-compat"].flatMap(readRecordings).filter(({ response }) => response !== null);

const SNOWFLAKE = "openai-compat/myorg-myaccount-pyd-snowflake-snowflake_";

/** Where we read otherwise than the oracle, and why. */
const EXCEPTIONS: ReadonlyMap<string, Partial<Meaning>> = new Map<string, Partial<Meaning>>([
  // Its finish reason is empty: a whole answer has ended.
  [`${SNOWFLAKE}native_output`, { finish: "stop" }],
  [`${SNOWFLAKE}tool_calling/step-1`, { finish: "tool_calls" }],
  [`${SNOWFLAKE}tool_calling/step-2`, { finish: "stop" }],
  [`${SNOWFLAKE}thinking/step-2`, { finish: "stop" }],
  // The thoughts stand in `reasoning_details` alone.
  [`${SNOWFLAKE}thinking/step-1`, { finish: "tool_calls", reasoning: "Let me get the weather for Mexico City." }],
  // Our output includes thoughts, which this provider counts beside the completion.
  ["openai-compat/vai-compat-xai-text", { usage: { input: 12, cached: 2, written: 0, output: 322, reasoning: 320 } }],
  ["openai-compat/vai-compat-xai-tool-call", { usage: { input: 307, cached: 244, written: 0, output: 281, reasoning: 255 } }],
  ["openai-compat/vai-xai-text", { usage: { input: 12, cached: 2, written: 0, output: 229, reasoning: 228 } }],
  ["openai-compat/vai-xai-tool-call", { usage: { input: 291, cached: 244, written: 0, output: 215, reasoning: 189 } }],
  // Tokens read from the cache stand in `usage.cached_tokens`.
  ["openai-compat/vai-moonshotai-reasoning", { usage: { input: 20, cached: 10, written: 0, output: 30, reasoning: 22 } }],
]);

describe("recorded chat answers", () => {
  it.each(recordings.map((recording) => [recording.name, recording] as const))("%s means what it means", (name, recording) => {
    const read = readChat(recording.response ?? "", CONTEXT);
    const wanted = { ...meaningOf(recording.normalizedResponse), ...EXCEPTIONS.get(name) };
    if (wanted.isError) expect(read.kind).toBe("failed");
    else expect(read.kind === "read" ? meaningOfAnswer(read.answer) : read.failure).toEqual(wanted);
  });
});
