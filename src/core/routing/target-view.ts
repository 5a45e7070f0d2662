import type { Priority } from "../policy/compiled.ts";

/** `half-open`: out of rotation until a probe has shown that it answers again. */
export type Standing = "ready" | "ejected" | "half-open";

/** What is known of how targets do. Ids are `LinkedTarget.id` and `LinkedCredential.id`; what was never seen is ready. */
export interface TargetView {
  standing(targetId: string, now: number): Standing;
  /** 0.1 to 1: the share of its weight that a target just let back in gets. */
  slowStart(targetId: string, now: number): number;
  inFlight(targetId: string): number;
  /** Whether it can take one more request of that priority. */
  hasRoom(targetId: string, priority: Priority): boolean;
  /** Recent time to first content × requests in flight, or the penalty of recent failures. Milliseconds. */
  loadMs(targetId: string, now: number): number;
  /** Null while nothing is known. */
  tokensPerSecond(targetId: string): number | null;
  /** Time to first content at a percentile (0–100), milliseconds; null while too little is known. */
  ttftMs(targetId: string, percentile: number, now: number): number | null;
  /** Epoch milliseconds until which a credential may not be used there; 0 when it may. */
  blockedUntil(targetId: string, credentialId: string, now: number): number;
  /** Whether a credential is out of use because the provider refused it. */
  isRefused(credentialId: string, now: number): boolean;
  /** Whether most of what is asked of the target's provider fails, wherever it is asked. */
  isFailing(targetId: string, now: number): boolean;
  /** Takes the permit for one probe of a half-open target, if there is one. */
  tryProbe(targetId: string, now: number, draw: number): boolean;
}

/** What an administrator has switched off. Ids as above. */
export interface Kills {
  readonly targets: ReadonlySet<string>;
  readonly credentials: ReadonlySet<string>;
  /** `tenant/virtual model`. */
  readonly models: ReadonlySet<string>;
  /** `tenant/consumer`, and ids of keys. */
  readonly callers: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();
export const NO_KILLS: Kills = { targets: NONE, credentials: NONE, models: NONE, callers: NONE };
