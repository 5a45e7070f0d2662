import { HIT_TIERS } from "../../cache/stored-answer.ts";
import { EPOCH_MS, FLAG, json, listOf, NUMBER, oneOf, orNull, shape, TEXT, WHOLE } from "./answer-schema.ts";

const MONEY = { type: "integer", minimum: 0, description: "Micro-USD." };
const CERTIFICATE = shape({
  checked: WHOLE,
  wrong: WHOLE,
  unjudged: WHOLE,
  upperBound: NUMBER,
  isEarned: FLAG,
  breaker: oneOf(["closed", "open"]),
  since: orNull(EPOCH_MS),
});
const POINT = shape({ maxFalseHitRate: NUMBER, hitRate: NUMBER, hits: WHOLE, falseHitRate: orNull(NUMBER) });
const CLASS = shape({
  region: TEXT,
  shard: TEXT,
  scopeClass: TEXT,
  embedder: TEXT,
  entries: WHOLE,
  exact: WHOLE,
  canonical: WHOLE,
  semantic: WHOLE,
  misses: WHOLE,
  savedTokens: WHOLE,
  savedMicroUsd: MONEY,
  savedMs: WHOLE,
  labels: WHOLE,
  certificate: orNull(CERTIFICATE),
  curve: listOf(POINT),
});
const DONE = shape({ isDryRun: FLAG, answers: orNull(WHOLE) });

const TIER = orNull(oneOf(HIT_TIERS));
const NEAR = shape({
  similarity: NUMBER,
  veto: orNull(TEXT),
  state: oneOf(["probation", "verified", "stale", "dead"]),
  isForAsker: { type: "boolean", description: "Others' answers are given to none but themselves until one agreed." },
});
const WHY = shape({ tier: TIER, veto: orNull(TEXT), similarity: orNull(NUMBER), probability: orNull(NUMBER), note: TEXT });

export const CACHE_ANSWERS = {
  explainCache: json(
    "`scopeClass` null: the route keeps no answers to it. `near`: what the semantic tier looked at, nearest first.",
    shape({ route: TEXT, scopeClass: orNull(TEXT), tier: TIER, why: WHY, near: listOf(NEAR) }),
  ),
  showCache: json(
    "Scope classes, each in its region and shard. Hits are those that reached the store: isolates count their own in the usage log.",
    shape({ classes: listOf(CLASS) }),
  ),
  purgeCache: json("How many answers it is about; null once it is done, which takes no count.", DONE),
  eraseFromCache: json("How many answers it is about, or were erased.", DONE),
};
