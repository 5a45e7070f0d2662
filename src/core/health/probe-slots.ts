import type { GrantNotice, ProbeNotice } from "./hub-messages.ts";

/** Time in which a permit may be used. */
const SLOT_MS = 2_000;
/** Between two probes of a target, whoever sends them. */
const SPACING_MS = 1_000;
/** By whose word alone a target is out gives way to others that asked so lately. */
const OTHERS_MS = 30_000;

interface Slot {
  readonly id: number;
  readonly isolateId: string;
  readonly from: number;
  readonly until: number;
}

/**
 * Permits to probe one target: one isolate at a time, each in a slot of its own, the next slot a second after the probe. A
 * slot of which nothing was heard counts as used in its last moment.
 */
export class ProbeSlots {
  #slot: Slot | null = null;
  #lastId = 0;
  #nextFrom: number;
  #accuser: string | null = null;
  #othersAskedAt = -Infinity;

  /** A hub that was started anew does not know who holds a permit: it waits until that is over. */
  constructor(startedAt: number) {
    this.#nextFrom = startedAt + SLOT_MS + SPACING_MS;
  }

  /** An isolate says which permit it used last, and whether it wants one. */
  heard(isolateId: string, { isWanted, usedAgoMs, usedGrant }: ProbeNotice, now: number): void {
    if (isWanted && isolateId !== this.#accuser) this.#othersAskedAt = now;
    const slot = this.#slot;
    if (slot === null || slot.isolateId !== isolateId || slot.id !== usedGrant) return;
    this.#slot = null;
    // The report took its time, so the probe began earlier than this: the spacing is kept.
    this.#nextFrom = now - usedAgoMs + SPACING_MS;
  }

  /** The target is out by that isolate's word. */
  distrust(isolateId: string): void {
    this.#accuser = isolateId;
  }

  /** A permit for an isolate that wants one, and again the one it has; null when it is not its turn. */
  grant(isolateId: string, now: number): Omit<GrantNotice, "targetId"> | null {
    const open = this.#slot !== null && now < this.#slot.until ? this.#slot : null;
    const slot = open ?? this.#next(isolateId, now);
    if (slot?.isolateId !== isolateId) return null;
    return { id: slot.id, afterMs: Math.max(0, slot.from - now), untilMs: slot.until - now };
  }

  #next(isolateId: string, now: number): Slot | null {
    const from = Math.max(now, this.#nextFrom);
    const isOthersTurn = isolateId === this.#accuser && now - this.#othersAskedAt < OTHERS_MS;
    if (isOthersTurn || from - now > SLOT_MS) return null;
    this.#lastId = Math.max(this.#lastId + 1, now);
    this.#slot = { id: this.#lastId, isolateId, from, until: from + SLOT_MS };
    this.#nextFrom = this.#slot.until + SPACING_MS;
    return this.#slot;
  }
}
