import type { Usage } from "../../../src/core/usage.ts";
import type { Admission, AdmitRequest } from "../../../src/ports/ledger.ts";
import type { Isolate } from "../isolate.ts";
import { PerIsolate } from "./per-isolate.ts";
import type { Violate } from "./violations.ts";

const RESERVATION_MS = 120_000;

interface Window {
  readonly endsMs: number;
  used: number;
  reserved: number;
}

interface Reservation {
  readonly windows: readonly Window[];
  readonly tokens: number;
  readonly expiresMs: number;
  isHeld: boolean;
}

/** What a ledger must hold, kept in another way: every reservation by itself. */
interface Book {
  readonly windows: Map<string, Window>;
  readonly reservations: Map<string, Reservation>;
}

/** I1: never more than the limit is admitted, nor less. I2: every reservation is settled or released, once. */
export class Budgets {
  readonly #violate: Violate;
  readonly #books = new PerIsolate<Book>(() => ({ windows: new Map(), reservations: new Map() }));

  constructor(violate: Violate) {
    this.#violate = violate;
  }

  admitted(isolate: Isolate, { expectedTokens, limits, now, requestId }: AdmitRequest, admission: Admission): void {
    const book = this.#books.of(isolate);
    release(book, now);
    const windows = limits.map((limit) => ({ limit, window: windowOf(book, limit, now) }));
    const isFull = windows.some(({ limit, window }) => window.used + window.reserved + expectedTokens > limit.limitTokens);
    if (admission.kind === "denied") {
      if (!isFull) this.#violate("I1", `${requestId} is refused although its budget holds`);
      return;
    }
    if (isFull) this.#violate("I1", `${requestId} is admitted beyond its budget`);
    for (const { window } of windows) window.reserved += expectedTokens;
    const reservation = { windows: windows.map(({ window }) => window), tokens: expectedTokens, isHeld: true };
    book.reservations.set(requestId, { ...reservation, expiresMs: now + RESERVATION_MS });
    const remaining = Math.min(...windows.map(({ limit, window }) => limit.limitTokens - window.used - window.reserved));
    if (admission.remainingTokens !== Math.max(0, remaining))
      this.#violate("I2", `${requestId}: ${String(admission.remainingTokens)} tokens are left where ${remaining} should be`);
  }

  settled(isolate: Isolate, requestId: string, { inputTokens, outputTokens }: Usage): void {
    const { reservations } = this.#books.of(isolate);
    const reservation = reservations.get(requestId);
    if (reservation === undefined) return;
    reservations.delete(requestId);
    for (const window of reservation.windows) {
      if (reservation.isHeld) window.reserved -= reservation.tokens;
      window.used += inputTokens + outputTokens;
    }
  }
}

/** What nobody settled in time is free again. */
function release({ reservations }: Book, now: number): void {
  for (const reservation of reservations.values()) {
    if (!reservation.isHeld || reservation.expiresMs > now) continue;
    reservation.isHeld = false;
    for (const window of reservation.windows) window.reserved -= reservation.tokens;
  }
}

function windowOf({ windows }: Book, { key, windowSeconds }: AdmitRequest["limits"][number], now: number): Window {
  const id = `${key} ${windowSeconds}`;
  const open = windows.get(id);
  if (open !== undefined && now < open.endsMs) return open;
  const windowMs = windowSeconds * 1_000;
  const opened = { endsMs: (Math.floor(now / windowMs) + 1) * windowMs, used: 0, reserved: 0 };
  windows.set(id, opened);
  return opened;
}
