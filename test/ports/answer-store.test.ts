import { expect, it } from "vitest";
import { createMemoryAnswerStore } from "../../src/adapters/memory/answer-store.ts";
import type { Question } from "../../src/core/cache/question.ts";
import type { AnswerStore } from "../../src/ports/answer-store.ts";
import { bookParts } from "../core/cache/book/book-parts.ts";
import { CONTENTS_KEY } from "../core/cache/questions.ts";
import { answerStoreFacts } from "./answer-store.contract.ts";
import { brokenFacts } from "./facts.ts";

/** The store asked something else than what it was asked. */
function asking(change: (question: Question) => Question): (store: AnswerStore) => AnswerStore {
  return (store) => ({
    lookUp: (question, now) => store.lookUp(change(question), now),
    lead: (question, ...more) => store.lead(change(question), ...more),
    follow: (question, ...more) => store.follow(change(question), ...more),
    keep: (question, ...more) => store.keep(change(question), ...more),
    release: (question, ticket) => store.release(change(question), ticket),
    judge: (question, ...more) => store.judge(change(question), ...more),
  });
}

function named(change: (keys: Question["keys"]) => Partial<Question["keys"]>): (store: AnswerStore) => AnswerStore {
  return asking((question) => ({ ...question, keys: { ...question.keys, ...change(question.keys) } }));
}

/** Each mutant is a working adapter with one promise broken. */
const stores: Readonly<Record<string, (store: AnswerStore) => AnswerStore>> = {
  "shares one store among tenants": asking((question) => ({ ...question, tenant: "one" })),
  "shares one store among regions": asking((question) => ({ ...question, region: "EU" })),
  "reads under any key": asking((question) => ({ ...question, contentsKey: CONTENTS_KEY })),
  "takes every principal for one": named(() => ({ principal: "anybody" })),
  "never lets one principal have what another brought in": named(({ exact, principal }) => ({ exact: `${exact} ${principal}` })),
  "looks at the text alone": named(({ exact }) => ({ exact: exact.split("/").at(-1) ?? "" })),
  "gives nothing by the canonical name": named(() => ({ canonical: null })),
  "lets no veto speak against the canonical name": asking((question) => ({
    ...question,
    text: question.text === null ? null : "same",
  })),
  "gives no stale answer": asking((question) => ({ ...question, staleMs: 0 })),
  "gives answers for ever": (store) => ({
    ...store,
    keep: (question, kept, now) => store.keep(question, { ...kept, ttlMs: 1e9 }, now),
  }),
  "keeps stale answers for ever": (store) => ({
    ...store,
    keep: (question, kept, now) => store.keep(question, { ...kept, staleMs: 1e9 }, now),
  }),
  "counts the ttl from when it is kept": (store) => ({
    ...store,
    keep: (question, kept, now) => store.keep(question, { ...kept, answer: { ...kept.answer, createdAt: now } }, now),
  }),
  "cuts answers short": (store) => ({
    ...store,
    keep: (question, kept, now) =>
      store.keep(question, { ...kept, answer: { ...kept.answer, content: kept.answer.content.slice(0, 100_000) } }, now),
  }),
  "lets everybody lead": (store) => ({
    ...store,
    lead: async (question, ...more) => {
      const found = await store.lead(question, ...more);
      return found.kind === "led" ? store.lookUp(question, more[1]) : found;
    },
  }),
  "hears no leader's end": (store) => ({ ...store, release: async () => undefined }),
  "lets anybody end for the leader": (store) => ({
    ...store,
    follow: async (question, _, now) => {
      const found = await store.follow(question, 1, now);
      return found.kind === "hit" ? found : store.lookUp(question, now);
    },
    lead: (question, _, now) => store.lead(question, 1, now),
  }),
  "never waits": (store) => ({ ...store, follow: (question, _, now) => store.lookUp(question, now) }),
  "says nothing of a failing embedder": (store) => ({
    ...store,
    lookUp: async (question, now) => {
      const found = await store.lookUp(question, now);
      return found.kind === "hit" ? found : { ...found, why: { ...found.why, note: "Nothing." } };
    },
  }),
};

it("the contract notices a store of answers with any of its promises broken", async () => {
  const noticed = Object.entries(stores).map(async ([name, mutate]) => {
    const broken = await brokenFacts(answerStoreFacts, () => mutate(createMemoryAnswerStore(bookParts())));
    return broken.length === 0 ? [name] : [];
  });
  expect((await Promise.all(noticed)).flat()).toEqual([]);
});
