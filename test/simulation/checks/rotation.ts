import type { AttemptOutcome } from "../../../src/core/health/outcome.ts";
import type { Dispatch } from "../dispatch.ts";
import type { Exchange } from "../exchange.ts";
import type { HubSite } from "../hub-site.ts";
import type { Isolate } from "../isolate.ts";
import type { Upstream } from "../upstream.ts";
import { countsAgainstTarget } from "./availability.ts";
import type { Contact } from "./contact.ts";
import { PerIsolate } from "./per-isolate.ts";
import type { Violate } from "./violations.ts";

const FAILURES_IN_ROW = 5;
const SPREAD_MS = 5_000;
/** A target stays in or out of rotation for at least as long, by the slowest clock. */
const DWELL_MS = 10_050;
/** Probes come at most once a second, by clocks that differ a little. */
const PROBE_EVERY_MS = 990;
/** Without an answer of the hub for so long an isolate is on its own. */
const TRUST_MS = 10_000;

/**
 * The hub does not believe one isolate that had no success in ten seconds against ten attempts of others of which four in five
 * succeeded, as they were reported: at most ten seconds after they ended. Each of the others then finds out by itself.
 */
const CONTRADICTING_SUCCESSES = 8;
const RECENT_MS = 10_000;
/** Between an outcome and its report, where there is traffic. */
const REPORT_MS = 3_000;

/** An isolate whose word alone was refuted is not believed for five minutes, which begin when the target comes back. */
const DOUBT_MS = 400_000;

/** An isolate has seen a target fail five times in a row that answers nothing since `deadSince`. True times. */
interface Fifth {
  readonly target: number;
  readonly targetId: string;
  readonly deadSince: number;
  readonly at: number;
  readonly by: Isolate;
  /** The target was out of its rotation lately: its word alone may have been refuted then. */
  readonly isDoubtful: boolean;
}

/** An answer of a target. */
interface Success {
  readonly target: number;
  readonly by: Isolate;
  readonly at: number;
}

/** A target as one isolate has seen it. */
interface Seen {
  isReady: boolean;
  readySince: number;
  deadSince: number | null;
  inRow: number;
}

interface Memory {
  readonly seen: Seen[];
  /** What it has seen itself or heard, by target: the latest. */
  readonly fifths: Map<number, Fifth>;
  untold: Fifth[];
}

/** I6: what a target that answers nothing is asked. */
export class RotationCheck {
  readonly #violate: Violate;
  readonly #upstream: Upstream;
  readonly #site: HubSite;
  readonly #contact: Contact;
  readonly #memories = new PerIsolate<Memory>(() => ({ seen: [], fifths: new Map(), untold: [] }));
  #atHub: Fifth[] = [];
  #all: Fifth[] = [];
  #successes: Success[] = [];
  readonly #probedAt = new Map<string, number>();
  /** Attempts at what was out of the isolate's rotation: their failures are told of with that ejection, and make no new one. */
  readonly #outside = new WeakSet<Exchange>();

  constructor(
    violate: Violate,
    { contact, site, upstream }: { readonly upstream: Upstream; readonly site: HubSite; readonly contact: Contact },
  ) {
    this.#violate = violate;
    this.#upstream = upstream;
    this.#site = site;
    this.#contact = contact;
  }

  began(exchange: Exchange, dispatch: Dispatch): void {
    const { begunAt, isProbe, isolate, target } = exchange;
    this.look(isolate, begunAt);
    if (!this.#seenOf(isolate, target).isReady) this.#outside.add(exchange);
    if (isProbe) {
      this.#probed(exchange);
      return;
    }
    const deadSince = this.#upstream.deadSince(target, begunAt);
    if (deadSince === null) return;
    const fifth = this.#boundBy(isolate, target, deadSince) ?? this.#missed(isolate, target, begunAt);
    if (fifth === null || begunAt < fifth.at + SPREAD_MS) return;
    const { readySince } = this.#seenOf(isolate, target);
    if (begunAt < readySince + DWELL_MS) return;
    const { id } = exchange.at.target;
    if (dispatch.panic.has(id) || exchange.panic.has(id)) return;
    const seconds = ((begunAt - fifth.at) / 1_000).toFixed(1);
    this.#violate(
      "I6",
      `r${dispatch.request.asked.id} of ${isolate.id} asks ${id} ${seconds} s after its fifth failure in ${fifth.by.id}`,
    );
  }

