import type { BuiltInPattern } from "./built-in-patterns.ts";
import { listNearMisses, writeNearMisses } from "./near-misses.ts";

const SHORT = 4_096;
const LONG = 32_768;
/** Of the time for the shorter text; linear is 8, quadratic 64. */
const STEEPEST = 24;
/** Below this a clock tells nothing, in milliseconds. */
const FLOOR_MS = 0.5;
const TRIES = 3;

/** Milliseconds that all patterns together take for a text of `characters` times `a`: attack H02 in its own words. */
export function timeBuiltInPatterns(patterns: readonly BuiltInPattern[], characters: number): number {
  const text = "a".repeat(characters);
  return patterns.reduce((sum, { pattern }) => sum + timePattern(pattern, text), 0);
}

/** A near miss whose time grows faster than its length, in words; null for a pattern that is safe at any length. */
export function findSteepGrowth({ path, pattern }: BuiltInPattern): string | null {
  const steep = listNearMisses(pattern).find((miss) => {
    const long = writeNearMisses(miss, LONG);
    return writeNearMisses(miss, SHORT).some((short, index) => {
      const allowedMs = STEEPEST * Math.max(timePattern(pattern, short), FLOOR_MS);
      return timePattern(pattern, long[index] ?? "", allowedMs) > allowedMs;
    });
  });
  return steep === undefined ? null : `${path} ${String(pattern)}: ${JSON.stringify(steep)}`;
}

/** The best of some tries, in milliseconds: a pause of the machine is no property of a pattern. */
function timePattern(pattern: RegExp, text: string, enoughMs = FLOOR_MS): number {
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && best > enoughMs; tries++) {
    pattern.lastIndex = 0;
    const startedAt = performance.now();
    if (pattern.global) text.replaceAll(pattern, "");
    else pattern.test(text);
    best = Math.min(best, performance.now() - startedAt);
  }
  return best;
}
