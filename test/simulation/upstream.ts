import type { FailureClass } from "../../src/core/failure.ts";
import type { Fault, FaultKind, Manner } from "./faults.ts";
import type { Random } from "./random.ts";

/** A target as it is, whatever anybody believes of it. */
export interface TargetPlan {
  readonly latencyMs: number;
  readonly faults: readonly Fault[];
}

/** What comes of an attempt, milliseconds from its beginning. */
export type Reaction =
  | { readonly kind: "answers"; readonly contentMs: number; readonly endMs: number; readonly isCut: boolean }
  | Refusing
  | { readonly kind: "hangs" };

interface Refusing {
  readonly kind: "fails";
  readonly class: FailureClass;
  readonly status: number;
  readonly retryAfterSeconds: number | null;
  readonly afterMs: number;
}

const OF_CREDENTIALS: ReadonlySet<FaultKind> = new Set(["rate_limited", "quota", "refused"]);
const BY_CHANCE: ReadonlySet<FaultKind> = new Set(["errors", "slow", "cut", "overloaded", "rate_limited"]);

/** The targets themselves: what they do to an attempt that begins now, by their plan and by how many are under way. */
export class Upstream {
  readonly #plans: readonly TargetPlan[];
  readonly #random: Random;
  readonly #underWay: number[];

  constructor(plans: readonly TargetPlan[], random: Random) {
    this.#plans = plans;
    this.#random = random;
    this.#underWay = plans.map(() => 0);
  }

  begin(target: number, credential: number, now: number): Reaction {
    const reaction = this.#react(target, credential, now);
    this.#underWay[target] = (this.#underWay[target] ?? 0) + 1;
    return reaction;
  }

  end(target: number): void {
    this.#underWay[target] = (this.#underWay[target] ?? 0) - 1;
  }

  /** The time from which it has answered nothing at all; null while it answers something. */
  deadSince(target: number, now: number): number | null {
    const fault = this.#plans[target]?.faults.find(({ from, kind, to }) => kind === "dead" && from <= now && now < to);
    return fault?.from ?? null;
  }

  #react(target: number, credential: number, now: number): Reaction {
    const { faults, latencyMs } = this.#plan(target);
    let pace = this.#random.between(0.6, 1.6);
    let isCut = false;
    for (const fault of faults) {
      if (now < fault.from || now >= fault.to) continue;
      const met = this.#meet(fault, { target, credential, now });
      if (met === "slow") pace *= 12;
      else if (met === "cut") isCut = true;
      else if (met !== null) return met;
    }
    const contentMs = latencyMs * pace;
    return { kind: "answers", contentMs, endMs: contentMs + this.#random.between(20, 2_500), isCut };
  }

  #meet(fault: Fault, attempt: { target: number; credential: number; now: number }): Reaction | "slow" | "cut" | null {
    return this.#isMet(fault, attempt) ? effectOf(fault) : null;
  }

  /** Whether an attempt in a fault's time meets it. */
  #isMet(fault: Fault, { credential, now, target }: { target: number; credential: number; now: number }): boolean {
    const { capacity, from, kind, periodMs, share } = fault;
    if (OF_CREDENTIALS.has(kind) && fault.credential !== null && fault.credential !== credential) return false;
    if (kind === "flapping") return ((now - from) / periodMs) % 1 < 0.5;
    if (kind === "capacity") return (this.#underWay[target] ?? 0) >= capacity;
    return !BY_CHANCE.has(kind) || this.#random.chance(share);
  }

  #plan(target: number): TargetPlan {
    const plan = this.#plans[target];
    if (plan === undefined) throw new Error(`There is no target ${target}.`);
    return plan;
  }
}

function effectOf({ kind, manner, retryAfterSeconds }: Fault): Reaction | "slow" | "cut" {
  switch (kind) {
    case "dead":
    case "flapping":
    case "errors":
      return toReaction(manner);
    case "slow":
    case "cut":
      return kind;
    case "rate_limited":
      return refusing("rate_limited", 429, retryAfterSeconds);
    case "quota":
      return refusing("quota_exhausted", 402, retryAfterSeconds);
    case "refused":
      return refusing("auth", 401, null);
    case "overloaded":
      return refusing("overloaded", 529, retryAfterSeconds);
    case "capacity":
      return refusing("shed", 503, retryAfterSeconds);
  }
}

function refusing(failureClass: FailureClass, status: number, retryAfterSeconds: number | null): Refusing {
  return { kind: "fails", class: failureClass, status, retryAfterSeconds, afterMs: 15 };
}

function toReaction(manner: Manner): Reaction {
  return manner.kind === "hangs" ? manner : { ...manner, retryAfterSeconds: null };
}
