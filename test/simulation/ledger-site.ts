import { Book } from "../../src/core/ledger/book.ts";
import { exchange, type LedgerAnswer, type LedgerQuestion } from "../../src/core/ledger/exchange.ts";
import { MemoryBookStore } from "../../src/core/ledger/memory-book-store.ts";
import type { LocalClock } from "./local-clock.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** The object that keeps the books, by a clock of its own. What it has written outlives its restarts. */
export class LedgerSite {
  readonly store = new MemoryBookStore();
  #book = new Book(this.store);
  readonly #time: VirtualTime;
  readonly #clock: LocalClock;

  constructor(time: VirtualTime, clock: LocalClock) {
    this.#time = time;
    this.#clock = clock;
  }

  get now(): number {
    return this.#clock.at(this.#time.now);
  }

  /** `POST /exchange` of the object. */
  exchange(question: LedgerQuestion): LedgerAnswer {
    return exchange(this.#book, question, this.now);
  }

  /** What it held in memory is read again. */
  restart(): void {
    this.#book = new Book(this.store);
  }

  /** The alarm, as late as you like. */
  expire(now: number): void {
    this.#book.expire(now);
  }
}
