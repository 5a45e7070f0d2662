import { backoffMs } from "../../../src/core/routing/backoff.ts";
import { createDraw } from "../faults/draws.ts";

/** What is to be drawn evenly: milliseconds before the first repeats at one target. */
const CAPS_MS = [100, 200, 400, 800, 1_600, 2_000, 2_000];
const CELLS = 20;

export interface BackoffFigures {
  readonly repeat: number;
  readonly capMs: number;
  /** Chi-square over twenty equal cells; samples outside of [0, cap) make it infinite. */
  readonly chiSquare: number;
}

/** Exceeded by one even draw in a hundred: 19 degrees of freedom, p = 0.01. */
export const CHI_SQUARE_LIMIT = 36.191;

/** Draws delays of each repeat and compares their spread with an even one. */
export function measureBackoff({
  samples,
  seed,
}: {
  readonly samples: number;
  readonly seed: number;
}): readonly BackoffFigures[] {
  const draw = createDraw(seed);
  return CAPS_MS.map((capMs, repeat) => {
    const cells = Array.from({ length: CELLS }, () => 0);
    for (let sample = 0; sample < samples; sample += 1) {
      const cell = Math.floor((backoffMs(repeat, draw()) / capMs) * CELLS);
      cells[cell] = (cells[cell] ?? Infinity) + 1;
    }
    const expected = samples / CELLS;
    const chiSquare = cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    return { repeat, capMs, chiSquare };
  });
}
