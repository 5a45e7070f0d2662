import { expect } from "vitest";
import type { Question } from "../../src/core/cache/question.ts";
import type { AnswerStore } from "../../src/ports/answer-store.ts";
import { answerOf, newTenant, NOW, openQuestion, OTHER_KEY, questionOf, SEMANTIC } from "../core/cache/questions.ts";
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

/** Asks, and keeps what upstream says where nothing is given. Resolves with what was found. */
async function askAndKeep(store: AnswerStore, question: Question, words: string) {
  const found = await store.lookUp(question, NOW);
  if (found.kind === "miss") await store.keep(question, keepingOf(found.ticket, answerOf(words)), NOW);
  return found;
}

/** What is given, by its tier and words; null where nothing is. */
async function given(store: AnswerStore, question: Question) {
  const found = await store.lookUp(question, NOW);
  return found.kind === "hit" ? [found.tier, found.answer.text] : null;
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
  {
    title: "gives what one principal brought in to others once another's answer agreed with it, and not before",
    check: async (create) => {
      const { question, store } = open(create);
      const of = (principal: string): Question => ({ ...question, keys: { ...question.keys, principal } });
      await askAndKeep(store, of("anna"), "On Monday.");
      expect(await given(store, of("ben"))).toBeNull();
      await askAndKeep(store, of("ben"), "On Friday.");
      expect(await given(store, of("anna"))).toEqual(["exact", "On Monday."]);
      expect(await given(store, of("ben"))).toEqual(["exact", "On Friday."]);
      await askAndKeep(store, of("cleo"), "On Friday.");
      expect(await given(store, of("cleo"))).toEqual(["exact", "On Friday."]);
      expect(await given(store, of("dora"))).toEqual(["exact", "On Friday."]);
    },
  },
  {
    title: "gives an answer by the canonical name, unless the words say something else",
    check: async (create) => {
      const store = create();
      const tenant = newTenant();
      const ask = (text: string, more: Partial<Question["keys"]> = {}) => openQuestion(text, { tenant, semantic: null, ...more });
      await askAndKeep(store, ask("How do I reset my password?"), "Press it.");
      expect(await given(store, ask("please, how can I reset my password"))).toEqual(["canonical", "Press it."]);
      const { canonical } = ask("How do I reset my password?").keys;
      expect(await given(store, ask("How do I not reset my password?", { canonical }))).toBeNull();
      expect(await given(store, ask("please, how can I reset my password", { canonical: null }))).toBeNull();
    },
  },
  {
    title: "leads a question to the entry whose answer upstream gave it too, and to no other",
    check: async (create) => {
      const store = create();
      const tenant = newTenant();
      const ask = (text: string) => openQuestion(text, { tenant });
      await askAndKeep(store, ask("How do I track my parcel?"), "By its number.");
      expect(await askAndKeep(store, ask("How do I track my parcel myself?"), "By its number.")).toMatchObject({ kind: "miss" });
      expect(await given(store, ask("How do I track my parcel myself?"))).toEqual(["exact", "By its number."]);
      await askAndKeep(store, ask("How do I track where my parcel is?"), "It cannot be done before it was sent.");
      expect(await given(store, ask("How do I track where my parcel is?"))).toEqual([
        "exact",
        "It cannot be done before it was sent.",
      ]);
      expect(await given(store, ask("How do I track my parcel?"))).toEqual(["exact", "By its number."]);
    },
  },
  {
    title: "misses where the embedder fails, and says so",
    check: async (create) => {
      const { question, store } = open(create, { text: "How?" });
      const embedder = {
        kind: "http",
        url: "http://127.0.0.1:9/v1/embeddings",
        headers: {},
        model: "m",
        dimensions: 3,
        prefix: "",
      } as const;
      const asked: Question = { ...question, embedder, semantic: SEMANTIC };
      const found = await askAndKeep(store, asked, "So.");
      expect(found).toMatchObject({ kind: "miss", why: { note: expect.stringContaining("embedder") as unknown } });
      expect(await given(store, asked)).toEqual(["exact", "So."]);
    },
  },
];
