import type { Failure, FailureClass } from "../failure.ts";
import type { LinkedCredential, LinkedRoute, LinkedTarget } from "../policy/linked.ts";
import { backoffMs } from "./backoff.ts";
import type { RetryBudget } from "./retry-budget.ts";
import { type Ordering, TargetOrder } from "./target-order.ts";
import { type NoTarget, usableCredential } from "./target-standing.ts";

/** What to try next: wait `delayMs`, then ask `target` with `credential`. */
export interface NextAttempt {
  readonly target: LinkedTarget;
  readonly credential: LinkedCredential;
  readonly delayMs: number;
}

export interface Sequencing extends Ordering {
  readonly budget: RetryBudget;
  /** Epoch milliseconds. */
  readonly deadline: number;
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
/** A longer wait is not worth the caller's time: the request ends and says when to come back. */
const LONGEST_WAIT_MS = 10_000;

/** A pause that was asked for: of one credential, or of the target whichever is used. Epoch milliseconds. */
interface Wait {
  readonly target: LinkedTarget;
  readonly credential: LinkedCredential | null;
  readonly readyAt: number;
}

/**
 * The attempts of one request: another key of the same provider where the key was the reason, else the next target of the
 * order at once, else the first target worth repeating, after full jitter or the wait it asked for. Ends when policy,
 * attempts, deadline or retry budget say so.
 */
export class AttemptSequence {
  readonly #route: LinkedRoute;
  readonly #sequencing: Sequencing;
  readonly #order: TargetOrder;
  readonly #asked: LinkedTarget[] = [];
  /** Kept from the first failure on; most requests have none. */
  #learnt: Learnt | null = null;
  /** What the latest failure led to, until it is asked. */
  #offered: NextAttempt | null = null;
  #isOver = false;
  #failures = 0;
  #repeats = 0;
  #spare: NextAttempt | null = null;
  /** A conversation that was too long for one target needs one that is known to be larger; null while none was too long. */
  #needsContextAbove: number | null = null;

  constructor(route: LinkedRoute, sequencing: Sequencing) {
    this.#route = route;
    this.#sequencing = sequencing;
    this.#order = new TargetOrder(route, sequencing);
  }

  /** Why `first` gave nothing. */
  get noTarget(): NoTarget {
    return this.#order.noTarget;
  }

  /** The first attempt; null when no target of the route can be asked. */
  first(): NextAttempt | null {
    return this.#fresh(this.#sequencing.now);
  }

