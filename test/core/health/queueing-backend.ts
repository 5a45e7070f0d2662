import type { VirtualTime } from "../../simulation/virtual-time.ts";

export interface QueueingBackendOptions {
  readonly slots: number;
  /** Requests that may wait for a slot; beyond them it refuses. */
  readonly queue: number;
  readonly serviceMs: () => number;
}

/** A backend of limited capacity: serves in slots, queues a few, refuses the rest at once. */
export class QueueingBackend {
  readonly #options: QueueingBackendOptions;
  readonly #time: VirtualTime;
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(options: QueueingBackendOptions, time: VirtualTime) {
    this.#options = options;
    this.#time = time;
  }

  ask(answered: () => void, refused: () => void): void {
    if (this.#busy < this.#options.slots) this.#serve(answered);
    else if (this.#waiting.length < this.#options.queue) this.#waiting.push(answered);
    else refused();
  }

  #serve(answered: () => void): void {
    this.#busy += 1;
    this.#time.after(this.#options.serviceMs(), () => {
      this.#busy -= 1;
      answered();
      const next = this.#waiting.shift();
      if (next !== undefined) this.#serve(next);
    });
  }
}
