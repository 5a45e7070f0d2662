import type { ErrorCode } from "../errors.ts";

/** How a request under a key has ended, for good. */
export type Outcome =
  /** What its caller was given, byte for byte; a stream with all its events. */
  | { readonly kind: "answer"; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | { readonly kind: "error"; readonly code: ErrorCode; readonly message: string; readonly param: string | null }
  /** It was answered, and the answer is not kept. */
  | { readonly kind: "unkept" };

/** What is known of a key of a caller's. All times are epoch milliseconds. */
export interface IdempotencyRecord {
  /** Of the request; another one under the same key is refused. */
  readonly fingerprint: string;
  /** By which it stands in the ledger, whoever carries it out: what is carried out twice is charged once. */
  readonly openingId: string;
  /** Who carries it out. */
  readonly owner: string;
  /** Without news from the owner it counts as dead from then on. */
  readonly leaseUntil: number;
  readonly outcome: Outcome | null;
  readonly expiresAt: number;
}

/** Someone who would carry a request out. */
export interface Claim {
  readonly fingerprint: string;
  readonly owner: string;
  readonly leaseMs: number;
  /** How long an outcome is kept. */
  readonly keepMs: number;
}

export type Claimed =
  /** The claimer carries it out, and books it under this id. */
  | { readonly kind: "taken"; readonly openingId: string }
  /** Another one does. */
  | { readonly kind: "under-way" }
  | { readonly kind: "ended"; readonly outcome: Outcome }
  /** The key is another request's. */
  | { readonly kind: "reused" };

/** How an owner's work has ended. */
export interface Ending {
  readonly owner: string;
  /** Null where it came to nothing that was charged: then the key is free again. */
  readonly outcome: Outcome | null;
  readonly keepMs: number;
}

interface ClaimResult {
  readonly claimed: Claimed;
  readonly record: IdempotencyRecord;
}

/** The first takes the key; later ones hear how it stands. Whose owner has died is taken over, under the id it had. */
export function claimKey(known: IdempotencyRecord | null, claim: Claim, now: number): ClaimResult {
  const { fingerprint, keepMs, leaseMs, owner } = claim;
  const leaseUntil = now + leaseMs;
  const held = { owner, leaseUntil, expiresAt: leaseUntil + keepMs };
  if (known === null || known.expiresAt <= now) {
    const record = { fingerprint, openingId: owner, outcome: null, ...held };
    return { claimed: { kind: "taken", openingId: owner }, record };
  }
  if (known.fingerprint !== fingerprint) return { claimed: { kind: "reused" }, record: known };
  if (known.outcome !== null) return { claimed: { kind: "ended", outcome: known.outcome }, record: known };
  if (known.owner !== owner && known.leaseUntil > now) return { claimed: { kind: "under-way" }, record: known };
  return { claimed: { kind: "taken", openingId: known.openingId }, record: { ...known, ...held } };
}

/** The owner is still at work. What is no longer its own stays as it is. */
export function renewKey(known: IdempotencyRecord | null, owner: string, leaseUntil: number): IdempotencyRecord | null {
  if (known === null || !isWorkOf(known, owner)) return known;
  return { ...known, leaseUntil, expiresAt: known.expiresAt + leaseUntil - known.leaseUntil };
}

/**
 * The owner has ended; null forgets the key. Who took over from another does not know what that one was charged: where it comes
 * to nothing, the next goes on under the same id.
 */
export function endKey(
  known: IdempotencyRecord | null,
  { keepMs, outcome, owner }: Ending,
  now: number,
): IdempotencyRecord | null {
  if (known === null || !isWorkOf(known, owner)) return known;
  if (outcome !== null) return { ...known, outcome, leaseUntil: now, expiresAt: now + keepMs };
  return known.openingId === owner ? null : { ...known, leaseUntil: now };
}

function isWorkOf(record: IdempotencyRecord, owner: string): boolean {
  return record.outcome === null && record.owner === owner;
}
