import { describe, expect, it } from "vitest";
import { AnswerMemory, type Remembered } from "../../../src/core/cache/answer-memory.ts";

const USAGE = {
  inputTokens: 3,
  cachedInputTokens: 1,
  cacheWriteTokens: 0,
  outputTokens: 2,
  reasoningTokens: 0,
  estimated: false,
};

function remembered(content: string): Remembered {
  const answer = {
    content,
    text: "",
    target: "a/one",
    warnings: null,
    usage: USAGE,
    costMicroUsd: 1,
    durationMs: 1,
    createdAt: 1,
  };
  return { id: null, tier: "exact", answer, text: "What is it?", endsAt: 2, askAgainAt: 2 };
}

const LARGE = "x".repeat(1_000);
/** Room for three of them. */
const ROOM = 3 * (2 * 1_000 + 700);

describe("an isolate's memory of answers", () => {
  it("finds an answer by its own name and by its canonical one, and by no other", () => {
    const memory = new AnswerMemory(ROOM);
    memory.keep({ exact: "a", canonical: "c" }, remembered("one"));
    expect([memory.findExact("a"), memory.findCanonical("c")].map((found) => found?.answer.content)).toEqual(["one", "one"]);
    expect([memory.findExact("c"), memory.findCanonical("a"), memory.findExact("constructor")]).toEqual([null, null, null]);
  });

  it("keeps one answer to each canonical question: the newest", () => {
    const memory = new AnswerMemory(ROOM);
    memory.keep({ exact: "a", canonical: "c" }, remembered("one"));
    memory.keep({ exact: "b", canonical: "c" }, remembered("two"));
    memory.forget("a");
    expect(memory.findCanonical("c")?.answer.content).toBe("two");
    memory.forget("b");
    expect(memory.findCanonical("c")).toBeNull();
  });

  it("forgets what was used longest ago, however it is found, and holds no more than it may", () => {
    const memory = new AnswerMemory(ROOM);
    for (const name of ["a", "b", "c"]) memory.keep({ exact: name, canonical: `${name}*` }, remembered(LARGE));
    memory.findCanonical("a*");
    memory.keep({ exact: "d", canonical: null }, remembered(LARGE));
    expect(["a", "b", "c", "d"].map((name) => memory.findExact(name) !== null)).toEqual([true, false, true, true]);
    expect(memory.bytes).toBeLessThanOrEqual(ROOM);
  });

  it("counts nothing twice, and nothing after it is gone", () => {
    const memory = new AnswerMemory(ROOM);
    for (let round = 0; round < 5; round++) memory.keep({ exact: "a", canonical: "c" }, remembered(LARGE));
    memory.forget("a");
    memory.forget("a");
    expect(memory.bytes).toBe(0);
  });

  it("forgets everything at once", () => {
    const memory = new AnswerMemory(ROOM);
    for (const name of ["a", "b"]) memory.keep({ exact: name, canonical: `${name}*` }, remembered("one"));
    memory.clear();
    expect([memory.findExact("a"), memory.findCanonical("b*"), memory.bytes]).toEqual([null, null, 0]);
  });

  it("does not keep what is larger than all its room, and keeps the rest", () => {
    const memory = new AnswerMemory(ROOM);
    memory.keep({ exact: "a", canonical: null }, remembered("one"));
    memory.keep({ exact: "b", canonical: null }, remembered(LARGE.repeat(5)));
    expect([memory.findExact("a") !== null, memory.findExact("b")]).toEqual([true, null]);
  });
});
