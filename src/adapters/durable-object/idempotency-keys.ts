import { decodeIdempotencyQuestion, type IdempotencyQuestion } from "../../core/idempotency/decode-idempotency.ts";
import type { Claimed } from "../../core/idempotency/idempotency-record.ts";
import { RecordBook } from "../../core/idempotency/record-book.ts";
import { RecordTables } from "./record-tables.ts";

/** What expires within a minute goes together. */
const SWEEP_MS = 60_000;
const FORGOTTEN_AT_ONCE = 1_000;

/**
 * Part of the idempotency keys of one tenant, and how the requests under them ended. `POST /ask` takes an `IdempotencyQuestion`
 * and answers a claim by this object's clock, which is the only one that counts; what has expired is erased by an alarm.
 */
export class IdempotencyKeys {
  readonly #state: DurableObjectState;
  readonly #tables: RecordTables;
  readonly #book: RecordBook;
  #alarmAt: number | null = null;

  constructor(state: DurableObjectState) {
    this.#state = state;
    this.#tables = new RecordTables(state.storage.sql);
    this.#book = new RecordBook(this.#tables);
  }

  async fetch(request: Request): Promise<Response> {
    if (request.method !== "POST" || new URL(request.url).pathname !== "/ask") {
      return new Response("No such operation.", { status: 404 });
    }
    const question = decodeIdempotencyQuestion(await request.json().catch(() => null));
    if (question === null) return new Response("Expected a question about a key.", { status: 400 });
    const answer = this.#state.storage.transactionSync(() => this.#answer(question, Date.now()));
    await this.#wake();
    return Response.json(answer);
  }

  async alarm(): Promise<void> {
    this.#alarmAt = null;
    this.#tables.forget(Date.now(), FORGOTTEN_AT_ONCE);
    await this.#wake();
  }

  #answer(question: IdempotencyQuestion, now: number): Claimed | null {
    const { key } = question;
    switch (question.kind) {
      case "claim":
        return this.#book.claim(key, question.claim, now);
      case "renew":
        this.#book.renew(key, question.owner, now + question.leaseMs);
        return null;
      case "end":
        this.#book.end(key, question.ending, now);
        return null;
    }
  }

  async #wake(): Promise<void> {
    const next = this.#tables.nextExpiry();
    if (next === null || (this.#alarmAt !== null && this.#alarmAt <= next + SWEEP_MS)) return;
    this.#alarmAt = next + SWEEP_MS;
    await this.#state.storage.setAlarm(this.#alarmAt);
  }
}
