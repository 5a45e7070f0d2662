import { expect, it } from "vitest";
import { recordedAnswers } from "./recorded-answers.ts";
import { runCaptures } from "./run-captures.ts";

const isFull = process.env["FAIRLEAD_FULL"] === "1";

it("attack G05: of all recorded answers, whole and cut, what is sound is kept and says the same on every surface, and nothing else is", () => {
  const answers = recordedAnswers();
  const some = isFull ? answers : answers.filter((_, index) => index % 4 === 0);
  const extent = isFull ? { cuts: 100, replayEvery: 1, isTyped: true } : { cuts: 3, replayEvery: 8, isTyped: false };
  const captures = runCaptures(some, extent);
  expect(captures.problems).toEqual([]);
  expect(captures.kept).toBeGreaterThan(some.length / 2);
  expect(captures.refused).toBeGreaterThan(some.length / 4);
});
