import * as fc from "fast-check";
import { expect, it } from "vitest";
import { pairFeatures } from "../../../../src/core/cache/text/pair-features.ts";
import { runsOf } from "../../../judges/runs.ts";

it("finds nothing that parts a text from itself, or from its canonical form", () => {
  const features = {
    contentJaccard: 1,
    residue: 0,
    isSubstitution: false,
    lengthDifference: 0,
    sharedBigrams: 1,
    passesSequenceGate: true,
  };
  expect(pairFeatures("How do I reset it?", "How do I reset it?")).toEqual(features);
  expect(pairFeatures("How do I reset my password?", "Please, how can I reset my password")).toEqual(features);
});

it("tells one other word from another wording", () => {
  expect(pairFeatures("Can I feed my snail nuts?", "Can I feed my goat nuts?")).toMatchObject({
    isSubstitution: true,
    residue: 2,
  });
  expect(pairFeatures("How does HTTPS work?", "What happens under the hood with HTTPS?")).toMatchObject({
    isSubstitution: false,
    passesSequenceGate: false,
  });
});

it("sees that function words differ where content does not", () => {
  const { contentJaccard, sharedBigrams } = pairFeatures("can i call you", "can you call me");
  expect(contentJaccard).toBe(1);
  expect(sharedBigrams).toBeLessThan(0.5);
});

it("is symmetric and bounded for any texts", () => {
  const words = fc.array(fc.constantFrom(..."how do i reset my not password order 5 5mg Paris to from and ? .".split(" ")), {
    maxLength: 9,
  });
  fc.assert(
    fc.property(words, words, (a, b) => {
      const features = pairFeatures(a.join(" "), b.join(" "));
      expect(pairFeatures(b.join(" "), a.join(" "))).toEqual(features);
      for (const share of [features.contentJaccard, features.lengthDifference, features.sharedBigrams]) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: runsOf(300, 10_000) },
  );
});