  /** A failure has come after which nobody else is asked, whatever becomes of an attempt beside it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Attempts that may still be made, the current one included: over these the deadline is divided. */
  get shares(): number {
    const allowed = this.#route.maxAttempts - this.#failures;
    return Math.max(1, Math.min(allowed, 1 + this.#order.countRemaining(allowed - 1)));
  }

  /** Passes over the current target, which cannot be asked this: nothing was sent, so nothing is counted or waited for. */
  passOver(now: number): NextAttempt | null {
    this.#offered = null;
    this.#asked.pop();
    return this.#fresh(now);
  }

  /**
   * The credential may not be used, and nothing was sent with it: its next credential, or the next target. Nothing is counted,
   * and it is not tried again for this request.
   */
  withhold({ credential, target }: NextAttempt, now: number): NextAttempt | null {
    this.#offered = null;
    this.#learnt ??= { dead: new Set(), waits: [], exhausted: new Set() };
    this.#learnt.dead.add(credential);
    const rotated = this.#rotate(target, credential, now);
    return rotated === null ? this.#fresh(now) : { target, credential: rotated, delayMs: 0 };
  }

  /** Whether a second target could be asked beside the current one. */
  hasAnother(): boolean {
    return this.#failures + 1 < this.#route.maxAttempts && this.#order.countRemaining(1) > 0;
  }

  /** That second target; null when there is none after all. */
  beside(now: number): NextAttempt | null {
    this.#offered = null;
    return this.#fresh(now);
  }

  /** It was not asked beside the other: it is the next to be asked after it. */
  giveBack(attempt: NextAttempt): void {
    this.#spare = attempt;
  }

  /**
   * After `failure` of `failed`: what is tried next, or null when that was the last. Where two were asked beside each other
   * it is called for each, and what the last call gives is tried.
   */
  next(failure: Failure, now: number, failed: NextAttempt): NextAttempt | null {
    this.#failures += 1;
    const { budget, view } = this.#sequencing;
    const offered = this.#offered === failed ? null : this.#offered;
    this.#offered = null;
    if (!this.#route.failoverOn.has(failure.class)) this.#isOver = true;
    if (this.#isOver || this.#failures >= this.#route.maxAttempts) return null;
    const learnt = this.#learn(failed, failure, now);
    // What the first failure of a race led to was not asked: it is still the next one, and paid for.
    if (offered !== null && this.#stillHolds(offered, failed)) return (this.#offered = offered);
    const next = this.#inTime(this.#choose(failed, failure, { learnt, now }), now);
    if (next === null) return null;
    // A refused credential says nothing about load: trying the next one is not a retry.
    if (failure.class !== "auth" && !budget.tryTake(now, view.isFailing(next.target.id, now))) return null;
    return (this.#offered = next);
  }

  /** After the pause before `next`: the same, or whatever may be asked first where that was asked to pause, or is out, by now. */
  resume(next: NextAttempt, now: number): NextAttempt | null {
    const change = this.#changeOf(next, now);
    if (change === null) return { ...next, delayMs: 0 };
    const fresh = this.#fresh(now);
    if (fresh !== null || this.#learnt === null) return fresh;
    const repeated = this.#repeat(this.#learnt, now);
    // It has paused already: where there is nobody better it is asked although it is out.
    if (change === "out" && repeated?.target === next.target) return { ...next, delayMs: 0 };
    return this.#inTime(repeated, now);
  }

  /** What has become of it meanwhile: it may not be asked, or it went out of rotation; null when neither. */
  #changeOf({ credential, target }: NextAttempt, now: number): "forbidden" | "out" | null {
    const { view } = this.#sequencing;
    const kills = this.#sequencing.kills();
    if (kills.targets.has(target.id) || kills.credentials.has(credential.id)) return "forbidden";
    if (!target.isWatched) return null;
    if (view.blockedUntil(target.id, credential.id, now) > now) return "forbidden";
    return view.standing(target.id, now) === "ready" ? null : "out";
  }

  #inTime(next: NextAttempt | null, now: number): NextAttempt | null {
    const isInTime = next !== null && next.delayMs <= LONGEST_WAIT_MS && now + next.delayMs < this.#sequencing.deadline;
    return isInTime ? next : null;
  }

  #learn({ credential, target }: NextAttempt, failure: Failure, now: number): Learnt {
    this.#learnt ??= { dead: new Set(), waits: [], exhausted: new Set() };
    const { dead, exhausted, waits } = this.#learnt;
    if (KILLS_CREDENTIAL.has(failure.class)) dead.add(credential);
    if (failure.retryAfterSeconds !== null) {
      const isAboutKey = ROTATES.has(failure.class);
      waits.push({ target, credential: isAboutKey ? credential : null, readyAt: now + failure.retryAfterSeconds * 1_000 });
    }
    if (failure.class === "context_length") {
      this.#needsContextAbove = Math.max(this.#needsContextAbove ?? 0, target.contextTokens ?? 0);
    }
    if (!REPEATS.has(failure.class) && !ROTATES.has(failure.class)) exhausted.add(target);
    return this.#learnt;
  }

  #choose(
    { credential, target }: NextAttempt,
    failure: Failure,
    { learnt, now }: { readonly learnt: Learnt; readonly now: number },
  ): NextAttempt | null {
    if (ROTATES.has(failure.class) && !this.#sequencing.kills().targets.has(target.id)) {
      const rotated = this.#rotate(target, credential, now);
      if (rotated !== null) return { target, credential: rotated, delayMs: 0 };
    }
    if (!REPEATS.has(failure.class)) learnt.exhausted.add(target);
    const fresh = this.#fresh(now);
    return fresh === null && failure.class !== "context_length" ? this.#repeat(learnt, now) : fresh;
  }

  /** Whether what was chosen after one failure is still right after that of another target. */
  #stillHolds({ credential, delayMs, target }: NextAttempt, failed: NextAttempt): boolean {
    return delayMs === 0 && target !== failed.target && !this.#isDead(credential) && this.#isLargeEnough(target);
  }

  #isLargeEnough({ contextTokens }: LinkedTarget): boolean {
    return this.#needsContextAbove === null || (contextTokens ?? 0) > this.#needsContextAbove;
  }

  /** The next target of the order that has a usable credential and is large enough. */
  #fresh(now: number): NextAttempt | null {
    const spare = this.#takeSpare(now);
    if (spare !== null) return spare;
    for (let target = this.#order.next(now); target !== null; target = this.#order.next(now)) {
      if (!this.#isLargeEnough(target)) continue;
      const credential = this.#credentialOf(target, now);
      if (credential === null) continue;
      this.#asked.push(target);
      return { target, credential, delayMs: 0 };
    }
    return null;
  }

  #credentialOf(target: LinkedTarget, now: number): LinkedCredential | null {
    const { kills, view } = this.#sequencing;
    return usableCredential(target, { kills, now, view }, (candidate) => this.#isDead(candidate));
  }

  /** What was given back, if it may still be asked. */
  #takeSpare(now: number): NextAttempt | null {
    const { kills, view } = this.#sequencing;
    const { target } = this.#spare ?? {};
    this.#spare = null;
    if (target === undefined || kills().targets.has(target.id) || !this.#isLargeEnough(target)) return null;
    if (target.isWatched && view.standing(target.id, now) !== "ready") return null;
    const credential = this.#credentialOf(target, now);
    return credential === null ? null : { target, credential, delayMs: 0 };
  }

  #repeat({ exhausted, waits }: Learnt, now: number): NextAttempt | null {
    const { draw, view } = this.#sequencing;
    const kills = this.#sequencing.kills();
    // One that is out of rotation is asked again only where nobody who was asked is in it: a failed probe is not.
    const inRotation = this.#asked.filter(({ id, isWatched }) => !isWatched || view.standing(id, now) === "ready");
    const [soonest] = (inRotation.length > 0 ? inRotation : this.#asked)
      .filter((target) => !exhausted.has(target) && !kills.targets.has(target.id))
      .flatMap((target) => target.credentials.map((credential) => ({ target, credential })))
      .filter(({ credential }) => !this.#isDead(credential) && !kills.credentials.has(credential.id))
      .map(({ target, credential }) => ({
        target,
        credential,
        readyAt: Math.max(
          readyAt(waits, target, credential),
          target.isWatched ? view.blockedUntil(target.id, credential.id, now) : 0,
        ),
      }))
      .toSorted((left, right) => left.readyAt - right.readyAt);
    if (soonest === undefined) return null;
    const { credential, target } = soonest;
    const delayMs = Math.max(soonest.readyAt - now, backoffMs(this.#repeats, draw()));
    this.#repeats += 1;
    return { target, credential, delayMs };
  }

  /** The next living credential after the current one; each is used once per target before the target is left. */
  #rotate(target: LinkedTarget, current: LinkedCredential, now: number): LinkedCredential | null {
    const { credentials } = target;
    const later = { ...target, credentials: credentials.slice(credentials.indexOf(current) + 1) };
    const waits = this.#learnt?.waits ?? [];
    const isOut = (credential: LinkedCredential): boolean => this.#isDead(credential) || readyAt(waits, target, credential) > now;
    const { kills, view } = this.#sequencing;
    return usableCredential(later, { kills, now, view }, isOut);
  }

  #isDead(credential: LinkedCredential): boolean {
    return this.#learnt?.dead.has(credential) === true;
  }
}

function readyAt(waits: readonly Wait[], target: LinkedTarget, credential: LinkedCredential): number {
  const asked = waits.findLast((wait) => wait.target === target && (wait.credential ?? credential) === credential);
  return asked?.readyAt ?? 0;
}
