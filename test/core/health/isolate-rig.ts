import type { Attempt, HealthNews } from "../../../src/core/health/attempt.ts";
import type { HubAnswer } from "../../../src/core/health/hub-messages.ts";
import { IsolateHealth } from "../../../src/core/health/isolate-health.ts";
import type { AttemptOutcome } from "../../../src/core/health/outcome.ts";

export const START = 1_800_000_000_000;
export const SECOND = 1_000;
export const TARGET = "default/p/m";
export const KEY = "default/p#key";
/** The draw with which jitter changes nothing. */
export const MIDDLE = 0.5;

/** One isolate and a clock that is moved by hand. */
export class IsolateRig {
  readonly health = new IsolateHealth("a", START);
  now = START;

  begin(target: string = TARGET): Attempt {
    return this.health.begin(target, KEY, this.now);
  }

  /** An attempt that takes ten milliseconds. */
  attempt(outcome: AttemptOutcome): HealthNews | null {
    const attempt = this.begin();
    this.now += 10;
    return attempt.ended(outcome, this.now, MIDDLE);
  }

  attempts(times: number, outcome: AttemptOutcome): readonly (HealthNews | null)[] {
    return Array.from({ length: times }, () => this.attempt(outcome));
  }

  /** What the hub answers to the report that is due now. */
  answer(differences: Partial<HubAnswer> = {}): HubAnswer {
    const nothing = { ejected: [], readmitted: [], grants: [], throttled: [], credentials: [], figures: [], failing: [] };
    return { seq: this.health.report(this.now)?.seq ?? 0, ...nothing, ...differences };
  }

  /** Two seconds later the hub is asked, and answers at once. */
  hear(differences: Partial<HubAnswer> = {}): void {
    this.now += 2 * SECOND;
    this.health.accept(this.answer(differences), this.now);
  }
}
