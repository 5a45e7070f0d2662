/**
 * Numbers that a seed repeats, of 128 bits of state: the only source of chance in a simulation.
 * @see https://prng.di.unimi.it/xoshiro128starstar.c
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** `seed`: a whole number; its lower and upper 32 bits both count. */
  constructor(seed: number) {
    const spread = createSplitMix(seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0);
    this.#a = spread();
    this.#b = spread();
    this.#c = spread();
    this.#d = spread() | 1;
  }

  /** [0, 1) */
  draw(): number {
    const product = Math.imul(this.#b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.draw();
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.draw() * (high - low + 1));
  }

  chance(share: number): boolean {
    return this.draw() < share;
  }

  /** Pauses between independent events that come `rate` times a unit. */
  pause(rate: number): number {
    return -Math.log(1 - this.draw()) / rate;
  }

  /** One of them. @throws Error when there is none */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.draw() * items.length)];
    if (item === undefined) throw new Error("There is nothing to pick from.");
    return item;
  }
}

/** Spreads a seed over a generator's state. @see https://prng.di.unimi.it/splitmix64.c */
function createSplitMix(low: number, high: number): () => number {
  let state = (low ^ Math.imul(high, 0x85ebca6b)) >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}
