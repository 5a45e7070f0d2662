import type { Failure } from "../../core/failure.ts";
import { effectOf } from "../../core/health/outcome.ts";
import { QUOTA_WAIT_SECONDS } from "../../core/health/settle-attempt.ts";
import { Throttle } from "../../core/health/throttle.ts";
import type { NextAttempt } from "../../core/routing/attempt-sequence.ts";
import type { TargetView } from "../../core/routing/target-view.ts";

/** What the router learns of pauses from a request's own failed attempts, before it chooses the next one. */
export class LearntPauses {
  readonly view: TargetView;
  readonly #throttles = new Map<string, Throttle>();
  readonly #spentUntil = new Map<string, number>();

  /** `known`: before the request. */
  constructor(known: TargetView) {
    const blockedUntil: TargetView["blockedUntil"] = (targetId, credentialId, now) =>
      Math.max(
        known.blockedUntil(targetId, credentialId, now),
        this.#throttles.get(`${targetId} ${credentialId}`)?.until ?? 0,
        this.#spentUntil.get(credentialId) ?? 0,
      );
    this.view = { ...known, blockedUntil };
  }

  /** An attempt has failed at `now`; every wait is the shortest that it can be. */
  failed({ credential, target }: NextAttempt, failure: Failure, now: number): void {
    if (effectOf(failure) !== "throttle") return;
    if (failure.class === "quota_exhausted") {
      this.#spentUntil.set(credential.id, now + QUOTA_WAIT_SECONDS * 1_000);
      return;
    }
    const key = `${target.id} ${credential.id}`;
    const throttle = this.#throttles.get(key) ?? new Throttle();
    this.#throttles.set(key, throttle);
    throttle.close(failure.retryAfterSeconds, now, { draw: 0, now });
  }
}
