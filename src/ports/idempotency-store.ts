import type { Claim, Claimed, Ending } from "../core/idempotency/idempotency-record.ts";

/** A key of one caller's, as its tenant's records name it: a SHA-256, so that a store never holds what callers wrote. */
export interface RecordKey {
  readonly tenant: string;
  readonly digest: string;
}

/**
 * Which requests under an `Idempotency-Key` are under way and how they ended, by one clock. Calls for one key are carried out
 * one after the other, whole or not at all; one that is sent twice counts once. Rejects, and never guesses, when the store fails.
 */
export interface IdempotencyStore {
  /** Takes a key, or says how it stands. */
  claim(key: RecordKey, claim: Claim): Promise<Claimed>;
  /** The owner is still at work; of a key that is no longer its own nothing changes. */
  renew(key: RecordKey, owner: string, leaseMs: number): Promise<void>;
  /** The owner has ended; of a key that is no longer its own nothing changes. */
  end(key: RecordKey, ending: Ending): Promise<void>;
}
