import type { HealthNews } from "../../../src/core/health/attempt.ts";
import type { IsolateHealth } from "../../../src/core/health/isolate-health.ts";
import type { Standing } from "../../../src/core/health/rotation.ts";

export interface SeenAttempt {
  readonly isolate: number;
  readonly target: string;
  readonly at: number;
  readonly isProbe: boolean;
  /** As the isolate saw the target when the attempt began. */
  readonly standing: Standing;
}

export interface SeenChange {
  readonly isolate: number;
  readonly target: string;
  readonly at: number;
  readonly isIn: boolean;
}

/** What an outsider sees of a fleet. */
export class Observer {
  readonly attempts: SeenAttempt[] = [];
  /** Targets going out of rotation and coming back. */
  readonly changes: SeenChange[] = [];
  readonly news: { readonly at: number; readonly isolate: number; readonly news: HealthNews }[] = [];
  /** When an isolate saw a fifth failure in a row, by target. */
  readonly fifthFailures: { readonly target: string; readonly at: number }[] = [];
  readonly #isolates: readonly IsolateHealth[];
  readonly #targets: readonly string[];
  readonly #isOut = new Set<string>();
  readonly #failures = new Map<string, number>();

  constructor(isolates: readonly IsolateHealth[], targets: readonly string[]) {
    this.#isolates = isolates;
    this.#targets = targets;
  }

  look(now: number): void {
    for (const [isolate, health] of this.#isolates.entries())
      for (const target of this.#targets)
        this.#note({ isolate, target, at: now, isIn: health.standing(target, now) === "ready" });
  }

  began(attempt: SeenAttempt): void {
    this.attempts.push(attempt);
  }

  failed(isolate: number, target: string, now: number): void {
    const row = (this.#failures.get(`${isolate} ${target}`) ?? 0) + 1;
    this.#failures.set(`${isolate} ${target}`, row);
    if (row === 5) this.fifthFailures.push({ target, at: now });
  }

  succeeded(isolate: number, target: string): void {
    this.#failures.delete(`${isolate} ${target}`);
  }

  /** Isolates where the target is not in rotation. */
  outAt(target: string, now: number): readonly number[] {
    return [...this.#isolates.keys()].filter((index) => this.#isolates[index]?.standing(target, now) !== "ready");
  }

  #note(change: SeenChange): void {
    const key = `${change.isolate} ${change.target}`;
    if (this.#isOut.has(key) !== change.isIn) return;
    if (change.isIn) this.#isOut.delete(key);
    else this.#isOut.add(key);
    this.changes.push(change);
  }
}
