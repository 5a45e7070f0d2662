import type { Dispatch } from "../dispatch.ts";
import type { Isolate } from "../isolate.ts";
import { PerIsolate } from "./per-isolate.ts";
import type { Violate } from "./violations.ts";

const PERCENT = 10;
const FLOOR_PER_SECOND = 1;
const WINDOW_MS = 10_000;
/** The budget counts in whole seconds of the isolate's clock, so its window is this much shorter at worst. */
const GRAIN_MS = 1_000;
const MINUTE_MS = 60_000;
const HEDGE_SHARE = 0.02;
const HEDGE_BURST = 5;

/** What one isolate has done. */
interface Counts {
  /** Times of first attempts, by the isolate's clock. */
  readonly firsts: number[];
  /** Times of all others. */
  readonly extras: number[];
  /** How many it may still hedge. */
  hedges: number;
}

/** I3: what retries and hedges add to the load. */
export class ExtraLoad {
  readonly #violate: Violate;
  readonly #counts = new PerIsolate<Counts>(() => ({ firsts: [], extras: [], hedges: HEDGE_BURST }));

  constructor(violate: Violate) {
    this.#violate = violate;
  }

  dispatched(isolate: Isolate): void {
    const counts = this.#counts.of(isolate);
    counts.firsts.push(isolate.now);
    counts.hedges = Math.min(HEDGE_BURST, counts.hedges + HEDGE_SHARE);
  }

  attempted(dispatch: Dispatch, isBeside: boolean): void {
    const { maxAttempts } = dispatch.input.decision.route;
    if (dispatch.attempts > maxAttempts) this.#violate("I3", `attempt ${dispatch.attempts} of ${maxAttempts}`);
    if (isBeside) this.#hedged(dispatch.request.isolate);
  }

  #hedged(isolate: Isolate): void {
    const counts = this.#counts.of(isolate);
    counts.hedges -= 1;
    if (counts.hedges < -1e-9) this.#violate("I3", `${isolate.id} hedges more than 2 % and a burst of ${HEDGE_BURST}`);
  }

  /** It is decided that an extra attempt is made, now or after a pause. */
  charged(isolate: Isolate): void {
    const { extras, firsts } = this.#counts.of(isolate);
    const { now } = isolate;
    extras.push(now);
    const short = { from: now - WINDOW_MS + GRAIN_MS, firstsFrom: now - WINDOW_MS, floor: FLOOR_PER_SECOND * WINDOW_MS };
    // A minute holds six such windows, and parts of a seventh.
    const long = {
      from: now - MINUTE_MS,
      firstsFrom: now - MINUTE_MS - WINDOW_MS,
      floor: FLOOR_PER_SECOND * (MINUTE_MS + WINDOW_MS),
    };
    for (const { firstsFrom, floor, from } of [short, long]) {
      const allowed = (countFrom(firsts, firstsFrom) * PERCENT) / 100 + floor / 1_000;
      const seen = countFrom(extras, from);
      if (seen > allowed)
        this.#violate(
          "I3",
          `${isolate.id} made ${seen} extra attempts in ${(now - from) / 1_000} s where ${allowed} are allowed`,
        );
    }
  }
}

/** How many of times in order are not before `from`. */
function countFrom(times: readonly number[], from: number): number {
  let count = 0;
  for (let index = times.length - 1; index >= 0 && (times[index] ?? 0) >= from; index--) count += 1;
  return count;
}
