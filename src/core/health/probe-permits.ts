import type { ProbeNotice } from "./hub-messages.ts";
import type { Moment } from "./moment.ts";

/** How often a request probes where no hub says who may. */
const LOCAL_PROBABILITY = 0.05;
const LOCAL_EVERY_MS = 1_000;

/** A permit to send one probe, in this isolate's time. */
export interface ProbeGrant {
  /** Later ones have higher numbers. */
  readonly id: number;
  readonly from: number;
  readonly until: number;
}

/** Probes of one target that this isolate may send, wants to send and has sent. */
export class ProbePermits {
  #grant: ProbeGrant | null = null;
  #usedGrant = 0;
  #usedAt = -Infinity;
  #isWanted = false;
  #hasAsked = false;
  #isTaken = false;
  #underWay = 0;

  /** Forgets what belonged to the ejection before. */
  restart(): void {
    this.#isWanted = false;
    this.#hasAsked = false;
    this.#isTaken = false;
  }

  /** Takes a permit if there is one now. While the hub answers it gives them, else chance does. */
  tryTake({ draw, now }: Moment, isHubLive: boolean): boolean {
    if (!(isHubLive ? this.#hasGrant(now) : this.#hasLuck(now, draw))) {
      this.#isWanted = true;
      return false;
    }
    if (isHubLive) this.#usedGrant = this.#grant?.id ?? 0;
    this.#usedAt = now;
    this.#isTaken = true;
    return true;
  }

  /** True once for each probe that is wanted and that the hub has not heard of. */
  takeAsking(): boolean {
    if (!this.#isWanted || this.#hasAsked) return false;
    this.#hasAsked = true;
    return true;
  }

  give(grant: ProbeGrant): void {
    if (grant.id > (this.#grant?.id ?? 0)) this.#grant = grant;
  }

  /** An attempt begins; returns whether it is the probe that was allowed. */
  begun(): boolean {
    const isProbe = this.#isTaken;
    this.#isTaken = false;
    if (isProbe) this.#underWay += 1;
    return isProbe;
  }

  /** A probe has ended: another one is wanted, unless its end has settled the matter. */
  ended(): void {
    this.#underWay -= 1;
    this.#isWanted = true;
    this.#hasAsked = false;
  }

  /** For the hub; null when there is nothing to tell. */
  takeNews(now: number): ProbeNotice | null {
    const isWanted = this.#isWanted;
    this.#isWanted = false;
    if (!isWanted && this.#usedGrant === 0) return null;
    return { isWanted, usedGrant: this.#usedGrant, usedAgoMs: this.#usedGrant === 0 ? 0 : Math.max(0, now - this.#usedAt) };
  }

  #hasGrant(now: number): boolean {
    const grant = this.#grant;
    return grant !== null && grant.id > this.#usedGrant && grant.from <= now && now < grant.until;
  }

  #hasLuck(now: number, draw: number): boolean {
    return draw < LOCAL_PROBABILITY && this.#underWay === 0 && now - this.#usedAt >= LOCAL_EVERY_MS;
  }
}
