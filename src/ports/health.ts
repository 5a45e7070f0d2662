import type { AttemptOutcome } from "../core/health/outcome.ts";
import type { TargetView } from "../core/routing/target-view.ts";

/** One attempt that is under way. Times are epoch milliseconds, `draw` is in [0, 1). */
export interface HealthAttempt {
  /** The first content came. */
  content(now: number): void;
  /** It is given up, without content until now, for one that began later and was faster. */
  late(now: number): void;
  /** Once; what it showed so badly that everybody should know, or null. */
  end(outcome: AttemptOutcome, now: number, draw: number): HealthNews | null;
}

/** Worth telling the other isolates at once; `refusedCredential` is worth telling a person. */
export interface HealthNews {
  readonly refusedCredential: string | null;
}

/** How each target does, as this isolate sees it and has heard from others. No method waits or throws. */
export interface Health extends TargetView {
  begin(targetId: string, credentialId: string, now: number): HealthAttempt;
  /** Plain data of every target seen, for people. */
  snapshot(now: number): Readonly<Record<string, unknown>>;
}
