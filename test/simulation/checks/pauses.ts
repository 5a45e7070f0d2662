import type { AttemptOutcome } from "../../../src/core/health/outcome.ts";
import type { Exchange } from "../exchange.ts";
import type { Isolate } from "../isolate.ts";
import { PerIsolate } from "./per-isolate.ts";
import type { Violate } from "./violations.ts";

/** Without a usable wait a credential rests for a second at least, and for a minute where its quota is used up. */
const LEAST_WAIT_SECONDS = 1;
const QUOTA_WAIT_SECONDS = 60;
const MOST_WAIT_SECONDS = 300;
const REFUSED_MS = 29_800;
/** A refusal in the time of an ejection is part of it, and no ejection is longer. */
const SERIES_MS = 330_000;
/** The hub does not pass on what is over before others could hear of it. */
const WORTH_TELLING_MS = 1_100;
/** Clocks of different machines differ by so much of the time that is told. */
const DRIFT = 0.005;

/** A pause that somebody was asked for, in true time. */
interface Pause {
  readonly key: string;
  readonly toldAt: number;
  readonly until: number;
}

/** What one isolate was told itself, by its own clock, and has heard from others, in true time. */
interface Known {
  readonly own: Map<string, number>;
  readonly heard: Map<string, number>;
  /** Told to it, and not yet at the hub. */
  untold: Pause[];
  /** When the refusals of a credential began, true time, until it is accepted. */
  readonly refusedAt: Map<string, number>;
}

/** I4: who is asked to wait waits; who has heard of it waits too. */
export class Pauses {
  readonly #violate: Violate;
  readonly #known = new PerIsolate<Known>(() => ({ own: new Map(), heard: new Map(), untold: [], refusedAt: new Map() }));
  /** Every pause that the hub has heard of since it was started. */
  #atHub: Pause[] = [];
  /** When the last series of refusals of a credential began, true time. */
  readonly #refusals = new Map<string, number>();
  /** Keys that were ever asked to pause or refused. */
  readonly ever = new Set<string>();

  constructor(violate: Violate) {
    this.#violate = violate;
  }

  began({ at, begunAt, isolate }: Exchange): void {
    const { heard, own, refusedAt } = this.#known.of(isolate);
    const { now } = isolate;
    for (const key of keysOf(at.target.id, at.credential.id)) {
      const early = (own.get(key) ?? 0) - now;
      if (early > 0) this.#violate("I4", `${isolate.id} uses ${key} ${early} ms before the time it was asked to wait for`);
      const heardUntil = heard.get(key) ?? 0;
      if (begunAt < heardUntil)
        this.#violate(
          "I4",
          `${isolate.id} uses ${key} ${Math.ceil(heardUntil - begunAt)} ms early although it has heard of the pause`,
        );
    }
    const refusedMs = begunAt - (refusedAt.get(at.credential.id) ?? -Infinity);
    if (refusedMs < REFUSED_MS)
      this.#violate("I4", `${isolate.id} uses ${at.credential.id} ${Math.floor(refusedMs)} ms after it was refused`);
  }

  ended({ at, isolate }: Exchange, outcome: AttemptOutcome, trueNow: number): void {
    const known = this.#known.of(isolate);
    if (outcome.kind === "ok") known.refusedAt.delete(at.credential.id);
    if (outcome.kind !== "failed") return;
    const { failure } = outcome;
    if (failure.class === "auth") {
      this.ever.add(at.credential.id);
      known.refusedAt.set(at.credential.id, this.#seriesOf(at.credential.id, trueNow));
      return;
    }
    const key = pausedBy(failure, at.target.id, at.credential.id);
    if (key === null) return;
    const least = failure.class === "quota_exhausted" ? QUOTA_WAIT_SECONDS : LEAST_WAIT_SECONDS;
    const waitMs = Math.min(MOST_WAIT_SECONDS, failure.retryAfterSeconds ?? least) * 1_000;
    known.own.set(key, Math.max(known.own.get(key) ?? 0, isolate.now + waitMs));
    known.untold.push({ key, toldAt: trueNow, until: trueNow + waitMs * (1 - DRIFT) });
    this.ever.add(key);
  }

  /** The hub has read a report that the isolate sent at `sentAt`. */
  hubHeard(isolate: Isolate, sentAt: number, now: number): void {
    const known = this.#known.of(isolate);
    const told = known.untold.filter(({ toldAt }) => toldAt <= sentAt);
    if (told.length === 0) return;
    known.untold = known.untold.filter(({ toldAt }) => toldAt > sentAt);
    this.#atHub = [...this.#atHub, ...told.filter(({ until }) => until - now > WORTH_TELLING_MS)];
  }

  /** What an answer that is written now tells. */
  written(): readonly Pause[] {
    return this.#atHub;
  }

  read(isolate: Isolate, pauses: readonly Pause[], now: number): void {
    const { heard } = this.#known.of(isolate);
    for (const { key, until } of pauses) if (until > now) heard.set(key, Math.max(heard.get(key) ?? 0, until));
  }

  hubRestarted(): void {
    this.#atHub = [];
  }

  /** When a credential was first refused, of refusals that are parts of one: what others have said may be known already. */
  #seriesOf(credentialId: string, now: number): number {
    const known = this.#refusals.get(credentialId) ?? -Infinity;
    const since = now - known < SERIES_MS ? known : now;
    this.#refusals.set(credentialId, since);
    return since;
  }
}

function keysOf(targetId: string, credentialId: string): readonly string[] {
  return [`${targetId} ${credentialId}`, credentialId];
}

/** What a failure asks to pause: a credential at a target, a credential everywhere, or nothing. */
function pausedBy(
  failure: Extract<AttemptOutcome, { kind: "failed" }>["failure"],
  targetId: string,
  credentialId: string,
): string | null {
  switch (failure.class) {
    case "quota_exhausted":
      return credentialId;
    case "rate_limited":
    case "shed":
    case "evicted":
      return `${targetId} ${credentialId}`;
    case "overloaded":
      return failure.status === 529 || failure.retryAfterSeconds !== null ? `${targetId} ${credentialId}` : null;
    default:
      return null;
  }
}
