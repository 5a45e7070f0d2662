import { describe, expect, it } from "vitest";
import { createStreamReader } from "../../../src/dialects/openai-chat/stream-reader.ts";
import { arrange, gather, type Meaning, meaningOf, meaningOfAnswer, partialMeaning, split } from "./gather.ts";
import { type Recording, readRecordings } from "./recordings.ts";

const CONTEXT = { seed: "0123456789abcdef0123456789abcdef", family: "openai-chat" };
const SIZES = [1, 2, 3, 7, 64];

const recordings = ["openai-chat", "openai-compat"].flatMap(readRecordings).filter(({ stream }) => stream !== null);

/** Where we read otherwise than the oracle, and why. */
const EXCEPTIONS: ReadonlyMap<string, Partial<Meaning>> = new Map<string, Partial<Meaning>>([
  // Our output includes thoughts, which this provider counts beside the completion.
  ["openai-compat/vai-compat-xai-text", { usage: { input: 12, cached: 11, written: 0, output: 342, reasoning: 340 } }],
  ["openai-compat/vai-compat-xai-tool-call", { usage: { input: 307, cached: 306, written: 0, output: 253, reasoning: 227 } }],
  ["openai-compat/vai-xai-text", { usage: { input: 12, cached: 11, written: 0, output: 291, reasoning: 290 } }],
  ["openai-compat/vai-xai-tool-call", { usage: { input: 291, cached: 290, written: 0, output: 222, reasoning: 196 } }],
]);

function read({ stream }: Recording, size: number): Meaning {
  const text = stream ?? "";
  const events = arrange(createStreamReader(CONTEXT), size === 0 ? [text] : split(text, size));
  const answer = gather(events);
  return answer === null ? partialMeaning(events) : meaningOfAnswer(answer);
}

describe("recorded chat streams", () => {
  it.each(recordings.map((recording) => [recording.name, recording] as const))(
    "%s means what it means in any split",
    (name, recording) => {
      const wanted = { ...meaningOf(recording.normalized), ...EXCEPTIONS.get(name) };
      for (const size of [0, ...SIZES]) expect(read(recording, size), `in pieces of ${size}`).toEqual(wanted);
    },
  );
});
