import { believe } from "../../core/believe-usage.ts";
import type { Failure, FailureClass } from "../../core/failure.ts";
import type { NextAttempt } from "../../core/routing/attempt-sequence.ts";
import type { LinkedTarget } from "../../core/policy/linked.ts";
import { NOTHING_USED, type Used } from "../../core/ledger/book.ts";
import { costMicroUsd as costOf, type Usage } from "../../core/usage.ts";
import { surfaceOf } from "../../dialects/index.ts";
import type { AttemptOutcome } from "../../core/health/outcome.ts";
import type { UsageEvent } from "../../ports/usage-sink.ts";
import type { Deps, Run } from "../deps.ts";
import type { Granted } from "../isolate-ledger.ts";
import type { Admission } from "./admit.ts";
import { type AttemptRecord, BookedAttempts } from "./booked-attempts.ts";
import type { CredentialHold } from "./credential-hold.ts";
import { LedgerEntry, RENEWALS_A_LEASE } from "./ledger-entry.ts";
import type { Grounds } from "./resolve-policy.ts";
import { type Asked, copyOf, type Decided, type Ending, type Subject, usageEventOf } from "./usage-event.ts";

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
  #onBooked: (() => void) | null = null;

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

  get target(): LinkedTarget | null {
    return this.#attempts.answer?.target ?? null;
  }

  /** What the answer rests on. */
  get grounds(): Grounds {
    return { caller: this.#asked.caller, target: this.target?.id ?? null, credential: this.#attempts.answer?.credential ?? null };
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
    this.#entry.renew(() => this.#used({ usage: this.#attempts.estimate(outputCharacters), cache: "bypass" }));
  }

  /** What policies that are not enforced would have done. */
  shadowed(shadows: UsageEvent["shadows"]): void {
    this.#shadows = shadows;
  }

  /** An attempt is made. */
  begin(at: NextAttempt, hold: CredentialHold | null): AttemptRecord {
    return this.#attempts.begin(at, hold);
  }

  /** We counted in the target's place. */
  estimatedBy(target: LinkedTarget): void {
    this.#attempts.estimatedBy(target);
  }

  /** The answer that had come is not given: what allowed it has changed. */
  withdraw(): void {
    this.#attempts.withdraw();
  }

  /** What an answer of so many characters is charged: what was reported, as far as that can be; else our own count, flagged. */
  usageOf(reported: Usage | null, outputCharacters: number): Usage {
    const { target } = this;
    const { asked } = this.#asked;
    if (asked.operation === "count_tokens" && reported !== null) return reported;
    // A prompt without tokens is nobody's count.
    if (reported === null || target === null || reported.inputTokens === 0) return this.#attempts.estimate(outputCharacters);
    const { capabilities } = target;
    const believed = believe(reported, {
      inputText: asked.text,
      outputCharacters,
      choices: asked.choices,
      maxOutputTokens: surfaceOf(asked.surface).maxOutputTokens(asked),
      model: { ...target, mayReason: capabilities === null || capabilities.has("reasoning") },
    });
    if (believed.estimated && !reported.estimated) this.#attempts.claim(reported);
    return believed;
  }

  /** Micro-USD of an answer that used so much, with what was tried beside it; null when the answering target's price is not known. */
  cost(usage: Usage): number | null {
    const answerMicroUsd = this.#cost(usage);
    return answerMicroUsd === null ? null : answerMicroUsd + this.#attempts.extraCostMicroUsd;
  }

  #cost(usage: Usage | null): number | null {
    const price = this.target?.price ?? null;
    return usage === null || price === null ? null : costOf(usage, price);
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
    if (this.#attempts.entries.length > 0)
      this.book({ outcome: "failed", failure: this.#attempts.lastFailure, usage: null, cache: "bypass" });
    else this.#entry.release();
    return error;
  }

  /** Books a request that ends in `error`, and throws it again. */
  refuse(error: unknown): never {
    this.book({ outcome: "failed", failure: this.#attempts.lastFailure, usage: null, cache: "bypass" });
    throw error;
  }

  /** The caller has left before an answer had begun. Where nothing was asked yet there is nothing to book. */
  leave(): void {
    if (this.#attempts.entries.length === 0) {
      this.#entry.release();
      return;
    }
    this.#attempts.withdraw();
    this.book({ outcome: "client_left", failure: null, usage: null, cache: "bypass" });
  }

  /** Whoever is still being asked is asked in vain. */
  book(ending: Ending): void {
    if (this.#booked) return;
    this.#booked = true;
    this.#onBooked?.();
    this.#attempts.end(ending.usage, (durationMs) => outcomeOf(ending, durationMs));
    const event = this.#event(ending);
    this.#learnLength(ending);
    this.#entry.close(this.#used(ending), event);
    this.#deps.usage.record(event, (work) => this.#run.defer(work));
  }

  /** An answer from the cache is a request, and nothing more; what was never sent is none. */
  #used({ cache, usage }: Pick<Ending, "usage" | "cache">): Used {
    if (cache === "hit-exact") return { ...NOTHING_USED, requests: 1 };
    if (this.#attempts.entries.length === 0) return NOTHING_USED;
    const tokens = usage === null ? 0 : usage.inputTokens + usage.outputTokens;
    return { requests: 1, tokens, microUsd: (this.#cost(usage) ?? 0) + this.#attempts.extraCostMicroUsd };
  }

  /** How long answers of the model are, as the provider counts them. */
  #learnLength({ outcome, usage }: Ending): void {
    const { choices, model, operation } = this.#asked.asked;
    if (outcome !== "ok" || usage === null || usage.estimated || operation !== "chat") return;
    this.#deps.expectedOutput.learn(model, usage.outputTokens / choices);
  }

  /** A copy that was sent elsewhere, with an entry and a row of its own: nobody is charged. */
  bookCopy(
    target: LinkedTarget,
    { failure, usage: reported }: { readonly failure: FailureClass | null; readonly usage: Usage | null },
  ): void {
    const usage = reported ?? this.#attempts.estimate(0);
    const outcome = failure === null ? "ok" : "failed";
    const copy = copyOf(this.#event({ outcome, failure, usage, cache: "bypass" }), target, usage);
    this.#entry.bookBeside(copy.requestId, copy);
    this.#deps.usage.record(copy, (work) => this.#run.defer(work));
  }

  #event(ending: Ending): UsageEvent {
    const costMicroUsd = ending.cache === "hit-exact" ? 0 : this.#cost(ending.usage);
    const booked = { attempts: this.#attempts, costMicroUsd, shadows: this.#shadows };
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
