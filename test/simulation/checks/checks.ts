import type { FailureClass } from "../../../src/core/failure.ts";
import type { NextAttempt } from "../../../src/core/routing/attempt-sequence.ts";
import type { AttemptOutcome } from "../../../src/core/health/outcome.ts";
import type { HubQuestion, HubReply } from "../../../src/ports/health-hub.ts";
import type { LedgerAnswer, LedgerQuestion } from "../../../src/core/ledger/exchange.ts";
import type { Dispatch } from "../dispatch.ts";
import type { Exchange } from "../exchange.ts";
import type { HubSite } from "../hub-site.ts";
import type { Isolate } from "../isolate.ts";
import type { LedgerSite } from "../ledger-site.ts";
import type { Decision, Ending, Request } from "../request.ts";
import type { Scenario } from "../scenario.ts";
import type { TraceHash } from "../trace-hash.ts";
import type { Upstream } from "../upstream.ts";
import type { VirtualTime } from "../virtual-time.ts";
import { Answers } from "./answers.ts";
import { Availability } from "./availability.ts";
import { Budgets } from "./budgets.ts";
import { Contact } from "./contact.ts";
import { ControlCheck } from "./control-check.ts";
import { ExtraLoad } from "./extra-load.ts";
import { Pauses } from "./pauses.ts";
import { Recovery } from "./recovery.ts";
import { RotationCheck } from "./rotation.ts";
import type { Invariant, Violation } from "./violations.ts";

const MOST_VIOLATIONS = 20;

export interface Watched {
  readonly time: VirtualTime;
  readonly site: HubSite;
  readonly scenario: Scenario;
  readonly upstream: Upstream;
  readonly trace: TraceHash;
  readonly log: ((line: string) => void) | null;
}

/** What an answer of the hub could tell, as the invariants see it. */
interface Written {
  readonly life: number;
  readonly pauses: ReturnType<Pauses["written"]>;
  readonly fifths: ReturnType<RotationCheck["written"]>;
}

/** An answer as it is read. */
interface Read {
  readonly reply: HubReply;
  readonly written: Written;
  /** Administrators' decisions are taken from the first answer to a question alone. */
  readonly isFirst: boolean;
}

/** Everything that happens passes through here: it is hashed, told to whoever reads along, and held against every invariant. */
export class Checks {
  readonly violations: Violation[] = [];
  readonly counts = { requests: 0, attempts: 0, ok: 0, failed: 0, refused: 0, hedges: 0, probes: 0 };
  readonly recovery: Recovery;
  readonly #watched: Watched;
  readonly #load: ExtraLoad;
  readonly #pauses: Pauses;
  readonly #availability: Availability;
  readonly #rotation: RotationCheck;
  readonly #answers: Answers;
  readonly #control: ControlCheck;
  readonly #budgets: Budgets;
  readonly #contact: Contact;
  /** The newest report of each isolate that the hub has answered and the isolate has read. */
  readonly #readSeq = new Map<Isolate, number>();

  constructor(watched: Watched) {
    this.#watched = watched;
    const violate = (invariant: Invariant, what: string): void => this.#violate(invariant, what);
    this.#contact = new Contact(watched.scenario);
    this.#load = new ExtraLoad(violate);
    this.#pauses = new Pauses(violate);
    this.#availability = new Availability(violate, this.#pauses);
    this.#rotation = new RotationCheck(violate, { ...watched, contact: this.#contact });
    this.#answers = new Answers(violate);
    this.#control = new ControlCheck(violate, watched.site, this.#contact);
    this.#budgets = new Budgets(violate);
    this.recovery = new Recovery(violate);
  }

  requestBegan({ asked, isolate }: Request): void {
    this.counts.requests += 1;
    this.#contact.requestBegan(isolate, this.#now);
    this.#note(1, [isolate.index, asked.id], () => `r${asked.id} ${asked.caller} asks ${isolate.id} for ${asked.model}`);
  }

  decided(request: Request, decision: Decision): void {
    this.#availability.decided(request);
    this.#rotation.look(request.isolate, this.#now);
    this.#control.decided(request, decision);
  }

  withdrawn(request: Request, decision: Decision, exchange: Exchange): void {
    this.#control.withdrawn(request, decision, exchange);
    this.happened(`the answer of r${request.asked.id} is withdrawn`);
  }

  nobodyAsked(request: Request, decision: Decision, code: string): void {
    this.#availability.nobodyAsked(request, decision, code);
  }

  dispatched(isolate: Isolate): void {
    this.#load.dispatched(isolate);
  }

