import { expect } from "vitest";
import type { Question } from "../../src/core/cache/question.ts";
import type { AnswerStore } from "../../src/ports/answer-store.ts";
import { answerOf, newTenant, NOW, OTHER_KEY, questionOf } from "../core/cache/questions.ts";
import { type Fact, itHolds } from "./facts.ts";

export type CreateAnswerStore = () => AnswerStore;

/** What every store of answers keeps. */
export function answerStoreContract(create: CreateAnswerStore): void {
  itHolds(answerStoreFacts, create);
}

const TTL_MS = 60_000;
const STALE_MS = 30_000;
/** Longer than a call takes. */
const LATE_MS = 300;
/** Longer than anything here takes. */
const PATIENCE_MS = 5_000;
const ANSWER = answerOf("Press the red button. — naïve 🙂", { content: `{"words":"naïve 🙂 ${"0123456789".repeat(50_000)}"}` });

const keepingOf = (ticket: string | null, answer = ANSWER) => ({ ticket, answer, ttlMs: TTL_MS, staleMs: STALE_MS });

/** A store and a question that nobody has asked it. */
function open(create: CreateAnswerStore, more: Partial<Question> = {}) {
  return { store: create(), question: questionOf("How do I stop it?", { tenant: newTenant(), ...more }) };
}

/** Asked, answered and kept. */
async function kept(create: CreateAnswerStore, more: Partial<Question> = {}) {
  const opened = open(create, more);
  const { question, store } = opened;
  const missed = await store.lookUp(question, NOW);
  if (missed.kind !== "miss") throw new Error("Nobody has asked it yet.");
  await store.keep(question, keepingOf(missed.ticket), NOW);
  return opened;
}

export const answerStoreFacts: readonly Fact<CreateAnswerStore>[] = [
  {
    title: "misses what nobody has asked, with a ticket of its own and why",
    check: async (create) => {
      const { question, store } = open(create);
      const [first, second] = [await store.lookUp(question, NOW), await store.lookUp(question, NOW)];
      if (first.kind !== "miss" || second.kind !== "miss") throw new Error("It was found.");
      expect(first.ticket).not.toBe(second.ticket);
      expect(first.why).toMatchObject({ tier: null });
      expect(first.why.note).not.toBe("");
    },
  },
  {
    title: "gives an answer back as it was",
    check: async (create) => {
      const { question, store } = await kept(create);
      const hit = { kind: "hit", tier: "exact", answer: ANSWER, isStale: false, isToRefresh: false, isChecked: false };
      expect(await store.lookUp(question, NOW + TTL_MS - 1)).toMatchObject(hit);
      expect(await store.lookUp(question, NOW + TTL_MS - 1)).toMatchObject(hit);
    },
  },
  {
    title: "keeps scopes, texts, tenants, regions, principals and keys apart",
    check: async (create) => {
      const { question, store } = await kept(create);
      const { keys, tenant, text } = question;
      const others = [
        questionOf("How do I start it?", { tenant }),
        questionOf(text ?? "", { tenant, scope: "another" }),
        questionOf(text ?? "", { tenant, principal: "ben" }),
        { ...question, tenant: `${tenant}|` },
        { ...question, tenant: newTenant() },
        { ...question, region: "NA" },
        { ...question, contentsKey: OTHER_KEY },
        { ...question, keys: { ...keys, exact: keys.scope } },
      ];
      for (const other of others) expect(await store.lookUp(other, NOW)).toMatchObject({ kind: "miss" });
      expect(await store.lookUp(question, NOW)).toMatchObject({ kind: "hit" });
    },
  },
  {
    title: "gives nothing past its ttl, unless it was asked to, and then says so",
    check: async (create) => {
      const { question, store } = await kept(create);
      const over = NOW + TTL_MS;
      expect(await store.lookUp(question, over)).toMatchObject({ kind: "miss" });
      const asked = { ...question, staleMs: 10_000 };
      expect(await store.lookUp(asked, over + 9_999)).toMatchObject({ kind: "hit", isStale: true });
      expect(await store.lookUp(asked, over + 10_000)).toMatchObject({ kind: "miss" });
      const long = { ...question, staleMs: 10 * STALE_MS };
      expect(await store.lookUp(long, over + STALE_MS)).toMatchObject({ kind: "miss" });
    },
  },
  {
    title: "counts the ttl from when the answer was made, and gives the newer one",
    check: async (create) => {
      const { question, store } = await kept(create);
      const newer = answerOf("Press the green button.", { createdAt: NOW + 1_000 });
      await store.keep(question, keepingOf(null, newer), NOW + 30_000);
      expect(await store.lookUp(question, NOW + TTL_MS + 999)).toMatchObject({ kind: "hit", answer: newer });
      expect(await store.lookUp(question, NOW + TTL_MS + 1_000)).toMatchObject({ kind: "miss" });
    },
  },
  {
    title: "lets one of many go upstream, and gives the others what it brings",
    check: async (create) => {
      const { question, store } = open(create);
      const led = await Promise.all(["a", "b", "c"].map(() => store.lead(question, PATIENCE_MS, NOW)));
      const leaders = led.flatMap((answer) => (answer.kind === "miss" ? [answer] : []));
      expect(led.map(({ kind }) => kind).toSorted()).toEqual(["led", "led", "miss"]);
      const followers = [store.follow(question, PATIENCE_MS, NOW), store.follow(question, PATIENCE_MS, NOW)];
      await store.keep(question, keepingOf(leaders[0]?.ticket ?? ""), NOW);
      for (const follower of followers) expect(await follower).toMatchObject({ kind: "hit", answer: ANSWER });
      expect(await store.lead(question, PATIENCE_MS, NOW)).toMatchObject({ kind: "hit" });
      expect(await store.follow(question, PATIENCE_MS, NOW)).toMatchObject({ kind: "hit" });
    },
  },
  {
    title: "lets another go where the first came to nothing, and after that each for itself",
    check: async (create) => {
      const { question, store } = open(create);
      const leader = await store.lead(question, PATIENCE_MS, NOW);
      if (leader.kind !== "miss") throw new Error("Nobody is on the way yet.");
      const ended: string[] = [];
      const followers = ["a", "b", "c"].map(async (name) => {
        const news = await store.follow(question, PATIENCE_MS, NOW);
        ended.push(name);
        return news;
      });
      // Who follows is known to be there once another one is led.
      await store.lead(question, PATIENCE_MS, NOW);
      await store.release(question, "somebody else's");
      await store.release(question, leader.ticket);
      const next = await Promise.race(followers);
      if (next.kind !== "miss") throw new Error("There is no answer yet.");
      expect(ended).toHaveLength(1);
      await store.release(question, next.ticket);
      expect((await Promise.all(followers)).map(({ kind }) => kind)).toEqual(["miss", "miss", "miss"]);
      expect(await store.lead(question, PATIENCE_MS, NOW)).toMatchObject({ kind: "miss" });
    },
  },
  {
    title: "lets another go where the first is late",
    check: async (create) => {
      const { question, store } = open(create);
      await store.lead(question, LATE_MS, NOW);
      const followers = [store.follow(question, LATE_MS, NOW), store.follow(question, LATE_MS, NOW)];
      expect(await Promise.race(followers)).toMatchObject({ kind: "miss" });
      await store.keep(question, keepingOf(null), NOW);
      expect((await Promise.all(followers)).map(({ kind }) => kind).toSorted()).toEqual(["hit", "miss"]);
    },
  },
];
