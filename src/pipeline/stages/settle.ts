import type { Failure, FailureClass } from "../../core/failure.ts";
import type { NextAttempt } from "../../core/routing/attempt-sequence.ts";
import type { LinkedPolicy, LinkedRoute, LinkedTarget } from "../../core/policy/linked.ts";
import { costMicroUsd, estimateUsage, type Usage } from "../../core/usage.ts";
import type { DecodedRequest } from "../../dialects/dialect.ts";
import type { Trace } from "../../core/routing/trace.ts";
import type { AttemptOutcome } from "../../core/health/outcome.ts";
import type { HealthAttempt } from "../../ports/health.ts";
import type { UsageEvent } from "../../ports/usage-sink.ts";
import type { Caller } from "../../core/caller.ts";
import type { Deps, Run } from "../deps.ts";
import type { Grounds } from "./resolve-policy.ts";

/** Who asked what. */
interface Asked {
  readonly caller: Caller;
  readonly asked: DecodedRequest;
}

/** What policy made of it. */
interface Decided {
  readonly route: LinkedRoute;
  readonly policy: LinkedPolicy;
  readonly trace: Trace | null;
}

/** How an answer ended. */
export interface Ending {
  readonly outcome: UsageEvent["outcome"];
  /** A failure after the answer had begun, or a defect noticed too late to act on. */
  readonly failure: FailureClass | null;
  readonly usage: Usage | null;
  readonly cache: UsageEvent["cache"];
}

type SettleDeps = Pick<Deps, "ledger" | "health" | "usage" | "alarms" | "control">;

interface BookedAttempt {
  readonly target: string;
  outcome: UsageEvent["attempts"][number]["outcome"];
}

/** Who was asked, and when; `health` is null where nothing was sent. */
interface Answering {
  readonly entry: BookedAttempt;
  readonly startedAt: number;
  readonly credential: string | null;
  readonly target: LinkedTarget;
  readonly health: HealthAttempt | null;
}

/** One attempt, as it is booked. */
export interface AttemptRecord {
  /** The first content came; whether it wins is not settled by that. */
  content(): void;
  failed(failure: Failure): void;
  /** Its answer is the one that the caller gets. */
  answered(): void;
  /** Another attempt has content before it: `isLate` where that began later. */
  abandoned(isLate: boolean): void;
}

/**
 * Stage: collects what a request did and books it exactly once, when its answer has ended: ledger, health, usage log. Never
 * fails a request and never counts a caller who left against a target.
 */
export class Settlement {
  readonly #deps: SettleDeps;
  readonly #run: Run;
  readonly #attempts: BookedAttempt[] = [];
  readonly #asked: Asked;
  #subject: (Asked & Decided) | null = null;
  #admitted: Promise<void> | null = null;
  #shadows: UsageEvent["shadows"] = [];
  #extraCostMicroUsd = 0;
  #lastFailure: FailureClass | null = null;
  /** Attempts whose end is not booked, the answering one among them. */
  readonly #open = new Set<Answering>();
  #answer: Answering | null = null;
  #booked = false;
  #onBooked: (() => void) | null = null;

  constructor(asked: Asked, deps: SettleDeps, run: Run) {
    this.#asked = asked;
    this.#deps = deps;
    this.#run = run;
  }