  attemptBegan(exchange: Exchange, dispatch: Dispatch, isBeside: boolean): void {
    this.counts.attempts += 1;
    if (isBeside) this.counts.hedges += 1;
    if (exchange.isProbe) this.counts.probes += 1;
    const { asked } = dispatch.request;
    const { credential, target } = exchange;
    const how = exchange.isProbe ? " as a probe" : isBeside ? " beside it" : "";
    this.#note(
      2,
      [asked.id, target, credential],
      () => `r${asked.id} attempt ${dispatch.attempts}: m${target} k${credential}${how}`,
    );
    this.#load.attempted(dispatch, isBeside);
    this.#pauses.began(exchange);
    this.#control.began(exchange);
    this.#rotation.began(exchange, dispatch);
  }

  attemptEnded(exchange: Exchange, outcome: AttemptOutcome): void {
    const what = outcome.kind === "failed" ? outcome.failure.class : outcome.kind;
    const { isolate, target } = exchange;
    this.#note(3, [isolate.index, target, what.length], () => `${isolate.id} attempt at m${target} ends: ${what}`);
    this.#availability.ended(exchange, outcome);
    this.#pauses.ended(exchange, outcome, this.#now);
    this.#rotation.ended(exchange, outcome, this.#now);
  }

  /** After a failure of this class the request goes on with `next`. */
  chosen(dispatch: Dispatch, after: FailureClass, next: NextAttempt | null): void {
    // A refused credential says nothing about load.
    if (next !== null && after !== "auth") this.#load.charged(dispatch.request.isolate);
    this.#availability.chosen(dispatch, after, next);
  }

  /** After its pause it goes on with `next`. */
  resumed(dispatch: Dispatch, after: FailureClass, next: NextAttempt | null): void {
    this.#availability.chosen(dispatch, after, next);
  }

  answerBegan(request: Request, exchange: Exchange): void {
    this.#answers.began(request, exchange);
    this.#control.answerBegan(request, exchange);
  }

  answerEnded(request: Request, exchange: Exchange, ending: Ending): void {
    this.#answers.ended(request, exchange, ending);
  }

  requestEnded(request: Request, ending: Ending): void {
    const what = ending.kind === "refused" ? ending.code : ending.kind;
    const { asked } = request;
    if (ending.kind === "ok") this.counts.ok += 1;
    else if (ending.kind === "refused") this.counts.refused += 1;
    else if (ending.kind === "failed") this.counts.failed += 1;
    this.#note(4, [asked.id, what.length], () => `r${asked.id} ends: ${what}`);
    this.recovery.requestEnded(request, ending);
  }

  exchanged(question: LedgerQuestion, answer: LedgerAnswer, now: number): void {
    this.#budgets.exchanged(question, answer, now);
  }

  /** When nothing goes on any more. */
  ended(books: LedgerSite): void {
    this.#budgets.end(books);
  }

  /** The hub has read what an isolate sent at `sentAt`. Returns what its answer can tell. */
  hubHeard({
    isolate,
    question,
    sentAt,
  }: {
    readonly isolate: Isolate;
    readonly question: HubQuestion;
    readonly sentAt: number;
  }): Written {
    this.#note(
      5,
      [isolate.index, question.report?.seq ?? 0],
      () => `the hub hears ${isolate.id}: report ${question.report?.seq ?? "none"}`,
    );
    if (question.report !== null) {
      this.#pauses.hubHeard(isolate, sentAt, this.#now);
      this.#rotation.hubHeard(isolate, sentAt);
    }
    return { life: this.#watched.site.life, pauses: this.#pauses.written(), fifths: this.#rotation.written() };
  }

  answerRead(isolate: Isolate, { isFirst, reply, written }: Read): void {
    const { control, health } = reply;
    this.#note(6, [isolate.index, health?.seq ?? 0], () => `${isolate.id} reads the answer to report ${health?.seq ?? "none"}`);
    this.#rotation.look(isolate, this.#now);
    if (isFirst && control !== null) this.#control.read(isolate, control);
    // One that is overtaken says nothing.
    if (health === null || health.seq < (this.#readSeq.get(isolate) ?? 0)) return;
    this.#readSeq.set(isolate, health.seq);
    this.#pauses.read(isolate, written.pauses, this.#now);
    this.#rotation.read(isolate, written.fifths);
  }

  hubRestarted(): void {
    this.#pauses.hubRestarted();
    this.#rotation.hubRestarted();
    this.happened("the hub is started anew");
  }

  changed(what: string): void {
    this.#control.changed(this.#now);
    this.happened(what);
  }

  /** Anything else that a reader wants to know. */
  happened(what: string): void {
    this.#note(7, [what.length], () => what);
  }

  get #now(): number {
    return this.#watched.time.now;
  }

  #note(kind: number, words: readonly number[], tell: () => string): void {
    const { log, trace } = this.#watched;
    trace.add(kind);
    trace.add(Math.floor(this.#now * 1_000));
    for (const word of words) trace.add(word);
    if (log !== null) log(`${(this.#now / 1_000).toFixed(3).padStart(9)}  ${tell()}`);
  }

  #violate(invariant: Invariant, what: string): void {
    if (this.#watched.log !== null) this.happened(`VIOLATION of ${invariant}: ${what}`);
    if (this.violations.length < MOST_VIOLATIONS) this.violations.push({ invariant, at: this.#now, what });
  }
}
