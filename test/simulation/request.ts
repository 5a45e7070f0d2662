import type { Caller } from "../../src/core/caller.ts";
import { FairleadError } from "../../src/core/errors.ts";
import type { LinkedPolicy, LinkedRoute } from "../../src/core/policy/linked.ts";
import type { RouteFacts } from "../../src/core/routing/route-facts.ts";
import { selectRoute } from "../../src/core/routing/select-route.ts";
import type { Kills } from "../../src/core/routing/target-view.ts";
import { chargesOf, planCharges } from "../../src/core/ledger/charge-request.ts";
import type { CompiledLimit } from "../../src/core/policy/compiled-consumer.ts";
import { estimateUsage, type Usage } from "../../src/core/usage.ts";
import type { Grant, Opened } from "../../src/pipeline/isolate-ledger.ts";
import { keepFresh } from "../../src/pipeline/stages/keep-fresh.ts";
import { stillAllows } from "../../src/pipeline/stages/resolve-policy.ts";
import { type Plan, plan } from "../../src/pipeline/stages/plan.ts";
import { Dispatch } from "./dispatch.ts";
import { type Exchange, toFailure } from "./exchange.ts";
import type { Isolate } from "./isolate.ts";
import { TENANT } from "./policies.ts";
import { SimulatedRun } from "./run.ts";
import type { World } from "./world.ts";

/** What a caller asks for. */
export interface Asked {
  readonly id: number;
  readonly caller: string;
  readonly model: string;
  readonly isStream: boolean;
  /** Characters of the request: what it is expected to cost. */
  readonly characters: number;
  readonly limits: readonly CompiledLimit[];
}

/** How a request ended, as its caller was told. */
export type Ending =
  | { readonly kind: "ok" }
  /** The answer had begun. */
  | { readonly kind: "interrupted" }
  | { readonly kind: "left" }
  /** Every attempt failed. */
  | { readonly kind: "failed" }
  /** A code of `ERROR_TABLE`, or `over_budget` where admission refused. */
  | { readonly kind: "refused"; readonly code: string };

/** By what a request was decided. */
export interface Decision {
  readonly policy: LinkedPolicy;
  readonly kills: Kills;
  readonly route: LinkedRoute;
  readonly facts: RouteFacts;
}

const LEAVING_SHARE = 0.03;
const LEASE_MS = 20_000;
const EXPECTED_TOKENS = 600;

/**
 * One request as `chat.ts` leads it through its stages, without bytes: the decisions are those of the code itself (`keepFresh`,
 * `plan`, and behind them `core`), the order and what waits for what is repeated here as events.
 */
export class Request {
  readonly asked: Asked;
  readonly isolate: Isolate;
  /** True time. */
  readonly beganAt: number;
  readonly #world: World;
  readonly #run: SimulatedRun;
  readonly #facts: RouteFacts;
  #isGateOpen = true;
  #decision: Decision | null = null;
  #answer: Exchange | null = null;
  #admission: Opened | null = null;
  #grant: Grant | null = null;
  #usage: Usage = estimateUsage(0, 0);
  #isOver = false;

  constructor(world: World, isolate: Isolate, asked: Asked) {
    this.#world = world;
    this.isolate = isolate;
    this.asked = asked;
    this.beganAt = world.time.now;
    this.#run = new SimulatedRun(`r${asked.id}`, isolate, world);
    this.#facts = toFacts(asked, this.#run);
  }

  begin(): void {
    this.#world.checks.requestBegan(this);
    this.#openWith(keepFresh({ control: this.isolate.control }, this.#run));
    this.#decide();
  }

