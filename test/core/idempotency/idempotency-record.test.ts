import { describe, expect, it } from "vitest";
import {
  type Claim,
  claimKey,
  endKey,
  type IdempotencyRecord,
  type Outcome,
  renewKey,
} from "../../../src/core/idempotency/idempotency-record.ts";

const NOW = 1_800_000_000_000;
const OUTCOME: Outcome = { kind: "answer", headers: {}, body: "{}" };
const claimOf = (owner: string, claim: Partial<Claim> = {}): Claim => ({
  fingerprint: "f".repeat(64),
  owner,
  leaseMs: 1_000,
  keepMs: 60_000,
  ...claim,
});
const takenBy = (owner: string, at = NOW): IdempotencyRecord => claimKey(null, claimOf(owner), at).record;

describe("a key", () => {
  it("is the first one's, also when that one asks twice", () => {
    const record = takenBy("first");
    expect(claimKey(record, claimOf("first"), NOW).claimed).toEqual({ kind: "taken", openingId: "first" });
    expect(claimKey(record, claimOf("second"), NOW + 999)).toEqual({ claimed: { kind: "under-way" }, record });
  });

  it("is another request's for whoever asks something else, under way or ended", () => {
    const other = claimOf("second", { fingerprint: "0".repeat(64) });
    const ended = endKey(takenBy("first"), { owner: "first", keepMs: 60_000, outcome: OUTCOME }, NOW);
    expect(claimKey(takenBy("first"), other, NOW).claimed).toEqual({ kind: "reused" });
    expect(claimKey(takenBy("first"), other, NOW + 2_000).claimed).toEqual({ kind: "reused" });
    expect(claimKey(ended, other, NOW).claimed).toEqual({ kind: "reused" });
  });

  it("goes to the next when its owner is dead, under the id it was booked by", () => {
    const { claimed, record } = claimKey(takenBy("first"), claimOf("second"), NOW + 1_000);
    expect(claimed).toEqual({ kind: "taken", openingId: "first" });
    expect(claimKey(record, claimOf("third"), NOW + 2_000).claimed).toEqual({ kind: "taken", openingId: "first" });
  });

  it("is held as long as its owner is heard of, and no longer by one who has lost it", () => {
    const renewed = renewKey(takenBy("first"), "first", NOW + 5_000);
    expect(claimKey(renewed, claimOf("second"), NOW + 4_999).claimed).toEqual({ kind: "under-way" });
    const { record } = claimKey(renewed, claimOf("second"), NOW + 5_000);
    expect(renewKey(record, "first", NOW + 9_000)).toBe(record);
    expect(renewKey(null, "first", NOW + 9_000)).toBeNull();
  });

  it("holds its outcome until that expires, counted from the end", () => {
    const ended = endKey(takenBy("first"), { owner: "first", keepMs: 60_000, outcome: OUTCOME }, NOW + 10_000);
    expect(claimKey(ended, claimOf("second"), NOW + 69_999).claimed).toEqual({ kind: "ended", outcome: OUTCOME });
    expect(claimKey(ended, claimOf("second"), NOW + 70_000).claimed).toEqual({ kind: "taken", openingId: "second" });
  });

  it("is free again where it came to nothing", () => {
    expect(endKey(takenBy("first"), { owner: "first", keepMs: 60_000, outcome: null }, NOW)).toBeNull();
  });

  it("stays booked as it was where who took over came to nothing: what the first was charged is not known", () => {
    const { record } = claimKey(takenBy("first"), claimOf("second"), NOW + 1_000);
    const ended = endKey(record, { owner: "second", keepMs: 60_000, outcome: null }, NOW + 1_001);
    expect(claimKey(ended, claimOf("third"), NOW + 1_001).claimed).toEqual({ kind: "taken", openingId: "first" });
  });

  it("takes no outcome from one who has lost it, and no second one", () => {
    const { record } = claimKey(takenBy("first"), claimOf("second"), NOW + 1_000);
    expect(endKey(record, { owner: "first", keepMs: 60_000, outcome: OUTCOME }, NOW + 1_001)).toBe(record);
    const ended = endKey(record, { owner: "second", keepMs: 60_000, outcome: OUTCOME }, NOW + 1_001);
    expect(endKey(ended, { owner: "second", keepMs: 60_000, outcome: null }, NOW + 1_002)).toBe(ended);
    expect(renewKey(ended, "second", NOW + 9_000)).toBe(ended);
  });
});
