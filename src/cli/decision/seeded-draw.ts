import { stickyDraw } from "../../core/routing/affinity.ts";

/** Numbers in [0, 1) that the seed repeats, on every machine. */
export function createSeededDraw(seed: string): () => number {
  let count = 0;
  return () => stickyDraw(`draw ${count++}`, seed);
}
