import type { Failure, FailureClass } from "../failure.ts";
import type { LinkedCredential, LinkedTarget } from "../policy/link.ts";
import { backoffMs } from "./backoff.ts";

/** What to try next: wait `delayMs`, then ask `target` with `credential`. */
export interface NextAttempt {
  readonly target: LinkedTarget;
  readonly credential: LinkedCredential;
  readonly delayMs: number;
}

/** What failures have shown so far. */
interface Learnt {
  readonly dead: Set<LinkedCredential>;
  readonly waits: Wait[];
  readonly exhausted: Set<LinkedTarget>;
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

/** A pause that was asked for: of one credential, or of the target whichever is used. Epoch milliseconds. */
interface Wait {
  readonly target: LinkedTarget;
  readonly credential: LinkedCredential | null;
  readonly readyAt: number;
}

/**
 * The walk over a request's targets: another key of the same provider where the key was the reason, else the next target
 * at once, else the first target worth repeating, after full jitter or the wait it asked for.
 */
export class AttemptSequence {
  readonly #targets: readonly LinkedTarget[];
  /** Kept from the first failure on; most requests have none. */
  #learnt: Learnt | null = null;
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
    this.#learnt ??= { dead: new Set(), waits: [], exhausted: new Set() };
    const { dead, exhausted, waits } = this.#learnt;
    const isAboutKey = ROTATES.has(failure.class);
    if (this.#credential !== null && KILLS_CREDENTIAL.has(failure.class)) dead.add(this.#credential);
    if (failure.retryAfterSeconds !== null) {
      waits.push({
        target: current,
        credential: isAboutKey ? this.#credential : null,
        readyAt: now + failure.retryAfterSeconds * 1_000,
      });
    }
    if (isAboutKey) {
      const rotated = this.#rotate(current, this.#learnt, now);
      if (rotated !== null) return { target: current, credential: this.#use(rotated), delayMs: 0 };
    }
    if (!REPEATS.has(failure.class)) exhausted.add(current);
    return this.#fresh() ?? this.#repeat(this.#learnt, draw, now);
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

  #repeat({ dead, exhausted, waits }: Learnt, draw: number, now: number): NextAttempt | null {
    const [soonest] = this.#targets
      .filter((target) => !exhausted.has(target))
      .flatMap((target) =>
        target.credentials.map((credential) => ({ target, credential, readyAt: readyAt(waits, target, credential) })),
      )
      .filter(({ credential }) => !dead.has(credential))
      .toSorted((left, right) => left.readyAt - right.readyAt);
    if (soonest === undefined) return null;
    const { credential, target } = soonest;
    const delayMs = Math.max(soonest.readyAt - now, backoffMs(this.#repeats, draw));
    this.#repeats += 1;
    this.#index = this.#targets.indexOf(target) + this.#targets.length;
    return { target, credential: this.#use(credential), delayMs };
  }

  #at(target: LinkedTarget, delayMs: number): NextAttempt | null {
    const credential = target.credentials.find((candidate) => this.#learnt?.dead.has(candidate) !== true);
    return credential === undefined ? null : { target, credential: this.#use(credential), delayMs };
  }

  /** The next living credential after the current one; each is used once per target before the target is left. */
  #rotate(target: LinkedTarget, { dead, waits }: Learnt, now: number): LinkedCredential | null {
    const { credentials } = target;
    const position = this.#credential === null ? -1 : credentials.indexOf(this.#credential);
    return (
      credentials.slice(position + 1).find((candidate) => !dead.has(candidate) && readyAt(waits, target, candidate) <= now) ??
      null
    );
  }

  #use(credential: LinkedCredential): LinkedCredential {
    this.#credential = credential;
    return credential;
  }
}

function readyAt(waits: readonly Wait[], target: LinkedTarget, credential: LinkedCredential): number {
  const asked = waits.findLast((wait) => wait.target === target && (wait.credential ?? credential) === credential);
  return asked?.readyAt ?? 0;
}
