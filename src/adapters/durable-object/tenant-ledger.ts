import { decodeRestorePart, type Restored } from "../../core/ledger/backup.ts";
import { Book } from "../../core/ledger/book.ts";
import { ROWS_MS } from "../../core/ledger/book-store.ts";
import { decodeQuestion } from "../../core/ledger/decode-exchange.ts";
import { restoreInto } from "../../core/ledger/restore.ts";
import { exchange } from "../../core/ledger/exchange.ts";
import { BookBuffer } from "./book-buffer.ts";
import { BookTables } from "./book-tables.ts";
import { serveRecords } from "./serve-records.ts";

/** An alarm a little late looks after all that has expired in the meantime. */
const ALARM_DELAY_MS = 50;
/** At every alarm: more than are written between two. */
const FORGOTTEN_AT_ONCE = 1_000;

/**
 * The books of one tenant. `POST /exchange` takes a `LedgerQuestion` and answers it by this object's clock, which is the only
 * one that counts; `/rows`, `/usage` and `/state` look at what was written, `/restore` puts saved books back. What nobody settles is looked after by an alarm, also when nobody calls any more.
 */
export class TenantLedger {
  readonly #state: DurableObjectState;
  readonly #tables: BookTables;
  readonly #buffer: BookBuffer;
  #book: Book;
  #alarmAt: number | null = null;

  constructor(state: DurableObjectState) {
    this.#state = state;
    this.#tables = new BookTables(state.storage.sql);
    this.#buffer = new BookBuffer(this.#tables);
    this.#book = new Book(this.#buffer);
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method === "POST" && pathname === "/restore") return this.#restore(await request.json().catch(() => null));
    if (request.method !== "POST" || pathname !== "/exchange") {
      return (await serveRecords(request, this.#tables)) ?? new Response("No such operation.", { status: 404 });
    }
    const question = decodeQuestion(await request.json().catch(() => null));
    if (question === null) return new Response("Expected a ledger question.", { status: 400 });
    const answer = this.#change(() => {
      this.#buffer.expect(question);
      return exchange(this.#book, question, Date.now());
    });
    await this.#wake();
    return Response.json(answer);
  }

  async #restore(sent: unknown): Promise<Response> {
    const part = decodeRestorePart(sent);
    if (part === null) return new Response("Expected part of saved books.", { status: 400 });
    if (part.begin === "empty" && !this.#tables.isEmpty) return Response.json({ kind: "not_empty" } satisfies Restored);
    this.#change(() => {
      if (part.begin === "replace") this.#tables.clear();
      restoreInto(this.#buffer, part);
    });
    this.#book = new Book(this.#buffer);
    await this.#wake();
    return Response.json({ kind: "restored" } satisfies Restored);
  }

  async alarm(): Promise<void> {
    this.#alarmAt = null;
    const now = Date.now();
    this.#change(() => {
      this.#book.expire(now);
      this.#tables.forgetRows(now - ROWS_MS, FORGOTTEN_AT_ONCE);
    });
    await this.#wake();
  }

  /** All of it or nothing: where it fails, what memory holds is read again from the disk. */
  #change<Result>(work: () => Result): Result {
    try {
      return this.#state.storage.transactionSync(() => {
        const result = work();
        this.#buffer.write();
        return result;
      });
    } catch (error) {
      this.#buffer.forget();
      this.#book = new Book(this.#buffer);
      throw error;
    }
  }

  /** Sets the alarm for what expires first, unless an earlier one is set. */
  async #wake(): Promise<void> {
    const next = this.#tables.nextDue();
    if (next === null || (this.#alarmAt !== null && this.#alarmAt <= next + ALARM_DELAY_MS)) return;
    this.#alarmAt = next + ALARM_DELAY_MS;
    await this.#state.storage.setAlarm(this.#alarmAt);
  }
}
