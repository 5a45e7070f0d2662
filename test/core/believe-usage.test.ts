import { describe, expect, it } from "vitest";
import { believe, type UsageBounds } from "../../src/core/believe-usage.ts";
import { type Usage, withOutput } from "../../src/core/usage.ts";

const NOTHING: Usage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};
const bounds = (detail: Partial<UsageBounds> = {}): UsageBounds => ({
  inputText: JSON.stringify({ model: "m", messages: [{ role: "user", content: "x".repeat(10_000) }] }),
  outputCharacters: 8_000,
  choices: 1,
  maxOutputTokens: null,
  model: { contextTokens: null, maxOutputTokens: null, mayReason: false },
  ...detail,
});
const REASONING = { contextTokens: 200_000, maxOutputTokens: 64_000, mayReason: true };

describe("what an upstream reports", () => {
  it("is charged as it is where the request can have used it", () => {
    const plain = { ...NOTHING, inputTokens: 2_600, outputTokens: 2_000 };
    expect(believe(plain, bounds())).toBe(plain);
    const dense = { ...NOTHING, inputTokens: 20_000, outputTokens: 16_000 };
    expect(believe(dense, bounds())).toBe(dense);
    const thought = { ...NOTHING, inputTokens: 2_600, outputTokens: 50_000, reasoningTokens: 49_000 };
    expect(believe(thought, bounds({ model: REASONING }))).toBe(thought);
  });

  it("is cut to what it can have used, and flagged, where it is ten times what we count (attack F14)", () => {
    const claimed = { ...NOTHING, inputTokens: 26_000, cachedInputTokens: 25_000, outputTokens: 20_000, reasoningTokens: 19_000 };
    const believed = believe(claimed, bounds());
    const most = bounds().inputText.length * 2 + 2_000;
    expect(believed).toEqual({
      inputTokens: most,
      cachedInputTokens: most,
      cacheWriteTokens: 0,
      outputTokens: 18_000,
      reasoningTokens: 18_000,
      estimated: true,
    });
  });

  it("is never more than what the caller allowed, twice over, but what was shown is there", () => {
    const claimed = { ...NOTHING, inputTokens: 10, outputTokens: 60_000 };
    expect(believe(claimed, bounds({ maxOutputTokens: 10_000, model: REASONING })).outputTokens).toBe(20_000);
    expect(believe(claimed, bounds({ maxOutputTokens: 10_000, choices: 2, model: REASONING })).outputTokens).toBe(40_000);
    expect(believe(claimed, bounds({ maxOutputTokens: 1 })).outputTokens).toBe(16_000);
  });

  it("may be a whole context where the request refers to something that it does not hold", () => {
    const claimed = { ...NOTHING, inputTokens: 150_000, outputTokens: 10 };
    const inputText = '{"input":[{"type":"input_file","file_id":"f"}]}';
    expect(believe(claimed, bounds({ inputText, model: REASONING }))).toBe(claimed);
    expect(believe({ ...claimed, inputTokens: 999_999 }, bounds({ inputText, model: REASONING })).inputTokens).toBe(200_000);
    expect(believe({ ...claimed, inputTokens: 900_000_000 }, bounds({ inputText })).inputTokens).toBe(2_000_000);
  });

  it("has no part that is more than its whole", () => {
    const torn = {
      ...NOTHING,
      inputTokens: 100,
      cachedInputTokens: 90,
      cacheWriteTokens: 90,
      cacheWriteHourTokens: 95,
      outputTokens: 5,
    };
    expect(believe({ ...torn, reasoningTokens: 50, audioOutputTokens: 7 }, bounds())).toEqual({
      ...NOTHING,
      inputTokens: 100,
      cachedInputTokens: 90,
      cacheWriteTokens: 10,
      cacheWriteHourTokens: 10,
      outputTokens: 5,
      reasoningTokens: 5,
    });
  });
});

const told = (outputTokens: number, reasoningTokens = 0): Usage => ({
  ...NOTHING,
  inputTokens: 9,
  outputTokens,
  reasoningTokens,
});

describe("an output that nobody counted", () => {
  it("is counted by us, flagged, and the input stays as it was reported", () => {
    expect(withOutput(told(0), 8_000)).toEqual({ ...told(2_000), estimated: true });
    expect(withOutput(told(0), 1)).toEqual({ ...told(1), estimated: true });
    // Only the thoughts of an answer that says more were counted.
    expect(withOutput(told(50, 50), 8_000)).toEqual({ ...told(2_000, 50), estimated: true });
  });

  it("is none where there is no output, or where what was thought is all that is shown", () => {
    for (const [usage, characters] of [
      [told(0), 0],
      [told(1), 8_000],
      [told(50, 50), 300],
      [told(50, 50), 0],
    ] as const)
      expect(withOutput(usage, characters)).toBe(usage);
  });
});
