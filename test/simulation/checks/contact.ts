import type { Isolate } from "../isolate.ts";
import type { Scenario } from "../scenario.ts";

/** What an isolate knows may be so old before it asks beside a request, and an answer takes so long at most. */
const REFRESH_MS = 4_000;
const ROUND_TRIP_MS = 1_200;
const PROMPT_JITTER_MS = 20;

/** Who must have heard of something because nothing was in the way of messages. */
export class Contact {
  readonly #isPrompt: boolean;
  readonly #requests = new Map<Isolate, number[]>();

  constructor({ hubOutages, hubRestarts, network }: Scenario) {
    const { jitterMs, lateShare, lostShare } = network;
    const isSound = hubOutages.length === 0 && hubRestarts.length === 0;
    this.#isPrompt = isSound && lostShare === 0 && lateShare === 0 && jitterMs <= PROMPT_JITTER_MS;
  }

  requestBegan(isolate: Isolate, now: number): void {
    if (!this.#isPrompt) return;
    const times = this.#requests.get(isolate);
    if (times === undefined) this.#requests.set(isolate, [now]);
    else times.push(now);
  }

  /** Whether all that it says arrives, and it has lived since. */
  isSure(isolate: Isolate, since: number): boolean {
    return this.#isPrompt && isolate.plan.partitions.length === 0 && isolate.isAlive && isolate.bornAt <= since;
  }

  /** Whether it must have heard what the hub knew from `since` on: it had a request in good time before `now`. */
  hasAsked(isolate: Isolate, { now, since }: { readonly since: number; readonly now: number }): boolean {
    if (!this.isSure(isolate, since)) return false;
    const times = this.#requests.get(isolate) ?? [];
    return times.some((time) => time >= since + REFRESH_MS && time <= now - ROUND_TRIP_MS);
  }
}
