import { createSlots } from "../../core/slots.ts";
import type { Run } from "../deps.ts";

/** What became of a question that was asked upstream: kept here; answered with what may not be kept; not answered. */
export type Landing = "kept" | "unkept" | "failed";

/** What is to be done about a question. */
export type Joined =
  /** Its answer has come meanwhile. */
  | { readonly kind: "landed" }
  /** Ask upstream, for those who wait too; `land` is called once, and later calls do nothing. */
  | { readonly kind: "lead"; readonly land: (landing: Landing) => void }
  /** Ask upstream. */
  | { readonly kind: "alone" };

interface Flight {
  readonly landed: Promise<Landing>;
  readonly land: (landing: Landing) => void;
}

interface Wait {
  /** Nobody waits longer for one who asks upstream: the first to lose patience asks, too, and the others wait for that one. */
  readonly patienceMs: number;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Each holds its request. */
const MOST_WAITING = 1_000;

/** Questions that this isolate is asking upstream. Equal ones wait for the answer of the first. */
export class Flights {
  readonly #flights = new Map<string, Flight>();
  readonly #waiting = createSlots();

  /** Resolves when it is known what to do. Where as many wait as may, nobody else does. */
  async join(name: string, wait: Wait, run: Pick<Run, "now" | "sleep">): Promise<Joined> {
    if (!this.#flights.has(name)) return this.#lead(name);
    if (!this.#waiting.tryTake(MOST_WAITING)) return { kind: "alone" };
    try {
      return await this.#wait(name, wait, run);
    } finally {
      this.#waiting.release();
    }
  }

  /** Leads where nobody does, and never waits. */
  tryLead(name: string): Extract<Joined, { kind: "lead" }> | null {
    return this.#flights.has(name) ? null : this.#lead(name);
  }

  async #wait(name: string, { patienceMs, until }: Wait, run: Pick<Run, "now" | "sleep">): Promise<Joined> {
    for (;;) {
      const flight = this.#flights.get(name);
      if (flight === undefined) return this.#lead(name);
      const leftMs = Math.min(patienceMs, until - run.now());
      if (leftMs <= 0) return { kind: "alone" };
      const landing = await Promise.race([flight.landed, run.sleep(leftMs).then(() => "late" as const)]);
      switch (landing) {
        case "kept":
          return { kind: "landed" };
        case "unkept":
          return { kind: "alone" };
        case "late":
          if (this.#flights.get(name) === flight) return this.#lead(name);
          break;
        case "failed":
      }
    }
  }

  #lead(name: string): Extract<Joined, { kind: "lead" }> {
    const { promise, resolve } = Promise.withResolvers<Landing>();
    const land = (landing: Landing): void => {
      if (this.#flights.get(name) === flight) this.#flights.delete(name);
      resolve(landing);
    };
    const flight = { landed: promise, land };
    this.#flights.set(name, flight);
    return { kind: "lead", land };
  }
}
