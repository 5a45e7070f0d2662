import { type ControlState, type GenerationRef, INITIAL_CONTROL, type Kill } from "../../../src/core/control/control-state.ts";
import { stickyDraw } from "../../../src/core/routing/affinity.ts";
import type { Exchange } from "../exchange.ts";
import type { HubSite } from "../hub-site.ts";
import type { Isolate } from "../isolate.ts";
import { BUNDLED, TENANT } from "../policies.ts";
import type { Decision, Request } from "../request.ts";
import type { Contact } from "./contact.ts";
import { PerIsolate } from "./per-isolate.ts";
import type { Violate } from "./violations.ts";

const KILL_MS = 10_000;

/** What one isolate has heard of administrators' decisions. */
interface Heard {
  /** In the order of their revisions; the first stands for what it was built with. */
  readonly states: ControlState[];
  /** The same in the order in which they came. */
  readonly heard: ControlState[];
  /** The state that it has been seen to follow. */
  followed: number;
  /** By caller: the state that decided its last request. */
  readonly callers: Map<string, number>;
}

/** I9: what administrators decided is kept to, and nothing goes back. */
export class ControlCheck {
  readonly #violate: Violate;
  readonly #site: HubSite;
  readonly #contact: Contact;
  readonly #heard = new PerIsolate<Heard>(() => ({ states: [INITIAL_CONTROL], heard: [], followed: 0, callers: new Map() }));
  /** How many states an isolate had heard when it decided. */
  readonly #heardBefore = new WeakMap<Decision, number>();
  /** What a state says is switched off. */
  readonly #keys = new WeakMap<ControlState, ReadonlySet<string>>();
  /** When the kills that hold now were made, true time, by kind and id. */
  readonly #killedAt = new Map<string, number>();

  constructor(violate: Violate, site: HubSite, contact: Contact) {
    this.#violate = violate;
    this.#site = site;
    this.#contact = contact;
  }

  changed(now: number): void {
    const held = new Set(this.#site.state.kills.map(keyOf));
    for (const key of this.#killedAt.keys()) if (!held.has(key)) this.#killedAt.delete(key);
    for (const key of held) if (!this.#killedAt.has(key)) this.#killedAt.set(key, now);
  }

  read(isolate: Isolate, state: ControlState): void {
    const { heard, states } = this.#heard.of(isolate);
    if (states.some(({ revision }) => revision === state.revision)) return;
    heard.push(state);
    states.push(state);
    states.sort((left, right) => left.revision - right.revision);
  }

  /** What serves is what some state says that was heard, and none from before one that was followed already. */
  decided({ asked, isolate }: Request, decision: Decision): void {
    const heard = this.#heard.of(isolate);
    this.#heardBefore.set(decision, heard.heard.length);
    const { policy } = decision;
    const stable = isolate.policies.current();
    const from = Math.max(heard.followed, heard.callers.get(asked.caller) ?? 0);
    const follows = (state: ControlState): boolean =>
      state.revision >= from && stampOf(state.head.stable) === stable.stamp && serves(state, asked.caller) === policy.stamp;
    const found = heard.states.find(follows);
    if (found === undefined) {
      const last = heard.states.find(({ revision }) => revision === from);
      const head = last === undefined ? "nothing" : JSON.stringify(last.head);
      this.#violate("I9", `${asked.caller} is served ${policy.stamp} beside ${stable.stamp} in ${isolate.id} after ${head}`);
      return;
    }
    // Whatever this caller gets, the others may still be told apart by a state between.
    heard.callers.set(asked.caller, found.revision);
    const served = heard.states.find((state) => state.revision >= heard.followed && stampOf(state.head.stable) === stable.stamp);
    heard.followed = served?.revision ?? heard.followed;
  }

  /** An answer that had come is thrown away only where something was heard meanwhile that forbids what had been decided. */
  withdrawn({ asked, isolate }: Request, decision: Decision, { at }: Exchange): void {
    const { heard } = this.#heard.of(isolate);
    const named = new Set([`target ${at.target.id}`, `credential ${at.credential.id}`, `caller ${TENANT}/${asked.caller}`]);
    // Any model may have given the target to the one that was asked for.
    const isNew = (kill: Kill): boolean => kill.kind === "model" && !decision.kills.models.has(kill.id);
    const forbids = (state: ControlState): boolean =>
      serves(state, asked.caller) !== decision.policy.stamp || state.kills.some((kill) => named.has(keyOf(kill)) || isNew(kill));
    const since = heard.slice(this.#heardBefore.get(decision) ?? 0);
    const serving = isolate.policies.forCaller(`${TENANT}/${asked.caller}`);
    if (!since.some(forbids) && serving.stamp === decision.policy.stamp)
      this.#violate("I9", `the answer of r${asked.id} is thrown away in ${isolate.id} although nothing forbids it`);
  }

  /** A target or a credential is asked: not later than its time after it was switched off, by whoever has heard or must have. */
  began({ at, begunAt, isolate }: Exchange): void {
    const heard = this.#heardKills(isolate);
    if (heard.size === 0 && this.#killedAt.size === 0) return;
    for (const key of [`target ${at.target.id}`, `credential ${at.credential.id}`]) {
      const since = this.#killedAt.get(key) ?? Infinity;
      if (begunAt - since <= KILL_MS) continue;
      if (heard.has(key) || this.#contact.hasAsked(isolate, { since, now: begunAt }))
        this.#violate("I9", `${key} is asked by ${isolate.id} ${inSeconds(begunAt - since)} after it was switched off`);
    }
  }

  /** Nobody who has heard of a kill gives an answer that it forbids, nor to a request that began later than its time after it. */
  answerBegan({ asked, beganAt, isolate }: Request, { at }: Exchange): void {
    const heard = this.#heardKills(isolate);
    if (heard.size === 0 && this.#killedAt.size === 0) return;
    const caller = `caller ${TENANT}/${asked.caller}`;
    const model = `model ${TENANT}/${asked.model}`;
    for (const key of [`target ${at.target.id}`, `credential ${at.credential.id}`, caller, model]) {
      if (heard.has(key)) this.#violate("I9", `${key} answers in ${isolate.id} although that has heard that it is switched off`);
      const since = this.#killedAt.get(key) ?? Infinity;
      if (beganAt - since > KILL_MS && this.#contact.isSure(isolate, since))
        this.#violate(
          "I9",
          `${key} answers a request of ${isolate.id} that began ${inSeconds(beganAt - since)} after it was switched off`,
        );
    }
  }

  #heardKills(isolate: Isolate): ReadonlySet<string> {
    const newest = this.#heard.of(isolate).states.at(-1) ?? INITIAL_CONTROL;
    const known = this.#keys.get(newest) ?? new Set(newest.kills.map(keyOf));
    this.#keys.set(newest, known);
    return known;
  }
}

function keyOf({ id, kind }: Kill): string {
  return `${kind} ${id}`;
}

function stampOf(ref: GenerationRef | null): string {
  const { digest, epoch, generation } = ref ?? BUNDLED;
  return `${epoch}.${generation}-${digest}`;
}

/** The policy that a caller gets: always the same one of two as long as the share stays. */
function serves({ head: { canary, stable } }: ControlState, caller: string): string {
  const isTried = canary !== null && stickyDraw(`rollout ${canary.digest}`, `${TENANT}/${caller}`) < canary.share;
  return stampOf(isTried ? canary : stable);
}

function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
