import type { FailureClass } from "../core/failure.ts";

/** What one attempt showed of its target. A client that left shows nothing and is never reported. */
export type Outcome = { readonly kind: "ok" } | { readonly kind: "failed"; readonly class: FailureClass };

/** Figures of one target, as this isolate saw them. */
export interface TargetHealth {
  readonly successes: number;
  readonly failures: number;
  readonly consecutiveFailures: number;
}

/** Target health. `report` never throws and never waits; `snapshot` covers targets reported at least once. */
export interface Health {
  report(target: string, outcome: Outcome, now: number): void;
  snapshot(): ReadonlyMap<string, TargetHealth>;
}
