import {
  claimKey,
  endKey,
  renewKey,
  type Claim,
  type Claimed,
  type Ending,
  type IdempotencyRecord,
} from "./idempotency-record.ts";

/** Where records are kept, by key. */
export interface RecordStore {
  read(key: string): IdempotencyRecord | null;
  write(key: string, record: IdempotencyRecord): void;
  drop(key: string): void;
}

/** The records of many keys. What a call changes is in the store when it returns. */
export class RecordBook {
  readonly #store: RecordStore;

  constructor(store: RecordStore) {
    this.#store = store;
  }

  claim(key: string, claim: Claim, now: number): Claimed {
    const known = this.#store.read(key);
    const { claimed, record } = claimKey(known, claim, now);
    this.#keep(key, known, record);
    return claimed;
  }

  renew(key: string, owner: string, leaseUntil: number): void {
    const known = this.#store.read(key);
    this.#keep(key, known, renewKey(known, owner, leaseUntil));
  }

  end(key: string, ending: Ending, now: number): void {
    const known = this.#store.read(key);
    this.#keep(key, known, endKey(known, ending, now));
  }

  #keep(key: string, known: IdempotencyRecord | null, record: IdempotencyRecord | null): void {
    if (record === known) return;
    if (record === null) this.#store.drop(key);
    else this.#store.write(key, record);
  }
}
