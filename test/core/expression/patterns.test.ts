import * as fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, it } from "vitest";
import { compileExpression } from "../../../src/core/expression/compile-expression.ts";
import { compilePattern } from "../../../src/core/expression/compile-pattern.ts";
import { estimateProgramSize } from "../../../src/core/expression/estimate-program-size.ts";
import { createFacts } from "./facts-fixture.ts";

/** Whether a model's name has the pattern, or why there is no answer. */
function search(pattern: string, model: string): boolean | string {
  const compiled = compileExpression(`request.model.re2(r'${pattern}')`, compilePattern);
  if (compiled.kind === "refused") return compiled.message;
  const evaluation = compiled.expression.evaluate(createFacts({ request: { model } }));
  return evaluation.kind === "value" ? evaluation.value : evaluation.message;
}

describe("a pattern", () => {
  it.each([
    ["^(a+)+$", "", true],
    ["^(a+)+$", "!", false],
    ["(a|a)*$", "!", true],
    ["^(a|a)*$", "!", false],
    ["(.*a){20}", "!", true],
    ["^(.*b){20}", "!", false],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", "!", false],
    ["(a*)*b", "", false],
  ])("%s is searched in 100,000 characters and %j at once (attack H01)", (pattern, ending, expected) => {
    expect(search(pattern, "a".repeat(100_000) + ending)).toBe(expected);
  });

  it.each([String.raw`(a)\1`, "a(?=b)", "a(?!b)", "(?<=a)b", "(?<!a)b", "(?>a)", "(", "[a", "a**", String.raw`\C`])(
    "%s is refused, as RE2 has no linear time for it or no meaning (attack H01)",
    (pattern) => {
      expect(search(pattern, "a")).toContain("error parsing regexp");
    },
  );

  it.each([
    ["((a{100}){100}){100}", "too large"],
    ["(((a{9}){9}){9}){9}", "repeat count"],
    ["a{1001}", "repeat count"],
    ["(?:abcdefghij){600}", "6002 instructions of at most 5000"],
    ["(?:a?b?c?){900}", "of at most 5000"],
    [`(?:${"abcdefgh".repeat(50)}){1000}`, "too large"],
    ["a{999}".repeat(500), "too large"],
  ])("of too many instructions is refused (attack H03): %.40s", (pattern, says) => {
    expect(search(pattern, "a")).toContain(says);
  });

  it("may have 5,000 instructions, alone and together with the others of its expression", () => {
    expect(search("(?:abcde){990}", "a")).toBe(false);
    const many = Array.from({ length: 20 }, () => "request.model.re2('a{999}')").join("||");
    expect(compileExpression(many, compilePattern)).toMatchObject({ kind: "refused", says: "the patterns are too large" });
  });

  it("is a literal: no text of the request becomes one", () => {
    for (const text of [
      "request.model.re2(request.path)",
      "re2(request.model, 'a' + request.path)",
      "caller.roles.exists(r, request.model.re2(r))",
    ])
      expect(compileExpression(text, compilePattern)).toMatchObject({ kind: "refused", says: "a pattern is written out" });
  });

  it("takes the place of matches(), which runs on an engine that backtracks", () => {
    expect(compileExpression("request.model.matches('^(a+)+$')", compilePattern)).toMatchObject({
      kind: "refused",
      message: "matches() is not offered, found `matches`; allowed: re2(text, 'pattern'), text.re2('pattern'); did you mean re2?",
    });
    expect(compileExpression("matches(request.model, 'a')", compilePattern)).toMatchObject({
      kind: "refused",
      suggestion: "re2",
    });
  });

  it("reads at most 256 Ki characters", () => {
    expect(search("b", "a".repeat(262_144))).toBe(false);
    expect(search("b", "a".repeat(262_145))).toContain("at most 262144");
  });

  it("reads less with many instructions, in all searches of an evaluation together", () => {
    expect(search("a[ab]{900}c", "a".repeat(8_192))).toBe(false);
    expect(search("a[ab]{900}c", "a".repeat(32_768))).toContain("too long for patterns of this size");
    const compiled = compileExpression("request.headers.all(k, !request.model.re2('b.{50}c'))", compilePattern);
    if (compiled.kind === "refused") throw new Error(compiled.message);
    const headers = new Map(Array.from({ length: 100 }, (_, index) => [`x-${index}`, ""] as const));
    const evaluate = (length: number): string =>
      compiled.expression.evaluate(createFacts({ request: { headers, model: "a".repeat(length) } })).kind;
    expect([evaluate(1_000), evaluate(32_768), evaluate(1_000)]).toEqual(["value", "failed", "value"]);
  });
});

describe("the estimated size of a pattern", () => {
  // prettier-ignore
  const piece = fc.constantFrom(
    "a", "b", "é", "😀", ".", "^", "$", "|", "(", "(?:", "(?i)", "(?P<n>", ")", ")", "*", "+", "?", "{3}", "{2,}", "{0,7}", "{12}",
    "{0}", "{01}", "{,3}", "{", "}", "[", "]", "[^", "[]", "[a-z]", "[[:alpha:]]", "[:alpha:]", "[a-", "-[", "--", "-", "\\", "\\Q", "\\E",
    "\\d", "\\d-", "\\p{Greek}", "\\pL", "\\x{41}", "\\x41", "\\b", "\\]", "\\[", "\\(", "\\)",
  );
  const pattern = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(""));

  it("is never below what RE2 makes of it", () => {
    fc.assert(
      fc.property(pattern, (text) => {
        const size = programSize(text);
        return size === null || size <= estimateProgramSize(text) + 3;
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    "^(a+)+$",
    "[a-z0-9_]{1,63}",
    "(?i)(?:gpt|claude|gemini)-[0-9.]+",
    "((a{10}){10}){9}",
    "(?:[0-9a-f]{8})-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
  ])("is at most three times that of %s", (text) => {
    expect(estimateProgramSize(text)).toBeLessThanOrEqual(3 * (programSize(text) ?? 0));
  });
});

/** Instructions of a pattern; null when RE2 refuses it. */
function programSize(pattern: string): number | null {
  try {
    return RE2JS.compile(pattern).programSize();
  } catch {
    return null;
  }
}