  #openWith(gate: Promise<void> | null): void {
    if (gate === null) return;
    this.#isGateOpen = false;
    void gate.then(() => {
      this.#isGateOpen = true;
      this.#respondWhenReady();
    });
  }

  /** `resolve-policy.ts`, then `plan.ts` and `dispatch.ts`, and admission beside it. */
  #decide(): void {
    const { asked, isolate } = this;
    const caller = `${TENANT}/${asked.caller}`;
    const policy = isolate.policies.forCaller(caller);
    const kills = isolate.control.kills();
    const rules = policy.findRules(TENANT, asked.model);
    if (kills.callers.has(caller)) return this.#end({ kind: "refused", code: "caller_disabled" });
    if (kills.models.has(`${TENANT}/${asked.model}`)) return this.#end({ kind: "refused", code: "model_disabled" });
    const route = selectRoute(rules?.rules ?? [], this.#facts, null);
    if (route === null) throw new Error(`No route serves ${asked.model}.`);
    const decision = { policy, kills, route, facts: this.#facts };
    this.#decision = decision;
    this.#world.checks.decided(this, decision);
    if (asked.limits.length === 0) return this.#dispatch(decision);
    const { isSerial } = this.#admit();
    if (!isSerial || this.#grant !== null) this.#dispatch(decision);
  }

  /** `plan.ts` and `dispatch.ts`. */
  #dispatch(decision: Decision): void {
    const deadline = this.#run.startedAt + decision.route.timeouts.totalMs;
    const planned = this.#plan(decision, deadline);
    if (planned === null) return;
    const dispatch = new Dispatch(this, { decision, plan: planned, deadline, run: this.#run }, this.#world);
    dispatch.start();
  }

  #plan(decision: Decision, deadline: number): Plan | null {
    const { control, retryBudget, view: health } = this.isolate;
    try {
      return plan(
        { ...decision, access: null, preferences: null, deadline, trace: null },
        { control, health, retryBudget },
        this.#run,
      );
    } catch (error) {
      if (!(error instanceof FairleadError)) throw error;
      this.#world.checks.nobodyAsked(this, decision, error.code);
      this.#end({ kind: "refused", code: error.code });
      return null;
    }
  }

  /** `admit.ts`: once, however often the request is decided. Near a limit nothing is sent before it is granted. */
  #admit(): Opened {
    if (this.#admission !== null) return this.#admission;
    const { asked, isolate } = this;
    const charging = planCharges(asked.limits, { tenant: TENANT, model: asked.model, priority: "interactive" });
    const tokens = estimateUsage(asked.characters, 0).inputTokens;
    const floor = { requests: 1, tokens, microUsd: 0, concurrency: 0 };
    const charges = chargesOf(charging, { floor, amount: { ...floor, tokens: tokens + EXPECTED_TOKENS, concurrency: 1 } });
    const opening = { id: this.#run.requestId, charges, leaseMs: LEASE_MS, facts: null };
    const opened = isolate.books.open({ tenant: TENANT, opening, accounts: charging.accounts, isStrict: false }, this.#run);
    this.#admission = opened;
    void opened.granted.then((grant) => {
      this.#grant = grant;
      if (this.#isOver) this.#close();
      else if (grant.kind !== "granted") this.#refuseAdmission();
      else if (opened.isSerial && this.#decision !== null) this.#dispatch(this.#decision);
      else this.#respondWhenReady();
    });
    return opened;
  }

  /** The answer, if it has come or comes yet, is nobody's. */
  #refuseAdmission(): void {
    const answer = this.#answer;
    this.#end({ kind: "refused", code: "over_budget" });
    if (answer !== null) this.#letGo(answer);
  }

  /** From dispatch: the first content has come. */
  answered(exchange: Exchange): void {
    if (this.#isOver) {
      this.#letGo(exchange);
      return;
    }
    this.#answer = exchange;
    this.#respondWhenReady();
  }

  /** From dispatch: nobody is left to ask. */
  failed(): void {
    this.#end({ kind: "failed" });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The answer waits for admission, and where what is known is old, for what is new. */
  #respondWhenReady(): void {
    const isAdmitted = this.asked.limits.length === 0 || this.#grant?.kind === "granted";
    if (this.#answer === null || !isAdmitted || this.#isOver) return;
    if (this.#isGateOpen) this.#respond(this.#answer);
  }

  #respond(answer: Exchange): void {
    const { isolate } = this;
    const decision = this.#decision;
    if (decision === null) throw new Error("What was not decided has no answer.");
    const policy = isolate.policies.forCaller(`${TENANT}/${this.asked.caller}`);
    const now = { kills: isolate.control.kills(), policy, purgedAt: 0 };
    const { credential, target } = answer.at;
    const grounds = { caller: this.#facts.caller, target: target.id, credential: credential.id, isStored: false };
    if (!stillAllows({ ...decision, purgedAt: 0 }, now, grounds)) {
      // What was learnt meanwhile forbids what was decided.
      this.#world.checks.withdrawn(this, decision, answer);
      this.#answer = null;
      this.#letGo(answer);
      this.#decide();
      return;
    }
    this.#world.checks.answerBegan(this, answer);
    this.#finishLater(answer);
  }

  /** `respond.ts` and `settle.ts`: a stream goes on until it ends, is cut, or its caller leaves. */
  #finishLater(answer: Exchange): void {
    const { random, scenario, time } = this.#world;
    const { reaction } = answer;
    if (reaction.kind !== "answers") throw new Error("What failed has no end.");
    const endsAt = Math.max(time.now, answer.begunAt + reaction.endMs);
    if (this.asked.isStream && random.chance(LEAVING_SHARE) && time.now < scenario.calmFrom) {
      time.at(random.between(time.now, endsAt), () => this.#finish(answer, { kind: "left" }));
      return;
    }
    time.at(endsAt, () => this.#finish(answer, reaction.isCut ? { kind: "interrupted" } : { kind: "ok" }));
  }

  #finish(answer: Exchange, ending: Ending): void {
    if (!this.isolate.isAlive || answer.state === "over") return;
    const durationMs = this.isolate.now - this.#run.startedAt;
    this.#world.checks.answerEnded(this, answer, ending);
    if (ending.kind === "left") this.settle(answer, { kind: "left" });
    else if (ending.kind === "interrupted") this.settle(answer, { kind: "failed", failure: toFailure("stream_cut", 200) });
    else this.settle(answer, { kind: "ok", outputTokens: 40, durationMs });
    if (ending.kind === "ok") this.#usage = estimateUsage(this.asked.characters, this.#world.random.whole(1, 4_000));
    this.#end(ending);
  }

  /** `settle.ts`: the books hear what was used, once they have said whether it is granted. */
  #close(): void {
    if (this.#grant?.kind !== "granted") return;
    const { inputTokens, outputTokens } = this.#usage;
    const used = { requests: 1, tokens: inputTokens + outputTokens, microUsd: 0 };
    const closing = { id: this.#run.requestId, ...this.#grant.unheard, used, facts: null };
    this.isolate.books.tell(TENANT, { kind: "settled", closing }, this.#run);
  }

  #letGo(exchange: Exchange): void {
    if (exchange.state !== "over") this.settle(exchange, { kind: "left" });
  }

  /** `Settlement.#learn`: an attempt has ended, which may be news. */
  settle(exchange: Exchange, outcome: Parameters<Exchange["health"]["end"]>[0]): void {
    const { checks, upstream } = this.#world;
    exchange.state = "over";
    this.isolate.open.delete(exchange);
    upstream.end(exchange.target);
    const news = exchange.health.end(outcome, this.#run.now(), this.#run.draw());
    checks.attemptEnded(exchange, outcome);
    if (news !== null) void this.isolate.control.refresh(this.#run);
  }

  #end(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.isolate.isAlive) this.#close();
    this.#world.checks.requestEnded(this, ending);
  }
}

function toFacts(asked: Asked, run: SimulatedRun): RouteFacts {
  return {
    caller: callerOf(asked),
    model: asked.model,
    operation: "chat",
    path: run.path,
    headers: run.headers,
    stream: asked.isStream,
    tokens: asked.characters / 4,
    features: { messages: 1, maxTokens: 0, tools: false, images: false, audio: false, jsonSchema: false, reasoning: false },
    prefix: "",
    place: { region: null, zone: null },
    now: run.startedAt,
  };
}

function callerOf({ caller, limits }: Asked): Caller {
  return {
    tenant: TENANT,
    consumer: caller,
    keyId: `key-${caller}`,
    roles: [],
    tags: {},
    limits,
    isStrict: false,
    access: { allow: [], block: [] },
  };
}
