import type { Failure, FailureClass } from "../../core/failure.ts";
import type { AttemptOutcome } from "../../core/health/outcome.ts";
import type { LinkedTarget } from "../../core/policy/linked.ts";
import type { NextAttempt } from "../../core/routing/attempt-sequence.ts";
import { costMicroUsd, estimateUsage, type Usage } from "../../core/usage.ts";
import type { HealthAttempt } from "../../ports/health.ts";
import type { UsageAttempt } from "../../ports/usage-sink.ts";
import type { Deps, Run } from "../deps.ts";
import type { CredentialHold } from "./credential-hold.ts";

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

type BookedAttempt = { -readonly [Field in keyof UsageAttempt]: UsageAttempt[Field] };

/** Who was asked, and when; `credential` and `health` are null where nothing was sent. */
interface Asked {
  readonly entry: BookedAttempt;
  readonly startedAt: number;
  readonly target: LinkedTarget;
  readonly credential: string | null;
  readonly health: HealthAttempt | null;
  /** Of the credential's limits. */
  readonly hold: CredentialHold | null;
  /** Ends the exchange; null where nobody outside may. */
  readonly abort: (() => void) | null;
}

/** What an attempt takes with it. */
export type Begun = Pick<Asked, "hold" | "abort">;

type HealthDeps = Pick<Deps, "health" | "alarms" | "control">;

/** What one request asked of whom, for the usage log, and for health what it shows. Each attempt ends exactly once. */
export class BookedAttempts {
  readonly entries: BookedAttempt[] = [];
  lastFailure: FailureClass | null = null;
  readonly #deps: HealthDeps;
  readonly #run: Run;
  /** Of the request's text. */
  readonly #characters: number;
  /** Attempts that have not ended, the answering one among them. */
  readonly #open = new Set<Asked>();
  #answer: Asked | null = null;

  constructor(characters: number, deps: HealthDeps, run: Run) {
    this.#characters = characters;
    this.#deps = deps;
    this.#run = run;
  }

  /** Whose answer the caller gets; null while nobody's. */
  get answer(): Pick<Asked, "target" | "credential"> | null {
    return this.#answer;
  }

  /** What all but the answer have cost, as far as prices are known. Counted by us: nobody waited for what they would have said. */
  get extraCostMicroUsd(): number {
    return this.entries.reduce((sum, entry) => sum + (entry === this.#answer?.entry ? 0 : (entry.costMicroUsd ?? 0)), 0);
  }

  begin({ credential, target }: NextAttempt, { abort, hold }: Begun): AttemptRecord {
    const startedAt = this.#run.now();
    const health = target.isWatched ? this.#deps.health.begin(target.id, credential.id, startedAt) : UNWATCHED;
    const entry = newEntry(target);
    const asked: Asked = { entry, startedAt, target, credential: credential.id, health, hold, abort };
    this.entries.push(entry);
    this.#open.add(asked);
    return {
      content: () => health.content(this.#run.now()),
      failed: (failure) => {
        if (entry.outcome === "abandoned") return;
        this.#open.delete(asked);
        entry.outcome = failure.class;
        this.lastFailure = failure.class;
        if (isBilled(failure)) this.#charge(asked, this.estimate(0));
        hold?.end(entry.usage);
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
    const entry = newEntry(target);
    this.entries.push(entry);
    this.#answer = { entry, startedAt: this.#run.now(), target, credential: null, health: null, hold: null, abort: null };
  }

  /** The answer that has come is not given. */
  withdraw(): void {
    if (this.#answer !== null) this.#abandon(this.#answer);
    this.#answer = null;
  }

  /** Nobody waits any more for whoever is being asked, or for the rest of what has begun to come. */
  abandonAll(): void {
    this.withdraw();
    for (const asked of this.#open) {
      this.#abandon(asked);
      asked.abort?.();
    }
  }

  /** The answer's target reported this, and it is not believed. */
  claim(usage: Usage): void {
    const { entry, target } = this.#answer ?? {};
    if (entry === undefined || target === undefined) return;
    entry.claimed = usage;
    this.#deps.alarms.raise({ kind: "usage_implausible", subject: target.id, at: this.#run.now() });
  }

  /**
   * The request has ended: whoever is still being asked is asked in vain, and the answer, which used `usage`, shows how its
   * target does. `showing` says what, of an answer that took so many milliseconds.
   */
  end(usage: Usage | null, showing: (durationMs: number) => AttemptOutcome): void {
    for (const asked of this.#open) if (asked !== this.#answer) this.#abandon(asked);
    if (this.#answer !== null && usage !== null) this.#charge(this.#answer, usage);
    const { health = null, startedAt = 0 } = this.#answer ?? {};
    if (health !== null) this.#learn(health, showing(this.#run.now() - startedAt));
    this.#answer?.hold?.end(usage);
  }

  /** Attempts under way hold what they hold of their keys' limits for longer. */
  renewHolds(): void {
    for (const { hold } of this.#open) hold?.renew();
  }

  /** Our own count, flagged, for an answer whose usage no one reported. */
  estimate(outputCharacters: number): Usage {
    return estimateUsage(this.#characters, outputCharacters);
  }

  /** Nobody gets what it answers; what it cost is booked beside the cost of the answer that is given. */
  #abandon(asked: Asked): void {
    const { entry, health, hold } = asked;
    this.#open.delete(asked);
    entry.outcome = "abandoned";
    if (health === null) return;
    this.#learn(health, { kind: "left" });
    this.#charge(asked, this.estimate(0));
    hold?.end(entry.usage);
  }

  #charge({ entry, target }: Asked, usage: Usage): void {
    entry.usage = usage;
    entry.costMicroUsd = target.price === null ? null : costMicroUsd(usage, target.price);
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
}

function newEntry({ label }: LinkedTarget): BookedAttempt {
  return { target: label, outcome: "ok", usage: null, costMicroUsd: null };
}

/** It had taken the request, or was still at it when we stopped waiting: a provider may charge for that. */
function isBilled({ class: failureClass, status }: Failure): boolean {
  return status === 200 || failureClass === "timeout_ttft" || failureClass === "deadline";
}

const UNWATCHED: HealthAttempt = { content: () => undefined, late: () => undefined, end: () => null };
