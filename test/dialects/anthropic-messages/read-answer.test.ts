import { describe, expect, it } from "vitest";
import { readChat } from "../../../src/dialects/anthropic-messages/read-answer.ts";
import { checkStrict } from "../canonical/check-strict.ts";
import { arrange, CONTEXT, expectedOf, gather, inPieces, normalize } from "./gather.ts";
import { recordings } from "./recordings.ts";

const all = recordings("anthropic-messages");

describe("recorded streams", () => {
  for (const { name, normalized, stream } of all) {
    if (stream === null || normalized === null) continue;
    const wanted = expectedOf(normalized);

    it(`${name} says what its recording says, in any split`, () => {
      const whole = gather(arrange([stream]));
      expect(normalize(whole)).toEqual(wanted);
      expect(whole.isComplete).toBe(normalized.finish !== null);
      for (const size of [1, 2, 3, 7, 64]) expect(gather(arrange(inPieces(stream, size)))).toEqual(whole);
    });

    it(`${name} becomes strict events`, () => {
      expect(checkStrict(arrange([stream]), normalized.finish !== null)).toEqual([]);
    });
  }
});

describe("recorded responses", () => {
  for (const { name, normalized, normalizedResponse, response, stream } of all) {
    const expected = stream === null ? normalized : normalizedResponse;
    if (response === null || expected === null) continue;

    it(`${name} says what its recording says`, () => {
      const read = readChat(response, CONTEXT);
      if (expected.error !== null) return expect(read.kind).toBe("failed");
      if (read.kind === "failed") throw new Error(read.failure.message);
      expect(normalize({ answer: read.answer, failure: null, isComplete: true })).toEqual(expectedOf(expected));
    });
  }
});
