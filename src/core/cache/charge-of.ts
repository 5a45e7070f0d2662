import type { StoredAnswer } from "./stored-answer.ts";

/** What giving an answer again is charged, and what of the original was not spent again. */
export interface HitCharge {
  readonly tokens: number;
  /** Null where something is charged, and the original had no price. */
  readonly microUsd: number | null;
  readonly savedTokens: number;
  readonly savedMicroUsd: number | null;
}

/** `share` of the original, 0 to 1, rounded up: what is charged at all is never nothing. */
export function chargeOf({ costMicroUsd, usage }: Pick<StoredAnswer, "costMicroUsd" | "usage">, share: number): HitCharge {
  const all = usage.inputTokens + usage.outputTokens;
  const tokens = Math.ceil(all * share);
  if (costMicroUsd === null) {
    return { tokens, microUsd: share === 0 ? 0 : null, savedTokens: all - tokens, savedMicroUsd: null };
  }
  const microUsd = Math.ceil(costMicroUsd * share);
  return { tokens, microUsd, savedTokens: all - tokens, savedMicroUsd: costMicroUsd - microUsd };
}
