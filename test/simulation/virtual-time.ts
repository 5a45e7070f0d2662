/** A clock that stands still until it is moved, and what is due then: in the order of time, and at one time in the order of asking. */
export class VirtualTime {
  #now: number;
  #asked = 0;
  /** A binary heap, the earliest first. */
  readonly #events: Event[] = [];

  /** Milliseconds. */
  constructor(startMs = 0) {
    this.#now = startMs;
  }

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

  /** Runs all that is due until then, and what that brings; nothing of it waits for a promise. */
  runUntil(time: number): void {
    for (let next = this.#takeDue(time); next !== null; next = this.#takeDue(time)) next.run();
    this.#now = time;
  }

  /** Runs all that is due until then, and what that brings. */
  async runAwaitingUntil(time: number): Promise<void> {
    for (let next = this.#takeDue(time); next !== null; next = this.#takeDue(time)) {
      next.run();
      if (next.wakes) await settled();
    }
    this.#now = time;
  }

  /** The clock stands where the first of what is due is. */
  #takeDue(time: number): Event | null {
    const first = this.#events[0];
    if (first === undefined || first.at > time) return null;
    const last = this.#events.pop();
    if (last !== undefined && this.#events.length > 0) {
      this.#events[0] = last;
      this.#sink();
    }
    this.#now = first.at;
    return first;
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

/** Every continuation of what was settled has run: Node takes up its next tick once there are none left. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
