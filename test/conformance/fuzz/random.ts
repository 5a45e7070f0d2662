import { createDraw } from "../faults/draws.ts";

/** A reproducible source of choices: the same seed gives the same requests on every machine. */
export interface Random {
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** True with the given probability. */
  chance(probability: number): boolean;
}

export function createRandom(seed: number): Random {
  const draw = createDraw(seed);
  const below = (limit: number): number => Math.floor(draw() * limit);
  return {
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError("There is nothing to pick from.");
      return item;
    },
    chance: (probability) => draw() < probability,
  };
}
