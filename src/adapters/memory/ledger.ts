import type { CallerLimit } from "../../core/caller.ts";
import type { Usage } from "../../core/usage.ts";
import type { Admission, AdmitRequest, Ledger } from "../../ports/ledger.ts";

export interface MemoryLedgerOptions {
  /** A reservation nobody settles is released after so long. Default 120. */
  readonly reservationSeconds?: number;
  /** Windows held at once; beyond it `admit` rejects, because forgetting one would grant too much. Default 100,000. */
  readonly maxWindows?: number;
  /** Requests remembered until settled; the oldest is forgotten first, its reservation released. Default 100,000. */
  readonly maxRequests?: number;
}

/** Tokens of one limit in one aligned window. Requests keep the window they were admitted in, also once it has ended. */
interface Window {
  readonly endsMs: number;
  usedTokens: number;
  reservedTokens: number;
}

interface Reservation {
  readonly windows: readonly Window[];
  readonly tokens: number;
  readonly expiresMs: number;
}

/**
 * Token budgets in this isolate's memory. Windows are fixed and aligned to the epoch; usage counts in the window that
 * admitted the request. A request settled after its reservation expired is still charged.
 */
export function createMemoryLedger(options: MemoryLedgerOptions = {}): Ledger {
  const { reservationSeconds = 120, maxWindows = 100_000, maxRequests = 100_000 } = options;
  const windows = new Map<string, Window>();
  /** In order of admission, which is the order of expiry. */
  const held = new Map<string, Reservation>();
  const expired = new Map<string, Reservation>();

  const openWindow = (limit: CallerLimit, now: number): Window => {
    const id = `${limit.key}|${limit.windowSeconds}`;
    const current = windows.get(id);
    if (current !== undefined && now < current.endsMs) return current;
    windows.delete(id);
    if (windows.size >= maxWindows) forgetEndedWindows(windows, now);
    if (windows.size >= maxWindows) throw new Error(`The ledger is full: ${maxWindows} windows are open.`);
    const windowMs = limit.windowSeconds * 1_000;
    const opened = { endsMs: (Math.floor(now / windowMs) + 1) * windowMs, usedTokens: 0, reservedTokens: 0 };
    windows.set(id, opened);
    return opened;
  };

  const expire = (requestId: string, reservation: Reservation): void => {
    held.delete(requestId);
    release(reservation);
    expired.set(requestId, reservation);
    dropOldest(expired, maxRequests);
  };

  const sweep = (now: number): void => {
    for (const [requestId, reservation] of held) {
      if (reservation.expiresMs > now && held.size < maxRequests) return;
      expire(requestId, reservation);
    }
  };

  return {
    async admit(request) {
      assertCount(request.expectedTokens);
      sweep(request.now);
      const open = request.limits.map((limit) => ({ limit, window: openWindow(limit, request.now) }));
      const known = held.has(request.requestId) || expired.has(request.requestId);
      if (!known) {
        const denial = denyIfFull(open, request);
        if (denial !== null) return denial;
        const reservation = {
          windows: open.map(({ window }) => window),
          tokens: request.expectedTokens,
          expiresMs: request.now + reservationSeconds * 1_000,
        };
        for (const window of reservation.windows) window.reservedTokens += reservation.tokens;
        if (open.length > 0) held.set(request.requestId, reservation);
      }
      const remainders = open.map(({ limit, window }) =>
        Math.max(0, limit.limitTokens - window.usedTokens - window.reservedTokens),
      );
      return { kind: "granted", remainingTokens: remainders.length === 0 ? null : Math.min(...remainders) };
    },
    async settle(requestId, usage) {
      const reservation = held.get(requestId) ?? expired.get(requestId);
      if (reservation === undefined) return;
      const usedTokens = totalTokens(usage);
      assertCount(usedTokens);
      if (held.delete(requestId)) release(reservation);
      expired.delete(requestId);
      for (const window of reservation.windows) window.usedTokens += usedTokens;
    },
  };
}

/** The refusal by the full limit that reopens last: waiting for any other would only meet that one. */
function denyIfFull(
  open: readonly { readonly limit: CallerLimit; readonly window: Window }[],
  request: AdmitRequest,
): Admission | null {
  const full = open.filter(
    ({ limit, window }) => window.usedTokens + window.reservedTokens + request.expectedTokens > limit.limitTokens,
  );
  const [last] = full.toSorted((left, right) => right.window.endsMs - left.window.endsMs);
  if (last === undefined) return null;
  return { kind: "denied", retryAfterSeconds: Math.ceil((last.window.endsMs - request.now) / 1_000), key: last.limit.key };
}

function release(reservation: Reservation): void {
  for (const window of reservation.windows) window.reservedTokens -= reservation.tokens;
}

function totalTokens(usage: Usage): number {
  return usage.inputTokens + usage.outputTokens;
}

/** One NaN would make every later comparison false, which grants everything. */
function assertCount(tokens: number): void {
  if (!Number.isFinite(tokens) || tokens < 0) throw new RangeError(`Not a number of tokens: ${tokens}.`);
}

function forgetEndedWindows(windows: Map<string, Window>, now: number): void {
  for (const [id, window] of windows) if (window.endsMs <= now) windows.delete(id);
}

function dropOldest(entries: Map<string, unknown>, maxEntries: number): void {
  for (const key of entries.keys()) {
    if (entries.size <= maxEntries) return;
    entries.delete(key);
  }
}
