/** A clock that stands still until it is moved, and what is due then, in the order of time and then of asking. */
export class VirtualTime {
  #now: number;
  #asked = 0;
  /** A binary heap, the earliest first. */
  readonly #events: Event[] = [];

  constructor(startMs: number) {
    this.#now = startMs;
  }

  get now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): void {
    this.#events.push({ at: this.#now + Math.max(0, delayMs), order: this.#asked++, run });
    this.#rise(this.#events.length - 1);
  }

  /** Runs all that is due until then, and what that brings. */
  runUntil(time: number): void {
    for (let next = this.#events[0]; next !== undefined && next.at <= time; next = this.#events[0]) {
      this.#takeFirst();
      this.#now = next.at;
      next.run();
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
}