  /** @throws Error before the request was decided */
  get subject(): Asked & Decided {
    if (this.#subject === null) throw new Error("The request has not been decided yet.");
    return this.#subject;
  }

  /** The request has ended, one way or another. */
  get isBooked(): boolean {
    return this.#booked;
  }

  get attempts(): number {
    return this.#attempts.length;
  }

  get target(): LinkedTarget | null {
    return this.#answer?.target ?? null;
  }

  /** What the answer rests on. */
  get grounds(): Grounds {
    return { caller: this.#asked.caller, target: this.target?.id ?? null, credential: this.#answer?.credential ?? null };
  }

  /** What is booked from now on is booked by this decision. */
  decide({ policy, route, trace }: Decided): void {
    this.#subject = { ...this.#asked, policy, route, trace };
  }

  /** Admission happens once, however often a request is decided. */
  admit(reserve: () => Promise<void>): Promise<void> {
    this.#admitted ??= reserve();
    return this.#admitted;
  }

  /** What policies that are not enforced would have done. */
  shadowed(shadows: UsageEvent["shadows"]): void {
    this.#shadows = shadows;
  }

  /** An attempt is made. */
  begin({ credential, target }: NextAttempt): AttemptRecord {
    const startedAt = this.#run.now();
    const health = target.isWatched ? this.#deps.health.begin(target.id, credential.id, startedAt) : UNWATCHED;
    const entry: BookedAttempt = { target: target.label, outcome: "ok" };
    const asked: Answering = { entry, startedAt, target, credential: credential.id, health };
    this.#attempts.push(entry);
    this.#open.add(asked);
    return {
      content: () => health.content(this.#run.now()),
      failed: (failure) => {
        if (entry.outcome === "abandoned") return;
        this.#open.delete(asked);
        entry.outcome = failure.class;
        this.#lastFailure = failure.class;
        this.#learn(health, { kind: "failed", failure });
      },
      answered: () => {
        this.#answer = asked;
      },
      abandoned: (isLate) => {
        // It was slower than this at least; without the late ones, what counts as late would come ever earlier.
        if (isLate) health.late(this.#run.now());
        this.#abandon(asked);
      },
    };
  }

  /** We counted in the target's place. */
  estimatedBy(target: LinkedTarget): void {
    const entry: BookedAttempt = { target: target.label, outcome: "ok" };
    this.#attempts.push(entry);
    this.#answer = { entry, startedAt: this.#run.now(), target, credential: null, health: null };
  }

  /** The answer that had come is not given: what allowed it has changed. */
  withdraw(): void {
    if (this.#answer !== null) this.#abandon(this.#answer);
    this.#answer = null;
  }

  /** Nobody gets the answer of an attempt; what it cost is booked beside that of the one that is given. */
  #abandon(asked: Answering): void {
    const { entry, health, target } = asked;
    this.#open.delete(asked);
    entry.outcome = "abandoned";
    if (health === null) return;
    this.#learn(health, { kind: "left" });
    if (target.price !== null) this.#extraCostMicroUsd += costMicroUsd(this.estimate(0), target.price);
  }

  /** Our own count, flagged, for an answer whose usage no one reported. */
  estimate(outputCharacters: number): Usage {
    return estimateUsage(this.#asked.asked.text.length, outputCharacters);
  }

  /** Micro-USD of `usage` at the answering target; null when its price is not known. */
  cost(usage: Usage | null): number | null {
    const price = this.target?.price ?? null;
    return usage === null || price === null ? null : costMicroUsd(usage, price);
  }

  /** It has a place among the live streams already. */
  get holdsStream(): boolean {
    return this.#onBooked !== null;
  }

  /** `release` is called when the answer has ended, however it ended. */
  whenBooked(release: () => void): void {
    this.#onBooked = release;
  }

  /** `error`, once it is booked that the request ends in it; one of which nothing was asked is no entry in the log. */
  ending(error: unknown): unknown {
    if (this.#attempts.length > 0) this.book({ outcome: "failed", failure: this.#lastFailure, usage: null, cache: "bypass" });
    return error;
  }

  /** Books a request that ends in `error`, and throws it again. */
  refuse(error: unknown): never {
    this.book({ outcome: "failed", failure: this.#lastFailure, usage: null, cache: "bypass" });
    throw error;
  }

  /** The caller has left before an answer had begun. Where nothing was asked yet there is nothing to book. */
  leave(): void {
    if (this.#attempts.length === 0) return;
    this.#answer = null;
    this.book({ outcome: "client_left", failure: null, usage: null, cache: "bypass" });
  }

  /** Whoever is still being asked is asked in vain. */
  book(ending: Ending): void {
    if (this.#booked) return;
    this.#booked = true;
    this.#onBooked?.();
    for (const asked of this.#open) if (asked !== this.#answer) this.#abandon(asked);
    this.#reportAnswer(ending);
    const { usage } = ending;
    const now = this.#run.now();
    if (usage !== null && this.#asked.caller.limits.length > 0)
      this.#run.defer(this.#deps.ledger.settle(this.#run.requestId, usage, now));
    this.#deps.usage.record(this.#event(ending, now), (work) => this.#run.defer(work));
  }

  /** A copy that was sent elsewhere, with an entry of its own in the usage log. */
  bookCopy(target: LinkedTarget, { failure, usage }: { readonly failure: FailureClass | null; readonly usage: Usage }): void {
    const { price } = target;
    const original = this.#event(
      { outcome: failure === null ? "ok" : "failed", failure, usage, cache: "bypass" },
      this.#run.now(),
    );
    const copy: UsageEvent = {
      ...original,
      requestId: `${original.requestId}-mirror`,
      route: `${original.route}/mirror`,
      target: target.label,
      attempts: [{ target: target.label, outcome: failure ?? "ok" }],
      costMicroUsd: price === null ? null : costMicroUsd(usage, price),
      extraCostMicroUsd: 0,
      shadows: [],
    };
    this.#deps.usage.record(copy, (work) => this.#run.defer(work));
  }

  #reportAnswer({ failure, outcome, usage }: Ending): void {
    const { health = null, startedAt = 0 } = this.#answer ?? {};
    if (health === null) return;
    const durationMs = this.#run.now() - startedAt;
    if (outcome === "client_left") this.#learn(health, { kind: "left" });
    else if (outcome === "failed" && failure !== null) this.#learn(health, { kind: "failed", failure: interrupted(failure) });
    else this.#learn(health, { kind: "ok", outputTokens: usage?.outputTokens ?? 0, durationMs });
  }

  /** What shows that a target or a credential is out is told to the others at once, and to a person where one must act. */
  #learn(health: HealthAttempt, outcome: AttemptOutcome): void {
    const news = health.end(outcome, this.#run.now(), this.#run.draw());
    if (news === null) return;
    this.#run.defer(this.#deps.control.refresh(this.#run));
    if (news.refusedCredential !== null) {
      this.#deps.alarms.raise({ kind: "credential_refused", subject: news.refusedCredential, at: this.#run.now() });
    }
  }

  #event(ending: Ending, now: number): UsageEvent {
    const { asked, caller, policy, route } = this.subject;
    return {
      requestId: this.#run.requestId,
      at: this.#run.startedAt,
      tenant: caller.tenant,
      consumer: caller.consumer,
      keyId: caller.keyId,
      operation: asked.operation,
      model: asked.model,
      route: route.id,
      target: this.target?.label ?? null,
      attempts: this.#attempts,
      stream: asked.stream,
      outcome: ending.outcome,
      failure: ending.failure,
      usage: ending.usage,
      costMicroUsd: ending.cache === "hit-exact" ? 0 : this.cost(ending.usage),
      extraCostMicroUsd: this.#extraCostMicroUsd,
      shadows: this.#shadows,
      cache: ending.cache,
      policy: policy.stamp,
      durationMs: now - this.#run.startedAt,
    };
  }
}

const UNWATCHED: HealthAttempt = { content: () => undefined, late: () => undefined, end: () => null };

/** A failure after the answer had begun, of which only the class is known. */
function interrupted(failureClass: FailureClass): Failure {
  return { class: failureClass, status: 200, message: "", param: null, code: null, retryAfterSeconds: null };
}
