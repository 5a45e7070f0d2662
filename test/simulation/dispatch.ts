import type { Failure, FailureClass } from "../../src/core/failure.ts";
import type { NextAttempt } from "../../src/core/routing/attempt-sequence.ts";
import type { Plan } from "../../src/pipeline/stages/plan.ts";
import { inPanic } from "./checks/pools.ts";
import { type Exchange, toFailure } from "./exchange.ts";
import type { Decision, Request } from "./request.ts";
import type { SimulatedRun } from "./run.ts";
import type { World } from "./world.ts";

export interface Dispatched {
  readonly decision: Decision;
  readonly plan: Plan;
  /** By the isolate's clock. */
  readonly deadline: number;
  readonly run: SimulatedRun;
}

/** An attempt, and perhaps a second one beside it. */
interface Race {
  readonly exchanges: Exchange[];
  readonly failures: { readonly at: NextAttempt; readonly failure: Failure }[];
  isDecided: boolean;
}

/** `dispatch.ts`, `hedge.ts` and `ask-target.ts` as events: asks one target after the other until one answers. */
export class Dispatch {
  /** Attempts made so far. */
  attempts = 0;
  /** Targets asked so far. */
  readonly asked = new Set<string>();
  /** Ids of credentials that were refused to it. */
  readonly refused = new Set<string>();
  readonly input: Dispatched;
  readonly request: Request;
  /** Targets out of rotation that could be asked in panic when it was planned. */
  readonly panic: ReadonlySet<string>;
  readonly #world: World;

  constructor(request: Request, input: Dispatched, world: World) {
    this.request = request;
    this.input = input;
    this.#world = world;
    this.panic = inPanic(request.isolate, input.decision);
  }

  start(): void {
    const { plan, run } = this.input;
    const { isolate } = this.request;
    isolate.retryBudget.recordFirst(run.startedAt);
    isolate.hedgeBudget.recordRequest();
    this.#world.checks.dispatched(isolate);
    this.#askHedged(plan.first);
  }

  #askHedged(at: NextAttempt): void {
    const delayMs = this.#hedgeDelay(at);
    const race: Race = { exchanges: [], failures: [], isDecided: false };
    const first = this.#ask(at, race, false);
    if (delayMs === null) return;
    this.request.isolate.after(delayMs, () => {
      if (first.state === "open" && !race.isDecided) this.#askSecond(race);
    });
  }

  #hedgeDelay({ target }: NextAttempt): number | null {
    const { hedge, timeouts } = this.input.decision.route;
    const { asked, isolate } = this.request;
    if (hedge === null || !asked.isStream) return null;
    const usualMs = isolate.view.ttftMs(target.id, hedge.afterPercentile, isolate.now);
    const delayMs = usualMs === null ? null : Math.max(hedge.minDelayMs, usualMs);
    return delayMs === null || delayMs >= timeouts.ttftMs ? null : delayMs;
  }

  #askSecond(race: Race): void {
    const { isolate } = this.request;
    const { sequence } = this.input.plan;
    if (!sequence.hasAnother()) return;
    const at = sequence.beside(isolate.now);
    if (at === null) return;
    if (isolate.hedgeBudget.tryTake()) this.#ask(at, race, true);
    else sequence.giveBack(at);
  }

  #ask(at: NextAttempt, race: Race, isBeside: boolean): Exchange {
    const { checks, time, upstream } = this.#world;
    const { isolate } = this.request;
    const limitMs = (this.input.deadline - isolate.now) / this.input.plan.sequence.shares;
    const target = Number(at.target.model.slice(1));
    const credential = Number(at.credential.name.slice(1));
    const isProbe = isolate.permit === at.target.id;
    isolate.permit = null;
    const exchange: Exchange = {
      isolate,
      at,
      target,
      credential,
      isProbe,
      panic: inPanic(isolate, this.input.decision),
      health: isolate.view.begin(at.target.id, at.credential.id, isolate.now),
      reaction: upstream.begin(target, credential, time.now),
      begunAt: time.now,
      state: "open",
    };
    this.attempts += 1;
    this.asked.add(at.target.id);
    race.exchanges.push(exchange);
    isolate.open.add(exchange);
    checks.attemptBegan(exchange, this, isBeside);
    this.#react(exchange, race, limitMs);
    return exchange;
  }

  /** What comes of it, or its time is up before. */
  #react(exchange: Exchange, race: Race, limitMs: number): void {
    const { asked, isolate } = this.request;
    const { timeouts } = this.input.decision.route;
    const { reaction } = exchange;
    const mostMs = asked.isStream ? Math.min(timeouts.ttftMs, limitMs) : limitMs;
    const fail = (failure: Failure): void => this.#failed(exchange, race, failure);
    if (limitMs <= 0) {
      fail(toFailure("deadline"));
      return;
    }
    const late = (): void => fail(toFailure(isolate.now >= this.input.deadline ? "deadline" : "timeout_ttft"));
    if (reaction.kind === "hangs" || (reaction.kind === "fails" && reaction.afterMs >= mostMs)) isolate.after(mostMs, late);
    else if (reaction.kind === "fails") {
      const { afterMs, retryAfterSeconds, status } = reaction;
      isolate.after(afterMs, () => fail(toFailure(reaction.class, status, retryAfterSeconds)));
    } else {
      const contentMs = asked.isStream ? reaction.contentMs : reaction.endMs;
      if (contentMs >= mostMs) isolate.after(mostMs, late);
      else if (reaction.isCut && !asked.isStream) isolate.after(contentMs, () => fail(toFailure("connection")));
      else isolate.after(contentMs, () => this.#hasContent(exchange, race));
    }
  }

  #hasContent(exchange: Exchange, race: Race): void {
    if (exchange.state !== "open") return;
    const { isolate } = this.request;
    exchange.state = "content";
    exchange.health.content(isolate.now);
    race.isDecided = true;
    for (const other of race.exchanges) {
      if (other === exchange || other.state === "over") continue;
      // It was slower than this at least.
      if (other.begunAt < exchange.begunAt) other.health.late(isolate.now);
      this.request.settle(other, { kind: "left" });
    }
    this.request.answered(exchange);
  }

  #failed(exchange: Exchange, race: Race, failure: Failure): void {
    if (exchange.state !== "open") return;
    this.request.settle(exchange, { kind: "failed", failure });
    race.failures.push({ at: exchange.at, failure });
    if (failure.class === "auth" || failure.class === "quota_exhausted") this.refused.add(exchange.at.credential.id);
    if (race.isDecided || race.failures.length < race.exchanges.length) return;
    race.isDecided = true;
    this.#goOn(race.failures);
  }

  #goOn(failures: Race["failures"]): void {
    const { isolate } = this.request;
    const { sequence } = this.input.plan;
    isolate.isBudgetSpent = false;
    let next: NextAttempt | null = null;
    let after: FailureClass | null = null;
    for (const { at, failure } of failures) {
      next = sequence.next(failure, isolate.now, at);
      after = failure.class;
      if (sequence.isOver) break;
    }
    if (after === null) throw new Error("Nothing failed.");
    this.#world.checks.chosen(this, after, next);
    this.#go(next, after);
  }

  #go(next: NextAttempt | null, after: FailureClass): void {
    const { isolate } = this.request;
    if (next === null) this.request.failed();
    else if (next.delayMs === 0) this.#askHedged(next);
    else
      isolate.after(next.delayMs, () => {
        const resumed = this.input.plan.sequence.resume(next, isolate.now);
        this.#world.checks.resumed(this, after, resumed);
        this.#go(resumed, after);
      });
  }
}
