/** Second attempts beside slow ones are at most this share of requests. */
const SHARE = 0.02;
/** What may be saved up for a bad minute. */
const BURST = 5;

/** How many requests may be sent twice: two in a hundred, per isolate. */
export interface HedgeBudget {
  recordRequest(): void;
  /** Takes one second attempt if the budget has it. */
  tryTake(): boolean;
}

export function createHedgeBudget(): HedgeBudget {
  let saved = 0;
  return {
    recordRequest: () => {
      saved = Math.min(BURST, saved + SHARE);
    },
    tryTake: () => {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