  ended(exchange: Exchange, outcome: AttemptOutcome, now: number): void {
    const { at, begunAt, isolate, target } = exchange;
    this.look(isolate, now);
    const seen = this.#seenOf(isolate, target);
    if (outcome.kind === "ok") {
      seen.inRow = 0;
      this.#successes.push({ target, by: isolate, at: now });
    }
    const deadSince = this.#outside.has(exchange) ? null : this.#upstream.deadSince(target, now);
    if (deadSince === null || begunAt < deadSince || begunAt <= seen.readySince || !countsAgainstTarget(outcome)) return;
    if (seen.deadSince !== deadSince) seen.inRow = 0;
    seen.deadSince = deadSince;
    seen.inRow += 1;
    if (seen.inRow !== FAILURES_IN_ROW) return;
    const isDoubtful = now - seen.readySince < DOUBT_MS;
    const fifth = { target, targetId: at.target.id, deadSince, at: now, by: isolate, isDoubtful };
    const memory = this.#memories.of(isolate);
    memory.fifths.set(target, fifth);
    if (this.#isContradicted(fifth)) return;
    memory.untold.push(fifth);
    if (!isDoubtful) this.#all.push(fifth);
  }

  #isContradicted({ at, by, target }: Fifth): boolean {
    this.#successes = this.#successes.filter((success) => at - success.at < 2 * RECENT_MS);
    const here = this.#successes.filter((success) => success.target === target);
    if (here.some((success) => success.by === by && at - success.at < RECENT_MS - REPORT_MS)) return false;
    return here.filter((success) => success.by !== by).length >= CONTRADICTING_SUCCESSES;
  }

  hubHeard(isolate: Isolate, sentAt: number): void {
    const memory = this.#memories.of(isolate);
    if (memory.untold.length === 0) return;
    const told = memory.untold.filter(({ at }) => at <= sentAt);
    memory.untold = memory.untold.filter(({ at }) => at > sentAt);
    const isEjected = (id: string): boolean =>
      this.#site.hub.answer("an onlooker", this.#site.now).ejected.some(({ targetId }) => targetId === id);
    this.#atHub = [...this.#atHub, ...told.filter(({ isDoubtful, targetId }) => !isDoubtful || isEjected(targetId))];
  }

  written(): readonly Fifth[] {
    return this.#atHub;
  }

  read(isolate: Isolate, fifths: readonly Fifth[]): void {
    const memory = this.#memories.of(isolate);
    for (const fifth of fifths) {
      const known = memory.fifths.get(fifth.target);
      if (known === undefined || known.deadSince < fifth.deadSince) memory.fifths.set(fifth.target, fifth);
    }
  }

  hubRestarted(): void {
    this.#atHub = [];
  }

  /** What binds an isolate: what it saw or heard of this outage since the target came back into its rotation. */
  #boundBy(isolate: Isolate, target: number, deadSince: number): Fifth | null {
    const fifth = this.#memories.of(isolate).fifths.get(target);
    if (fifth?.deadSince !== deadSince || fifth.at < this.#seenOf(isolate, target).readySince) return null;
    return fifth;
  }

  /** What an isolate should have heard of by now, because nothing was in the way. */
  #missed(isolate: Isolate, target: number, now: number): Fifth | null {
    const deadSince = this.#upstream.deadSince(target, now);
    const found = this.#all.find(
      (fifth) =>
        fifth.target === target &&
        fifth.deadSince === deadSince &&
        fifth.at >= this.#seenOf(isolate, target).readySince &&
        this.#contact.isSure(fifth.by, fifth.at) &&
        this.#contact.hasAsked(isolate, { since: fifth.at, now }),
    );
    return found ?? null;
  }

  #probed({ at, begunAt, isolate }: Exchange): void {
    const isAlone = isolate.health.snapshot(isolate.now).hubSilentMs >= TRUST_MS;
    const key = isAlone ? `${at.target.id} ${isolate.id}` : at.target.id;
    const sinceMs = begunAt - (this.#probedAt.get(key) ?? -Infinity);
    if (sinceMs < PROBE_EVERY_MS)
      this.#violate("I6", `${at.target.id} is probed ${sinceMs.toFixed(0)} ms after the last probe by ${isolate.id}`);
    this.#probedAt.set(key, begunAt);
  }

  /** Notes which targets came back into an isolate's rotation. */
  look(isolate: Isolate, now: number): void {
    for (const [target, { id }] of isolate.targets.entries()) {
      const seen = this.#seenOf(isolate, target);
      const isReady = isolate.view.standing(id, isolate.now) === "ready";
      if (isReady && !seen.isReady) {
        seen.readySince = now;
        seen.inRow = 0;
      }
      seen.isReady = isReady;
    }
  }

  #seenOf(isolate: Isolate, target: number): Seen {
    const { seen } = this.#memories.of(isolate);
    return (seen[target] ??= { isReady: true, readySince: -Infinity, deadSince: null, inRow: 0 });
  }
}
