/** Milliseconds since the beginning, and what is due then: in the order of time, and at one time in the order of asking. */
export class VirtualTime {
  #now = 0;
  #asked = 0;
  /** A binary heap, the earliest first. */
  readonly #events: Event[] = [];

  get now(): number {
    return this.#now;
  }

  /** `wakes`: it settles a promise, so what waits for that goes on before anything else is due. */
  at(time: number, run: () => void, wakes = false): void {
    this.#events.push({ at: Math.max(this.#now, time), order: this.#asked++, run, wakes });
    this.#rise(this.#events.length - 1);
  }

  after(delayMs: number, run: () => void, wakes = false): void {
    this.at(this.#now + delayMs, run, wakes);
  }

  /** Runs all that is due until then, and what that brings. */
  async runUntil(time: number): Promise<void> {
    for (let next = this.#events[0]; next !== undefined && next.at <= time; next = this.#events[0]) {
      this.#takeFirst();
      this.#now = next.at;
      next.run();
      if (next.wakes) await settled();
    }
    this.#now = time;
  }

  #takeFirst(): void {
    const last = this.#events.pop();
    if (last === undefined || this.#events.length === 0) return;
    this.#events[0] = last;
    this.#sink();
  }

  #rise(start: number): void {
    for (let index = start; index > 0;) {
      const parent = (index - 1) >> 1;
      if (!this.#isEarlier(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(): void {
    for (let index = 0; ;) {
      const left = 2 * index + 1;
      const least = this.#isEarlier(left + 1, left) ? left + 1 : left;
      if (!this.#isEarlier(least, index)) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #isEarlier(index: number, other: number): boolean {
    const one = this.#events[index];
    const two = this.#events[other];
    if (one === undefined || two === undefined) return false;
    return one.at < two.at || (one.at === two.at && one.order < two.order);
  }

  #swap(index: number, other: number): void {
    const one = this.#events[index];
    const two = this.#events[other];
    if (one === undefined || two === undefined) return;
    this.#events[index] = two;
    this.#events[other] = one;
  }
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  readonly wakes: boolean;
}

/** Every continuation of what was settled has run: they all come before the event loop's next turn. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
