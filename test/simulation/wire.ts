import type { HubQuestion, HubReply } from "../../src/ports/health-hub.ts";
import type { LedgerAnswer, LedgerQuestion } from "../../src/core/ledger/exchange.ts";
import type { Isolate } from "./isolate.ts";
import type { Span } from "./scenario.ts";
import type { World } from "./world.ts";

/** A message that is lost ends in an error after so long, or is never heard of again. */
const GIVE_UP_MS = 5_000;

/** The network between isolates and hub: messages take their time, overtake each other, come twice or never. */
export class Wire {
  readonly #worldOf: () => World;

  /** `worldOf` is asked when the first message is sent. */
  constructor(worldOf: () => World) {
    this.#worldOf = worldOf;
  }

  /** A question to the hub. Rejects when it got lost; an answer that comes again is read again. */
  ask(isolate: Isolate, question: HubQuestion): Promise<HubReply> {
    return new Promise((resolve, reject) => {
      const { checks, random, site, time } = this.#worldOf();
      const sentAt = time.now;
      let isSettled = false;
      const end = (): void => {
        isSettled = true;
        reject(new Error("The hub did not answer."));
      };
      const giveUp = (): void => {
        if (random.chance(0.5)) time.after(GIVE_UP_MS, end, true);
      };
      this.#deliver(isolate, giveUp, () => {
        const reply = site.sync(question);
        const written = checks.hubHeard({ isolate, question, sentAt });
        this.#deliver(isolate, giveUp, () => {
          if (!isolate.isAlive) return;
          const isFirst = !isSettled;
          isSettled = true;
          checks.answerRead(isolate, { reply, written, isFirst });
          if (isFirst) resolve(reply);
          else if (reply.health !== null) isolate.health.accept(reply.health, isolate.now);
        });
      });
    });
  }

  /** A question to the books. Rejects when it got lost; one that comes twice is answered twice. */
  askLedger(isolate: Isolate, question: LedgerQuestion): Promise<LedgerAnswer> {
    return new Promise((resolve, reject) => {
      const { books, checks, time } = this.#worldOf();
      const fail = (): void => time.after(GIVE_UP_MS, () => reject(new Error("The ledger did not answer.")), true);
      this.#deliver(isolate, fail, () => {
        const answer = books.exchange(question);
        checks.exchanged(question, answer, books.now);
        this.#deliver(isolate, fail, () => {
          if (isolate.isAlive) resolve(answer);
        });
      });
    });
  }

  /** A published document: false when it cannot be linked, null when there is none. Rejects when it got lost. */
  fetchDocument(isolate: Isolate, digest: string): Promise<boolean | null> {
    return new Promise((resolve, reject) => {
      const { site, time } = this.#worldOf();
      const fail = (): void => time.after(GIVE_UP_MS, () => reject(new Error("The document did not come.")), true);
      this.#deliver(isolate, fail, () => {
        const found = site.documents.get(digest);
        resolve(found === undefined ? null : !found.isBroken);
      });
    });
  }

  /** Calls `arrive` whenever the message does, or `lost`. */
  #deliver(isolate: Isolate, lost: () => void, arrive: () => void): void {
    const { random, scenario, time } = this.#worldOf();
    const { lostShare, repeatedShare } = this.#plan();
    const isCut = isWithin(isolate.plan.partitions, time.now) || isWithin(scenario.hubOutages, time.now);
    if (isCut || random.chance(lostShare)) {
      lost();
      return;
    }
    const copies = random.chance(repeatedShare) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) time.after(this.#delayMs(), arrive, true);
  }

  #delayMs(): number {
    const { delayMs, jitterMs, lateShare } = this.#plan();
    const { random } = this.#worldOf();
    const lateMs = random.chance(lateShare) ? random.pause(1 / 1_500) : 0;
    return delayMs + random.draw() * jitterMs + lateMs;
  }

  /** Once all is well messages arrive, and at once. */
  #plan(): { delayMs: number; jitterMs: number; lateShare: number; lostShare: number; repeatedShare: number } {
    const { scenario, time } = this.#worldOf();
    const { network } = scenario;
    return time.now < scenario.calmFrom ? network : { ...network, jitterMs: 10, lateShare: 0, lostShare: 0, repeatedShare: 0 };
  }
}

function isWithin(spans: readonly Span[], time: number): boolean {
  return spans.some(({ from, to }) => from <= time && time < to);
}
