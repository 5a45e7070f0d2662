import type { Question } from "../../../src/core/cache/question.ts";
import type { StoredAnswer } from "../../../src/core/cache/stored-answer.ts";

export const NOW = 1_790_000_000_000;
export const CONTENTS_KEY = "A".repeat(43);
export const OTHER_KEY = "B".repeat(42) + "A";
let made = 0;

/** A tenant that no other test has. */
export function newTenant(): string {
  made += 1;
  return `t${made}-${crypto.randomUUID()}`;
}

/** A question in a scope of its tenant's; what is not said is the same for all. */
export function questionOf(
  text: string,
  { scope = "scope", principal = "anna", scopeClass = "00c1", ...rest }: Partial<Question & Question["keys"]> = {},
): Question {
  const exact = `${scope}/${text}`;
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
    keys: { scopeClass, scope, exact, canonical: null, principal, ...rest.keys },
  };
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
