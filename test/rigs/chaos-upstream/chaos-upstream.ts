import type { ChaosAttempt } from "./attempts.ts";
import type { RedirectHit } from "./redirect-origin.ts";
import type { ChaosStep } from "./script.ts";

/** An OpenAI-compatible server that misbehaves on request. @see research/reliability.md 6.1 */
export interface ChaosUpstream {
  /** `http://127.0.0.1:PORT/v1` */
  readonly url: string;
  readonly port: number;
  /** F01: a base URL on a port that refuses connections for as long as the rig runs. */
  readonly refusedUrl: string;
  /** Every attempt since the last reset, in order of arrival; of very many, at least the newest 100,000. */
  attempts(): readonly ChaosAttempt[];
  /** Requests that followed F14 to the second origin. */
  redirectHits(): readonly RedirectHit[];
  /** Requests whose response is unfinished right now. */
  live(): number;
  /** The next attempts that name a model follow these steps, whatever the name says. @throws MisuseError on an unknown fault. */
  script(steps: readonly ChaosStep[]): void;
  /**
   * Every following request for the model (its name without options) meets this, whatever the name says: `F02` kills a target
   * at this instant, `ok` heals it, null gives it back to its name. A script comes first. @throws MisuseError on an unknown fault.
   */
  setFault(model: string, fault: string | null): void;
  /** Forgets attempts, redirect hits, faults switched on, the state of targets and what is left of a script; live responses go on. */
  reset(): void;
  /** Destroys every socket. */
  close(): Promise<void>;
}
