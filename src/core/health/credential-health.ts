import { ejectionMs, nextRound } from "./ejection-time.ts";
import type { CredentialEjection, CredentialNotice } from "./hub-messages.ts";

const EJECTION = { baseMs: 30_000, capMs: 300_000 };
/** A trial whose end nobody told: the next one may begin. */
const TRIAL_MS = 30_000;
/** What was accepted here so lately is not taken out because others were refused: the next answer will tell. */
const ACCEPTED_LATELY_MS = 10_000;

/**
 * Whether a credential is accepted, at whatever target. A refused one is ejected for a time that doubles; after it one real
 * request tries it, and only when that was accepted do others follow.
 */
export class CredentialHealth {
  readonly id: string;
  /** The report that first told of the last ejection; 0 while none has, null when there is nothing to tell. */
  toldIn: number | null = null;
  #isEjected = false;
  #until = 0;
  #round = 0;
  #decidedAt = -Infinity;
  #spentUntil = 0;
  #acceptedAt = -Infinity;
  #trial: object | null = null;
  #trialUntil = 0;
  #heardOf = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** Epoch milliseconds until which nothing should be sent with it; in the past when it is free. */
  get blockedUntil(): number {
    return Math.max(this.#spentUntil, this.#isEjected ? Math.max(this.#until, this.#trialUntil) : 0);
  }

  /** Its ejection, for others; null when there is none, or it is over. */
  notice(now: number): CredentialNotice | null {
    const forMs = this.#until - now;
    return this.#isEjected && forMs > 0 ? { credentialId: this.id, forMs, round: this.#round } : null;
  }

  /** An attempt with it begins: the first one after an ejection is the trial. */
  begun(attempt: object, now: number): void {
    if (!this.#isEjected || now < this.blockedUntil) return;
    this.#trial = attempt;
    this.#trialUntil = now + TRIAL_MS;
  }

  /** An attempt has ended, whatever it showed. */
  ended(attempt: object): void {
    if (attempt !== this.#trial) return;
    this.#trial = null;
    this.#trialUntil = 0;
  }

  accepted(startedAt: number, now: number): void {
    this.#acceptedAt = now;
    if (!this.#isEjected || startedAt <= this.#decidedAt) return;
    this.#isEjected = false;
    this.#decidedAt = now;
  }

  /** Ejects it and returns for how many milliseconds; null when the attempt began before its ejection was over. */
  refused(startedAt: number, now: number): number | null {
    if (startedAt <= this.#decidedAt || (this.#isEjected && startedAt < this.#until)) return null;
    this.#round = nextRound(this.#round, this.#isEjected ? 0 : now - this.#decidedAt);
    this.#eject(now + ejectionMs(EJECTION, this.#round), now);
    this.toldIn = 0;
    return this.#until - now;
  }

  /** Its quota is used up: a pause, not an ejection. */
  spent(forMs: number, now: number): void {
    this.#spentUntil = Math.max(this.#spentUntil, now + forMs);
  }

  /** Others were refused with it. */
  adopt({ forMs, id, round }: CredentialEjection, now: number): void {
    if (id <= this.#heardOf) return;
    this.#heardOf = id;
    if (now - this.#acceptedAt < ACCEPTED_LATELY_MS) return;
    this.#round = round;
    this.#eject(Math.max(this.#isEjected ? this.#until : 0, now + forMs), now);
  }

  #eject(until: number, now: number): void {
    this.#isEjected = true;
    this.#until = until;
    this.#decidedAt = now;
    this.#acceptedAt = -Infinity;
  }
}
