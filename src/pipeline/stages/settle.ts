import { believe } from "../../core/believe-usage.ts";
import { type CacheState, hitState } from "../../core/cache/cache-state.ts";
import type { Why } from "../../core/cache/question.ts";
import type { StoredAnswer } from "../../core/cache/stored-answer.ts";
import type { Failure, FailureClass } from "../../core/failure.ts";
import type { NextAttempt } from "../../core/routing/attempt-sequence.ts";
import type { LinkedTarget } from "../../core/policy/linked.ts";
import { NOTHING_USED, type Used } from "../../core/ledger/book.ts";
import { costMicroUsd as costOf, type Usage, withOutput } from "../../core/usage.ts";
import { surfaceOf } from "../../dialects/index.ts";
import type { AttemptOutcome } from "../../core/health/outcome.ts";
import type { UsageEvent } from "../../ports/usage-sink.ts";
import type { Deps, Run } from "../deps.ts";
import type { Granted } from "../isolate-ledger.ts";
import type { Admission } from "./admit.ts";
import { type AttemptRecord, type Begun, BookedAttempts } from "./booked-attempts.ts";
import { LedgerEntry, RENEWALS_A_LEASE } from "./ledger-entry.ts";
import { bookedHit, chargeOfHit } from "./booked-hit.ts";
import type { Hit } from "./recall.ts";
import type { Grounds } from "./resolve-policy.ts";
import { type Asked, type Copy, copyOf, type Decided, type Ending, type Subject, usageEventOf } from "./usage-event.ts";

/** How a copy ended. */
interface CopyEnding {
  readonly target: LinkedTarget;
  readonly failure: FailureClass | null;
  /** Null where nobody reported it. */
  readonly usage: Usage | null;
}

type SettleDeps = Pick<Deps, "books" | "expectedOutput" | "health" | "usage" | "alarms" | "control">;

/**
 * Stage: collects what a request did and books it exactly once, when its answer has ended: ledger, health, usage log. Never
 * fails a request and never counts a caller who left against a target.
 */
export class Settlement {
  readonly #deps: SettleDeps;
  readonly #run: Run;
  readonly #attempts: BookedAttempts;
  readonly #asked: Asked;
  #subject: Subject | null = null;
  readonly #entry: LedgerEntry;
  #shadows: UsageEvent["shadows"] = [];
  #booked = false;
  /** Of the answer, as far as it has come. */
  #outputCharacters = 0;
  #usage: Usage | null = null;
  #cache: CacheState = "bypass";
  #why: Why | null = null;
  /** What is given in the place of an upstream's answer. */
  #hit: Hit | null = null;
  #isAbandoned = false;
  #holdsStream = false;
  readonly #whenEnded: ((isSound: boolean) => void)[] = [];

  constructor(asked: Asked, deps: SettleDeps, run: Run) {
    this.#asked = asked;
    this.#deps = deps;
    this.#run = run;
    this.#entry = new LedgerEntry({ caller: asked.caller, books: deps.books, run });
    this.#attempts = new BookedAttempts(asked.asked.text.length, deps, run);
  }

