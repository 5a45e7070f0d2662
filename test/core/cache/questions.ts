import type { Question } from "../../../src/core/cache/question.ts";
import type { SemanticSettings } from "../../../src/core/cache/semantic/settings.ts";
import type { StoredAnswer } from "../../../src/core/cache/stored-answer.ts";
import { canonicalText } from "../../../src/core/cache/text/canonical-text.ts";

/** Later than any clock: what an object sweeps by its own is never over. */
export const NOW = 4_000_000_000_000;
export const CONTENTS_KEY = "A".repeat(43);
export const OTHER_KEY = "B".repeat(42) + "A";
let made = 0;

/** A tenant that no other test has. */
export function newTenant(): string {
  made += 1;
  return `t${made}-${crypto.randomUUID()}`;
}

/** A question in a scope of its tenant's; what is not said is the same for all. */
export function questionOf(text: string, more: Partial<Question & Question["keys"]> = {}): Question {
  const { canonical = null, exact: given, principal = "anna", scope = "scope", scopeClass = "00c1", ...rest } = more;
  const exact = given ?? `${scope}/${text}`;
  return {
    tenant: "default",
    region: "EU",
    shards: 1,
    contentsKey: CONTENTS_KEY,
    text,
    embedder: { kind: "hash" },
    semantic: null,
    tags: [],
    staleMs: 0,
    ...rest,
    keys: { scopeClass, scope, exact, canonical, principal, ...rest.keys },
  };
}

/** What a route asks of its semantic tier. */
export const SEMANTIC: SemanticSettings = { maxFalseHitRate: 0.05, per: "Hit", mode: "Enforce", shadowBudget: 0.03 };

/** A question that all tiers may answer. */
export function openQuestion(text: string, more: Partial<Question & Question["keys"]> = {}): Question {
  const { scope = "scope" } = more;
  return questionOf(text, { semantic: SEMANTIC, canonical: `${scope}//${canonicalText(text)}`, ...more });
}

/** An answer of these words, given at `NOW` unless something else is said. */
export function answerOf(text: string, more: Partial<StoredAnswer> = {}): StoredAnswer {
  return {
    content: JSON.stringify({ words: text }),
    text,
    target: "acme/large",
    warnings: null,
    usage: { inputTokens: 10, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 20, reasoningTokens: 0, estimated: false },
    costMicroUsd: 300,
    durationMs: 1_500,
    createdAt: NOW,
    ...more,
  };
}
