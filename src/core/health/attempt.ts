import type { CredentialHealth } from "./credential-health.ts";
import type { Moment } from "./moment.ts";
import type { AttemptOutcome } from "./outcome.ts";
import type { TargetHealth } from "./target-health.ts";

/** What should be told at once: hub reports are due, and a refused credential is an alarm, one for each ejection. */
export type HealthNews =
  | { readonly kind: "tripped"; readonly targetId: string }
  | { readonly kind: "probed"; readonly targetId: string }
  | {
      readonly kind: "credential_ejected";
      readonly credentialId: string;
      /** Where it was refused. */
      readonly targetId: string;
      readonly forMs: number;
    };

/** Books an attempt that has ended. */
export type Settle = (attempt: Attempt, outcome: AttemptOutcome, moment: Moment) => HealthNews | null;

/** One attempt under way. `ended` must be called, whatever happens: until then it takes up room at its target. */
export class Attempt {
  readonly target: TargetHealth;
  readonly credential: CredentialHealth;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly isProbe: boolean;
  readonly #settle: Settle;
  #hasContent = false;
  #isOver = false;

  /** Counts it at its target. */
  constructor(
    { credential, target }: { readonly target: TargetHealth; readonly credential: CredentialHealth },
    startedAt: number,
    settle: Settle,
  ) {
    this.target = target;
    this.credential = credential;
    this.startedAt = startedAt;
    this.#settle = settle;
    this.isProbe = target.permits.begun();
    target.inFlight += 1;
    credential.begun(this, startedAt);
  }

  /** The first content came, `ttftMs` after the beginning; of a whole JSON answer, the answer. Later calls say nothing. */
  content(ttftMs: number, now: number): void {
    if (this.#hasContent || this.#isOver) return;
    this.#hasContent = true;
    this.target.answered(ttftMs, now);
    this.credential.accepted(this.startedAt, now);
  }

  /** Given up without content after `elapsedMs`: it was slower than this, and shows nothing of its credential. */
  late(elapsedMs: number, now: number): void {
    if (this.#hasContent || this.#isOver) return;
    this.#hasContent = true;
    this.target.answered(elapsedMs, now);
  }

  /** Returns what should be told at once, null for most. Only the first call counts. */
  ended(outcome: AttemptOutcome, now: number, draw: number): HealthNews | null {
    if (this.#isOver) return null;
    this.#isOver = true;
    return this.#settle(this, outcome, { now, draw });
  }
}
