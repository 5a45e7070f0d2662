import { APIError } from "openai";
import { describe, expect, it } from "vitest";
import { FairleadError } from "../../../src/core/errors.ts";
import { openaiChat } from "../../../src/dialects/openai-chat/index.ts";
import { createStreamRepair } from "../../../src/dialects/openai-chat/repair-stream.ts";
import { checkChunks } from "./check-chunks.ts";
import { type Meaning, meaningOf, split } from "./gather.ts";
import { readRecordings, type Recording } from "./recordings.ts";
import { runSdk } from "./sdk.ts";

const SIZES = [1, 2, 3, 7, 64];

const recordings = ["openai-chat", "openai-compat"].flatMap(readRecordings).filter(({ stream }) => stream !== null);

/** Streams that end in an error for the caller, and why. */
const ERRORS: ReadonlyMap<string, string> = new Map([
  ["openai-chat/kong-frames-openai-llm-v1-chat", "an excerpt: cut before its end"],
  ["openai-chat/kong-frames-openai-llm-v1-completions", "an excerpt of another dialect: cut before its end"],
  ["openai-chat/syn-error-event-named", "a genuine error, in an event named so"],
  ["openai-chat/syn-error-first-chunk", "a genuine error, before anything else"],
  ["openai-chat/syn-error-vllm-object", "a genuine error, told as object: error"],
  ["openai-chat/syn-html-body", "no event at all"],
  ["openai-chat/syn-truncated-mid-json", "cut inside an event"],
  ["openai-chat/syn-truncated-no-finish", "cut before its end"],
]);

/** Streams at which the stock SDK raises, or which it misreads, as they come, and why; mended they are sound. */
const REPAIRED: ReadonlyMap<string, string> = new Map([
  ["openai-chat/syn-role-missing", "no delta has a role"],
  ["openai-chat/syn-tool-index-same-for-two", "two calls have one index"],
  ["openai-chat/syn-tool-no-index", "calls have no index"],
  ["openai-chat/syn-usage-null-choices", "choices is null"],
  ["openai-compat/mistral-pyd-mistral-mistral_model_thinking_part_iter", "content is an array of parts"],
  ["openai-compat/vai-mistral-incremental-tool-call", "no delta has a role"],
  ["openai-compat/vai-mistral-tool-call", "calls have no index"],
]);

const XAI = "thoughts are counted beside the completion, and ours include them";
/** Where a mended stream means something else than the oracle says, and why. */
const EXCEPTIONS: ReadonlyMap<string, Partial<Meaning> & { readonly why: string }> = new Map([
  ["openai-compat/vai-compat-xai-text", { why: XAI, usage: { input: 12, cached: 11, written: 0, output: 342, reasoning: 340 } }],
  [
    "openai-compat/vai-compat-xai-tool-call",
    { why: XAI, usage: { input: 307, cached: 306, written: 0, output: 253, reasoning: 227 } },
  ],
  ["openai-compat/vai-xai-text", { why: XAI, usage: { input: 12, cached: 11, written: 0, output: 291, reasoning: 290 } }],
  ["openai-compat/vai-xai-tool-call", { why: XAI, usage: { input: 291, cached: 290, written: 0, output: 222, reasoning: 196 } }],
]);

/** What the caller of a pumped stream gets: the mended text, and one error event where it did not end well. */
function pump(pieces: readonly string[], choices: number): { readonly text: string; readonly isMended: boolean } {
  const repair = createStreamRepair(choices, "");
  const text = pieces.map((piece) => repair.mend(piece)).join("") + repair.mendEnd();
  const { failure, finished } = repair.reading;
  if (failure !== null || finished) return { text, isMended: failure === null };
  const error = new FairleadError("stream_interrupted", "The answer was interrupted (stream_cut).");
  return { text: text + (openaiChat.surface?.encodeErrorEvent(error, "") ?? ""), isMended: false };
}

function choicesOf({ name }: Recording): number {
  return name === "openai-chat/syn-n-choices" ? 2 : 1;
}

describe("a mended chat stream", () => {
  const named = recordings.map((recording) => [recording.name, recording] as const);

  it.each(named.filter(([name]) => !ERRORS.has(name)))("%s is what it means to the stock SDK", async (name, recording) => {
    const { isMended, text } = pump([recording.stream ?? ""], choicesOf(recording));
    expect(isMended).toBe(true);
    const { why: _, ...exception } = EXCEPTIONS.get(name) ?? { why: "" };
    expect(await runSdk(text, choicesOf(recording))).toEqual({ ...meaningOf(recording.normalized), ...exception });
    if (choicesOf(recording) === 1) expect(checkChunks(text, { isOurs: false })).toEqual([]);
  });

  it.each(named.filter(([name]) => REPAIRED.has(name)))("%s is not what it means as it comes", async (_, recording) => {
    const raw = await runSdk(recording.stream ?? "");
    expect(raw).not.toEqual(meaningOf(recording.normalized));
  });

  it.each(named.filter(([name]) => ERRORS.has(name)))("%s makes the stock SDK raise", async (_, { stream }) => {
    const { isMended, text } = pump([stream ?? ""], 1);
    expect(isMended).toBe(false);
    expect(text).not.toContain("[DONE]");
    const error = /data: (\{"error".*\})\n\n$/.exec(text)?.[1] ?? "";
    expect(Object.keys((JSON.parse(error) as { error: object }).error)).toEqual(["message", "type", "param", "code"]);
    expect(await runSdk(text)).toBeInstanceOf(APIError);
  });

  it.each(named)("%s is the same in any split", (_, recording) => {
    const stream = recording.stream ?? "";
    const { text } = pump([stream], choicesOf(recording));
    for (const size of SIZES) expect(pump(split(stream, size), choicesOf(recording)).text, `in pieces of ${size}`).toBe(text);
  });

  it.each(named.filter(([name]) => !ERRORS.has(name)))("%s needs no mending twice", (_, recording) => {
    const { text } = pump([recording.stream ?? ""], choicesOf(recording));
    expect(pump([text], choicesOf(recording)).text).toBe(text);
  });
});
