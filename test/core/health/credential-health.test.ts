import { describe, expect, it } from "vitest";
import { CredentialHealth } from "../../../src/core/health/credential-health.ts";

const NOW = 1_800_000_000_000;
const ID = "default/p#key";

/** Begins an attempt. */
function begin(credential: CredentialHealth, now: number): object {
  const attempt = {};
  credential.begun(attempt, now);
  return attempt;
}

describe("CredentialHealth", () => {
  it("is ejected for 30 s when refused, twice as long each time, at most 300 s", () => {
    const credential = new CredentialHealth(ID);
    let now = NOW;
    const seconds = Array.from({ length: 6 }, () => {
      const attempt = begin(credential, now + 1);
      const forMs = credential.refused(now + 1, now + 2) ?? 0;
      credential.ended(attempt);
      now += 2 + forMs;
      return forMs / 1_000;
    });
    expect(seconds).toEqual([30, 60, 120, 240, 300, 300]);
  });

  it("is ejected once by attempts that were under way together", () => {
    const credential = new CredentialHealth(ID);
    expect([1, 2, 3].map((age) => credential.refused(NOW, NOW + age))).toEqual([30_000, null, null]);
    expect(credential.blockedUntil).toBe(NOW + 1 + 30_000);
  });

  it("is not ejected again by what is sent in spite of its ejection", () => {
    const credential = new CredentialHealth(ID);
    credential.refused(NOW - 1, NOW);
    expect(credential.refused(NOW + 29_999, NOW + 31_000)).toBeNull();
    expect(credential.blockedUntil).toBe(NOW + 30_000);
  });

  it("is tried by one request after its time, and by others once that was accepted", () => {
    const credential = new CredentialHealth(ID);
    credential.refused(NOW - 1, NOW);
    const later = NOW + 30_000;
    expect(credential.blockedUntil).toBeLessThanOrEqual(later);
    begin(credential, later);
    expect(credential.blockedUntil).toBeGreaterThan(later + 10_000);
    credential.accepted(later, later + 500);
    expect(credential.blockedUntil).toBeLessThanOrEqual(later + 500);
  });

  it("is tried by another request when the first has shown nothing", () => {
    const credential = new CredentialHealth(ID);
    credential.refused(NOW - 1, NOW);
    const later = NOW + 30_000;
    const [trial, other] = [begin(credential, later), begin(credential, later + 1)];
    credential.ended(other);
    expect(credential.blockedUntil).toBeGreaterThan(later + 10_000);
    credential.ended(trial);
    expect(credential.blockedUntil).toBeLessThanOrEqual(later);
  });

  it("is not closed again by an answer to what was sent before", () => {
    const credential = new CredentialHealth(ID);
    credential.refused(NOW - 10, NOW);
    credential.accepted(NOW - 5, NOW + 5);
    expect(credential.blockedUntil).toBe(NOW + 30_000);
  });

  it("forgives an ejection for each minute in which it was accepted", () => {
    const credential = new CredentialHealth(ID);
    credential.refused(NOW - 1, NOW);
    credential.accepted(NOW + 30_000, NOW + 30_001);
    expect(credential.refused(NOW + 40_000, NOW + 40_001)).toBe(60_000);
    credential.accepted(NOW + 101_000, NOW + 101_001);
    expect(credential.refused(NOW + 300_000, NOW + 300_001)).toBe(30_000);
  });

  it("pauses where its quota is used up, which is no ejection", () => {
    const credential = new CredentialHealth(ID);
    credential.spent(60_000, NOW);
    credential.spent(1_000, NOW);
    expect(credential.blockedUntil).toBe(NOW + 60_000);
    expect(credential.notice(NOW)).toBeNull();
  });

  it("is ejected by what others say, once for each ejection, and tells no one", () => {
    const credential = new CredentialHealth(ID);
    credential.adopt({ credentialId: ID, id: 5, forMs: 30_000, round: 1 }, NOW);
    credential.accepted(NOW + 30_000, NOW + 30_001);
    credential.adopt({ credentialId: ID, id: 5, forMs: 20_000, round: 1 }, NOW + 30_002);
    expect(credential.blockedUntil).toBeLessThanOrEqual(NOW + 30_002);
    expect(credential.toldIn).toBeNull();
  });

  it("is not taken out by others where it was accepted a moment ago", () => {
    const credential = new CredentialHealth(ID);
    credential.accepted(NOW - 10, NOW);
    credential.adopt({ credentialId: ID, id: 5, forMs: 30_000, round: 1 }, NOW + 9_000);
    expect(credential.blockedUntil).toBeLessThanOrEqual(NOW);
    credential.adopt({ credentialId: ID, id: 6, forMs: 30_000, round: 2 }, NOW + 11_000);
    expect(credential.blockedUntil).toBe(NOW + 41_000);
  });
});
