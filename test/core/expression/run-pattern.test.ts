import * as fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, it } from "vitest";
import { compilePattern } from "../../../src/core/expression/compile-pattern.ts";
import { PatternMachine } from "../../../src/core/expression/pattern-machine.ts";
import type { PatternProgram } from "../../../src/core/expression/pattern-program.ts";
import { Pattern } from "../../../src/core/expression/run-pattern.ts";
import { anyPattern, anyText } from "./any-pattern.ts";

/** A program as the Worker gets it: it has been through JSON. @throws Error when the pattern is refused */
function programOf(pattern: string): PatternProgram {
  const program = compilePattern(pattern);
  if ("refused" in program) throw new Error(program.refused);
  return JSON.parse(JSON.stringify(program)) as PatternProgram;
}

function load(pattern: string): Pattern {
  return new Pattern(programOf(pattern));
}

/** Letters that follow no rule, the same ones for the same seed. */
function lettersOf(letters: string, count: number, seed = 1): string {
  let state = seed;
  const all = [...letters];
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return all[(state >>> 16) % all.length] ?? "";
  }).join("");
}

describe("a program", () => {
  it("finds what RE2 finds, in whatever pattern and text", () => {
    let searches = 0;
    let foundCount = 0;
    fc.assert(
      fc.property(anyPattern, fc.array(anyText, { minLength: 3, maxLength: 4 }), (source, texts) => {
        const expected = RE2JS.compile(source);
        const program = programOf(source);
        const pattern = new Pattern(program);
        const machine = new PatternMachine(program);
        // Once more, over what the pattern remembers of the others.
        for (const text of [...texts, ...texts]) {
          const isFound = expected.test(text);
          const found = [pattern.isFoundIn(text), machine.isFoundFrom(0, text, { places: [], before: "edge" })];
          expect(found, `${source} in ${JSON.stringify(text)}`).toEqual([isFound, isFound]);
          searches += 1;
          if (isFound) foundCount += 1;
        }
      }),
      { numRuns: 7_000 },
    );
    expect(searches).toBeGreaterThan(40_000);
    // Neither answer is rare.
    expect(foundCount / searches).toBeGreaterThan(0.2);
    expect(foundCount / searches).toBeLessThan(0.8);
  });

  it.each([
    "a[ab]{3,20}c",
    "(?:a|b|ab){1,40}c",
    "(a?b?){30}c[ab]",
    "[ab]{60}c|b[abc]{45}ca",
    "(?m)^[abc]{1,30}b.{12}$",
    "\\bb.{9}c.{9}\\b",
    "(?:a[bc]{2,9}){2,5}\\Bc$",
  ])("finds what RE2 finds in texts that lead to more states than are remembered: %s", (source) => {
    const expected = RE2JS.compile(source);
    const pattern = load(source);
    const texts = Array.from({ length: 60 }, (_, seed) => lettersOf(seed % 3 === 0 ? "aaabc\n" : "aaaabbbbc ", 20 * seed, seed));
    for (const text of [...texts, ...texts]) expect(pattern.isFoundIn(text), JSON.stringify(text)).toBe(expected.test(text));
  });

  it.each([
    ["", "", true],
    ["^$", "", true],
    ["^$", "\n", false],
    ["(?m)^$", "a\n", true],
    ["\\b", "", false],
    ["\\B", "", true],
    ["\\bb", "é b", true],
    ["(?i)straSSe", "STRAßE", false],
    ["(?i)k", "\u212a", true],
    ["^.$", "😀", true],
    ["^..$", "😀", false],
    ["\\x{d83d}", "😀", false],
    ["\\x{d83d}", "\ud83d", true],
    ["gpt-4o", "my-gpt-4o-mini", true],
    ["gpt-4o$", "gpt-4o gpt-4o-mini", false],
    ["[^\\x00-\\x{10FFFF}]", "a", false],
    ["a|^b", "cb", false],
  ])("of %j finds in %j: %s", (source, text, isFound) => {
    expect(load(source).isFoundIn(text)).toBe(isFound);
  });

  it("takes time linear in the text, also when that leads to more states than are remembered (attack H01)", () => {
    const evil: readonly (readonly [source: string, letters: string])[] = [
      ["^(a+)+$", "a"],
      ["(x+x+)+y$", "xxxxy"],
      ["(.*a){20}$", "aab"],
      ["(?:[ab]{1,60}c){2}$", "abbaababc"],
      ["a[ab]{60}$", "ab"],
      ["(?i)(?:é|[^a]){9}ſ$", "ßé😀"],
    ];
    const timeOf = (count: number): number => {
      const searches = evil.map(([source, letters]) => [load(source), `${lettersOf(letters, count)}!`] as const);
      const startedAt = performance.now();
      for (const [pattern, text] of searches) expect(pattern.isFoundIn(text)).toBe(false);
      return performance.now() - startedAt;
    };
    timeOf(50_000);
    const quarter = timeOf(250_000);
    expect(timeOf(1_000_000)).toBeLessThan(16 * Math.max(quarter, 10));
  });

  it("is the same text for the same pattern, and holds a set of characters once", () => {
    expect(compilePattern("(?i)[a-z]+-\\pL{2}")).toEqual(compilePattern("(?i)[a-z]+-\\pL{2}"));
    const [once = 0, often = 0] = ["\\pL\\d", "(?:\\pL\\d){200}"].map((source) => JSON.stringify(compilePattern(source)).length);
    expect(often).toBeLessThan(2 * once);
    expect(compilePattern("^gpt-[0-9]")).toEqual({
      prefix: "",
      needs: "gpt-",
      classes: [45, 0, 1, 1, 2, 0, 10, 2, 45, 0, 1, 3, 8, 0, 1, 4, 3, 0, 1, 5, 1_113_995, 0],
      sets: [
        [3, 3],
        [4, 4],
        [5, 5],
        [1, 1],
        [2, 2],
      ],
      code: [3, 1, 4, 1, 1, 0, 1, 1, 1, 1, 1, 2, 1, 1, 3, 1, 1, 4, 0, 0, 0],
    });
  });
});
