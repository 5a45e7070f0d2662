import { describe, expect, it } from "vitest";
import { collectBuiltInPatterns, readPatterns } from "./built-in-patterns.ts";
import { findSteepGrowth, timeBuiltInPatterns } from "./time-patterns.ts";

const patterns = await collectBuiltInPatterns();

describe("patterns that meet text of callers and upstreams", () => {
  it("are found: those written as literals, and those built when a module loads", () => {
    expect(patterns.length).toBeGreaterThan(90);
    const sources = patterns.map(({ pattern }) => pattern.source);
    expect(sources).toEqual(expect.arrayContaining(["^bearer(?: +|$)", "^[A-Za-z0-9_-]{1,64}$"]));
    expect(sources.some((source) => source.startsWith("^https?:\\/\\/((?:[A-Za-z0-9.-]{1,253}|"))).toBe(true);
  });

  it("are told from divisions, comments and texts", () => {
    const text =
      'const a = /x[/]y/g; // /no/\nconst b = c / d / e; /* /no/ */ f("/no/", /z\\/z/i, `/no/${g / h}/`);\nreturn /w/;';
    expect(readPatterns(text).map(String)).toEqual(["/x[/]y/g", "/z\\/z/i", "/w/"]);
  });

  it("grow steeply where an engine backtracks, and the suite notices", () => {
    for (const pattern of [/\/+$/, /;.*$/, /usage limits?\b.*\bregain/i])
      expect(findSteepGrowth({ path: "planted", pattern })).not.toBeNull();
  });

  it("take time linear in the text, for 1 MB of `a` and for what nearly matches (attack H02)", () => {
    expect(patterns.map(findSteepGrowth).filter((found) => found !== null)).toEqual([]);
    const quarter = timeBuiltInPatterns(patterns, 250_000);
    expect(timeBuiltInPatterns(patterns, 1_000_000)).toBeLessThan(16 * Math.max(quarter, 10));
  });
});
