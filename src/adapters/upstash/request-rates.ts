import { Ratelimit } from "@upstash/ratelimit";
import { BoundedMap } from "../../core/bounded-map.ts";
import type { Account } from "../../core/ledger/account.ts";
import type { Standing } from "../../core/ledger/tally.ts";

/** Decides requests against a rate. */
export interface RequestRates {
  /** Takes `amount` of an account of requests in a sliding window; rejects, and never guesses, when nobody answers in time. */
  take(account: Account, amount: number): Promise<RateAnswer>;
}

export interface RateAnswer {
  readonly isAdmitted: boolean;
  readonly standing: Standing;
}

type RatelimitRedis = ConstructorParameters<typeof Ratelimit>[0]["redis"];

/** Nobody waits longer for a limiter; the library's own limit is five seconds, after which it admits. */
const TIMEOUT_MS = 1_000;
/** Different sizes of limits. */
const MOST_RATES = 1_000;
/** Callers who are known to be refused, for each size. */
const MOST_REFUSED = 1_000;

/** `@upstash/ratelimit`'s sliding window: the rest of the window before this one counts in proportion, by this machine's clock. */
export function createRequestRates(redis: RatelimitRedis, now: () => number): RequestRates {
  const rates = new BoundedMap<{ limiter: Ratelimit | null }>(MOST_RATES, () => ({ limiter: null }));
  const limiterOf = ({ limit, window }: Account): Ratelimit => {
    if (window.kind !== "sliding") throw new RangeError("Only rates are limited so.");
    const kept = rates.use(`${limit} ${window.ms}`);
    kept.limiter ??= new Ratelimit({
      redis,
      limiter: Ratelimit.slidingWindow(limit, `${window.ms} ms`),
      prefix: "rate",
      timeout: TIMEOUT_MS,
      ephemeralCache: new RefusedUntil(),
      enableTelemetry: false,
    });
    return kept.limiter;
  };
  return {
    async take(account, amount) {
      const { limit, remaining, reason, reset, success } = await limiterOf(account).limit(`{${account.key}}`, { rate: amount });
      if (reason === "timeout") throw new Error("The rate limiter has not answered in time.");
      const { key, meter } = account;
      return { isAdmitted: success, standing: { key, meter, limit, remaining, resetMs: Math.max(0, reset - now()) } };
    },
  };
}

/** The library forgets nobody who does not come again. */
class RefusedUntil extends Map<string, number> {
  override set(key: string, until: number): this {
    if (this.size >= MOST_REFUSED && !this.has(key)) {
      const [oldest] = this.keys();
      if (oldest !== undefined) this.delete(oldest);
    }
    return super.set(key, until);
  }
}
