import { describe, expect, it } from "vitest";
import { ExpectedOutput } from "../../../src/core/ledger/expected-output.ts";

describe("an answer is expected to be", () => {
  it("of middling length before anything was seen, and never longer than the request allows", () => {
    const lengths = new ExpectedOutput();
    expect(lengths.expect("new", null)).toBe(750);
    expect(lengths.expect("new", 100)).toBe(100);
    expect(lengths.expect("new", 128_000)).toBe(750);
  });

  it("as long as those that were seen, and their usual spread", () => {
    const lengths = new ExpectedOutput();
    for (let answer = 0; answer < 400; answer += 1) lengths.learn("fast", answer % 2 === 0 ? 900 : 1_100);
    expect(lengths.expect("fast", 128_000)).toBeGreaterThan(1_000);
    expect(lengths.expect("fast", 128_000)).toBeLessThan(1_250);
    expect(lengths.expect("other", null)).toBe(750);
  });

  it("as long as they have become", () => {
    const lengths = new ExpectedOutput();
    for (let answer = 0; answer < 200; answer += 1) lengths.learn("fast", 100);
    for (let answer = 0; answer < 200; answer += 1) lengths.learn("fast", 5_000);
    expect(lengths.expect("fast", null)).toBeGreaterThan(4_800);
  });
});
