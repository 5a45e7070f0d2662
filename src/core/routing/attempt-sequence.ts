import type { Failure, FailureClass } from "../failure.ts";
import type { LinkedCredential, LinkedTarget } from "../policy/link.ts";
import { backoffMs } from "./backoff.ts";

/** What to try next: wait `delayMs`, then ask `target` with `credential`. */
export interface NextAttempt {
  readonly target: LinkedTarget;
  readonly credential: LinkedCredential;
  readonly delayMs: number;
}

/** Another credential of the same provider may be accepted where this one was not. */
const ROTATES: ReadonlySet<FailureClass> = new Set(["rate_limited", "auth", "quota_exhausted"]);
/** A credential refused like this is not tried again for this request. */
const KILLS_CREDENTIAL: ReadonlySet<FailureClass> = new Set(["auth", "quota_exhausted"]);
/** Worth asking the same target again, after a pause, when there is no other. */
const REPEATS: ReadonlySet<FailureClass> = new Set([
  "rate_limited",
  "overloaded",
  "connection",
  "server_error",
  "stream_cut",
  "malformed",
  "empty_completion",
  "shed",
  "evicted",
]);

/**
 * The walk over a request's targets: another key of the same provider where the key was the reason, else the next target
 * at once, else the first target worth repeating, after full jitter or the wait it asked for.
 */
export class AttemptSequence {
  readonly #targets: readonly LinkedTarget[];
  readonly #dead = new Set<LinkedCredential>();
  readonly #readyAt = new Map<LinkedTarget, number>();
  readonly #exhausted = new Set<LinkedTarget>();
  #index = 0;
  #credential: LinkedCredential | null = null;
  #repeats = 0;

  constructor(targets: readonly LinkedTarget[]) {
    this.#targets = targets;
  }

  /** The first attempt; null when the route has no usable target. */
  first(): NextAttempt | null {
    const target = this.#targets[0];
    return target === undefined ? null : this.#at(target, 0);
  }

  /** Targets that have not been asked yet, the current one included: over these the deadline is divided. */
  get unasked(): number {
    return Math.max(1, this.#targets.length - this.#index);
  }

  /** After `failure` of the current target. `draw` in [0, 1), `now` in milliseconds. */
  next(failure: Failure, draw: number, now: number): NextAttempt | null {
    const current = this.#targets[this.#index % this.#targets.length];
    if (current === undefined) return null;
    if (this.#credential !== null && KILLS_CREDENTIAL.has(failure.class)) this.#dead.add(this.#credential);
    if (ROTATES.has(failure.class)) {
      const rotated = this.#rotate(current);
      if (rotated !== null) return { target: current, credential: this.#use(rotated), delayMs: 0 };
    }
    if (failure.retryAfterSeconds !== null) this.#readyAt.set(current, now + failure.retryAfterSeconds * 1_000);
    if (!REPEATS.has(failure.class)) this.#exhausted.add(current);
    return this.#fresh() ?? this.#repeat(draw, now);
  }

  #fresh(): NextAttempt | null {
    while (this.#index + 1 < this.#targets.length) {
      this.#index += 1;
      const target = this.#targets[this.#index];
      const next = target === undefined ? null : this.#at(target, 0);
      if (next !== null) return next;
    }
    return null;
  }

  #repeat(draw: number, now: number): NextAttempt | null {
    const candidates = this.#targets.filter((target) => !this.#exhausted.has(target));
    const target = candidates.sort((left, right) => (this.#readyAt.get(left) ?? 0) - (this.#readyAt.get(right) ?? 0))[0];
    if (target === undefined) return null;
    const wait = Math.max(0, (this.#readyAt.get(target) ?? now) - now);
    const delayMs = Math.max(wait, backoffMs(this.#repeats, draw));
    this.#repeats += 1;
    this.#index = this.#targets.indexOf(target) + this.#targets.length;
    return this.#at(target, delayMs);
  }

  #at(target: LinkedTarget, delayMs: number): NextAttempt | null {
    const credential = target.credentials.find((candidate) => !this.#dead.has(candidate));
    return credential === undefined ? null : { target, credential: this.#use(credential), delayMs };
  }

  /** The next living credential after the current one; each is used once per target before the target is left. */
  #rotate(target: LinkedTarget): LinkedCredential | null {
    const { credentials } = target;
    const position = this.#credential === null ? -1 : credentials.indexOf(this.#credential);
    return credentials.slice(position + 1).find((candidate) => !this.#dead.has(candidate)) ?? null;
  }

  #use(credential: LinkedCredential): LinkedCredential {
    this.#credential = credential;
    return credential;
  }
}
