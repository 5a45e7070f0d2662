import type { CacheKeys } from "./cache-keys.ts";
import type { Embedder } from "./embedder.ts";
import type { SemanticSettings } from "./semantic/settings.ts";
import type { HitTier, StoredAnswer } from "./stored-answer.ts";

/** Where a tenant's answers are kept, and what reads them there. */
export interface AnswerPlace {
  readonly tenant: string;
  /** Continent the request came from (`EU`); what is none counts as one of its own. */
  readonly region: string;
  /** Parts that the answers of a tenant and region are spread over, 1 to `MOST_SHARDS`. */
  readonly shards: number;
  /** 32 bytes in base64url. A store holds everything under it and the key nowhere; under another key nothing is there. */
  readonly contentsKey: string;
}

export const MOST_SHARDS = 16;

/** Which answers a request may be given, beside its keys. */
export interface Question extends AnswerPlace {
  readonly keys: CacheKeys;
  /** The last user text; null where only an exact answer may be given. */
  readonly text: string | null;
  /** What the text is embedded by. */
  readonly embedder: Embedder;
  /** Null where the route has no semantic tier, or the request may not use it. */
  readonly semantic: SemanticSettings | null;
  /**
   * Purge tags: the policy's own, `model:<virtual>`, `route:<id>`, `prompt:<version>`; `target:<provider/model>` is added when an
   * answer is kept. At most `MOST_TAGS`.
   */
  readonly tags: readonly string[];
  /** Takes exact and canonical answers up to so long past their end: `staleIfError` asks after the upstream failed. */
  readonly staleMs: number;
}

export const MOST_TAGS = 32;

export interface Found {
  readonly kind: "hit";
  readonly tier: HitTier;
  /** Of this answer to this question for `keys.principal`: nobody else can use it, and it tells nothing. For `judge` and feedback. */
  readonly id: string;
  readonly answer: StoredAnswer;
  /** It has outlived its ttl. */
  readonly isStale: boolean;
  /** Ask again behind the caller's back and `keep` what comes: of all who find it stale, one at a time is told so. */
  readonly isToRefresh: boolean;
  /** Asked again behind the caller's back, to learn whether it was right: tell `judge`. */
  readonly isChecked: boolean;
  readonly why: Why;
}

export interface NotFound {
  readonly kind: "miss";
  /** Names this look-up for `keep`, which learns from what upstream answers; for two minutes. */
  readonly ticket: string;
  readonly why: Why;
}

/** Another request is on its way upstream with the same question: `follow` waits for what it brings. */
export interface Led {
  readonly kind: "led";
}

/** For permitted callers: tier, veto, probability. */
export interface Why {
  /** That gave an answer or, of a miss, would have given one if it were not still learning. */
  readonly tier: HitTier | null;
  readonly veto: string | null;
  readonly similarity: number | null;
  readonly probability: number | null;
  readonly note: string;
}

/** An answer that may be kept. */
export interface Keeping {
  /** Of the look-up before; null where there was none, or it was not answered in time. */
  readonly ticket: string | null;
  readonly answer: StoredAnswer;
  /** How long it is fresh, from when it was created; and how long it may be given after that. */
  readonly ttlMs: number;
  readonly staleMs: number;
}

/** What upstream answered to who was given `id`. */
export interface Judged {
  /** `Found.id`. */
  readonly id: string;
  readonly answer: StoredAnswer;
}

/** Nothing is kept for longer, stale or not. */
export const LONGEST_KEEP_MS = 31 * 86_400_000;