  /** @throws Error before the request was decided */
  get subject(): Subject {
    if (this.#subject === null) throw new Error("The request has not been decided yet.");
    return this.#subject;
  }

  /** The request has ended, one way or another. */
  get isBooked(): boolean {
    return this.#booked;
  }

  /** It has ended, and was charged more than that it was a request. */
  get isCharged(): boolean {
    return this.#entry.isCharged;
  }

  get attempts(): number {
    return this.#attempts.entries.length;
  }

  /** Who was asked last, as responses name it; null while nobody was. */
  get lastAsked(): string | null {
    return this.#attempts.entries.at(-1)?.target ?? null;
  }

  /** What the answer was when it had ended; null before, and where an upstream gave none. */
  get answered(): Pick<StoredAnswer, "target" | "usage" | "costMicroUsd"> | null {
    const { target } = this;
    if (target === null || this.#usage === null) return null;
    return { target: target.label, usage: this.#usage, costMicroUsd: this.#cost(this.#usage) };
  }

  get target(): LinkedTarget | null {
    return this.#attempts.answer?.target ?? null;
  }

  /** What the answer rests on. */
  get grounds(): Grounds {
    const { caller } = this.#asked;
    const hit = this.#hit;
    if (hit !== null) return { caller, target: `${caller.tenant}/${hit.stored.target}`, credential: null, isStored: true };
    const { credential = null } = this.#attempts.answer ?? {};
    return { caller, target: this.target?.id ?? null, credential, isStored: false };
  }

  /** Nobody else is to be asked: it has ended, or is answered from the cache. */
  get isClosed(): boolean {
    return this.#booked || this.#isAbandoned;
  }

  get cache(): CacheState {
    return this.#cache;
  }

  /** Nothing is given from the cache, so far; `why`, as far as that is known: `shadow` where something was proposed, and only learnt from. */
  missed(why: Why | null): void {
    this.#cache = (why?.tier ?? null) === null ? "miss" : "shadow";
    this.#why = why;
  }

  /** What the store said of its look-up; null where it said nothing. */
  get why(): Why | null {
    return this.#hit === null ? this.#why : this.#hit.why;
  }

  /** It is answered from the cache: whoever is being asked is asked in vain, and let go. */
  recalled(hit: Hit): void {
    this.#hit = hit;
    this.#cache = hitState(hit.tier);
    this.#isAbandoned = true;
    this.#attempts.abandonAll();
  }

  /** What is booked from now on is booked by this decision. */
  decide({ policy, route, trace }: Decided): void {
    this.#subject = { ...this.#asked, policy, route, trace };
  }

  /** Admission happens once, however often a request is decided. */
  admit(open: () => Admission): Admission {
    return this.#entry.admit(() => {
      const admission = open();
      this.#run.watchdog.every(admission.opening.leaseMs / RENEWALS_A_LEASE, () => this.renew(this.#outputCharacters));
      return admission;
    });
  }

  /** How the caller's limits stand; null until that is known. */
  get grant(): Granted | null {
    return this.#entry.grant;
  }

  /** Still under way, so many characters of its answer having come: what it holds of the caller's limits is held for longer. */
  renew(outputCharacters: number): void {
    if (this.#booked) return;
    this.#attempts.renewHolds();
    this.#outputCharacters = outputCharacters;
    this.#entry.renew(() => this.#used({ usage: this.#attempts.estimate(outputCharacters) }));
  }

  /** What policies that are not enforced would have done. */
  shadowed(shadows: UsageEvent["shadows"]): void {
    this.#shadows = shadows;
  }

  /** An attempt is made. */
  begin(at: NextAttempt, begun: Begun): AttemptRecord {
    return this.#attempts.begin(at, begun);
  }

  /** We counted in the target's place. */
  estimatedBy(target: LinkedTarget): void {
    this.#attempts.estimatedBy(target);
  }

  /** The answer that had come is not given: what allowed it has changed. */
  withdraw(): void {
    this.#hit = null;
    this.#cache = "bypass";
    this.#why = null;
    this.#isAbandoned = false;
    this.#attempts.withdraw();
    this.#end(false);
  }

  /** What an answer of so many characters is charged: what was reported, as far as that can be; else our own count, flagged. */
  usageOf(reported: Usage | null, outputCharacters: number): Usage {
    const { target } = this;
    const { asked } = this.#asked;
    if (asked.operation === "count_tokens" && reported !== null) return reported;
    // A prompt without tokens is nobody's count.
    if (reported === null || target === null || reported.inputTokens === 0) return this.#attempts.estimate(outputCharacters);
    const { capabilities } = target;
    const told = withOutput(reported, outputCharacters);
    const believed = believe(told, {
      inputText: asked.text,
      outputCharacters,
      choices: asked.choices,
      maxOutputTokens: surfaceOf(asked.surface).maxOutputTokens(asked),
      model: { ...target, mayReason: capabilities === null || capabilities.has("reasoning") },
    });
    if (believed.estimated && !told.estimated) this.#attempts.claim(reported);
    return believed;
  }

  /** Micro-USD of an answer that used so much, with what was tried beside it; null when the answering target's price is not known. */
  cost(usage: Usage): number | null {
    const answerMicroUsd = this.#cost(usage);
    return answerMicroUsd === null ? null : answerMicroUsd + this.#attempts.extraCostMicroUsd;
  }

  /** Of an answer from the cache, what its route charges for it. */
  #cost(usage: Usage | null): number | null {
    if (this.#hit !== null) return chargeOfHit(this.#hit).microUsd;
    const price = this.target?.price ?? null;
    return usage === null || price === null ? null : costOf(usage, price);
  }

  /** It has a place among the live streams already. */
  get holdsStream(): boolean {
    return this.#holdsStream;
  }

  /** `release` is called when the answer has ended, however it ended. */
  holdStream(release: () => void): void {
    this.#holdsStream = true;
    this.whenEnded(release);
  }

  /** `end` is called once when the answer has ended or is not given after all; `isSound`: whole, and nothing was wrong with it. */
  whenEnded(end: (isSound: boolean) => void): void {
    this.#whenEnded.push(end);
  }

  /** `error`, once it is booked that the request ends in it; one of which nothing was asked is no entry in the log. */
  ending(error: unknown): unknown {
    if (this.#attempts.entries.length > 0) this.book({ outcome: "failed", failure: this.#attempts.lastFailure, usage: null });
    else {
      this.#entry.release();
      this.#end(false);
    }
    return error;
  }

  /** Books a request that ends in `error`, and throws it again. */
  refuse(error: unknown): never {
    this.book({ outcome: "failed", failure: this.#attempts.lastFailure, usage: null });
    throw error;
  }

  /** The caller has left before an answer had begun. Where nothing was asked yet there is nothing to book. */
  leave(): void {
    if (this.#attempts.entries.length === 0) {
      this.#entry.release();
      this.#end(false);
      return;
    }
    this.#attempts.withdraw();
    this.book({ outcome: "client_left", failure: null, usage: null });
  }

  /** Whoever is still being asked is asked in vain. */
  book(ending: Ending): void {
    if (this.#booked) return;
    this.#booked = true;
    this.#usage = ending.usage;
    this.#attempts.end(ending.usage, (durationMs) => outcomeOf(ending, durationMs));
    const event = this.#event(ending);
    this.#learnLength(ending);
    this.#entry.close(this.#used(ending), event);
    this.#deps.usage.record(event, (work) => this.#run.defer(work));
    this.#end(ending.outcome === "ok" && ending.failure === null);
  }

  #end(isSound: boolean): void {
    this.#holdsStream = false;
    for (const end of this.#whenEnded.splice(0)) end(isSound);
  }

  /** An answer from the cache is a request, and what its route charges for it; what was never sent is none. */
  #used({ usage }: Pick<Ending, "usage">): Used {
    if (this.#attempts.entries.length === 0 && this.#hit === null) return NOTHING_USED;
    const answered = usage === null ? 0 : usage.inputTokens + usage.outputTokens;
    const tokens = this.#hit === null ? answered : chargeOfHit(this.#hit).tokens;
    return { requests: 1, tokens, microUsd: (this.#cost(usage) ?? 0) + this.#attempts.extraCostMicroUsd };
  }

  /** How long answers of the model are, as the provider counts them. */
  #learnLength({ outcome, usage }: Ending): void {
    const { choices, model, operation } = this.#asked.asked;
    if (outcome !== "ok" || usage === null || usage.estimated || operation !== "chat" || this.#hit !== null) return;
    this.#deps.expectedOutput.learn(model, usage.outputTokens / choices);
  }

  /** What was asked beside the request, with an entry and a row of its own: nobody is charged. */
  bookCopy(kind: Copy["kind"], { failure, target, usage: reported }: CopyEnding): void {
    const usage = reported ?? this.#attempts.estimate(0);
    const outcome = failure === null ? "ok" : "failed";
    const copy = copyOf(this.#event({ outcome, failure, usage }), { kind, target, usage });
    this.#entry.bookBeside(copy.requestId, copy);
    this.#deps.usage.record(copy, (work) => this.#run.defer(work));
  }

  #event(ending: Ending): UsageEvent {
    const hit = this.#hit === null ? null : bookedHit(this.#hit, this.#run.now() - this.#run.startedAt);
    const booked = {
      attempts: this.#attempts,
      cache: this.#cache,
      costMicroUsd: this.#cost(ending.usage),
      hit,
      shadows: this.#shadows,
    };
    return usageEventOf(ending, { ...this.subject, ...booked }, this.#run);
  }
}

/** What an answer that ended like this shows of its target. */
function outcomeOf({ failure, outcome, usage }: Ending, durationMs: number): AttemptOutcome {
  if (outcome === "client_left") return { kind: "left" };
  if (outcome === "failed" && failure !== null) return { kind: "failed", failure: interrupted(failure) };
  return { kind: "ok", outputTokens: usage?.outputTokens ?? 0, durationMs };
}

/** A failure after the answer had begun, of which only the class is known. */
function interrupted(failureClass: FailureClass): Failure {
  return { class: failureClass, status: 200, message: "", param: null, code: null, retryAfterSeconds: null };
}
