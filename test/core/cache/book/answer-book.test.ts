import { describe, expect, it } from "vitest";
import { AnswerBook } from "../../../../src/core/cache/book/answer-book.ts";
import type { Totals } from "../../../../src/core/cache/book/answer-tables.ts";
import { createSemanticTier } from "../../../../src/core/cache/book/semantic-tier.ts";
import { createPlainKernel } from "../../../../src/core/cache/index/scan-kernel.ts";
import { MemoryAnswerTables } from "../../../../src/core/cache/book/memory-answer-tables.ts";
import type { Found, Question } from "../../../../src/core/cache/question.ts";
import type { StoredAnswer } from "../../../../src/core/cache/stored-answer.ts";
import { answerOf, CONTENTS_KEY, NOW, openQuestion, OTHER_KEY, questionOf } from "../questions.ts";
import { bookParts } from "./book-parts.ts";

const HOUR_MS = 3_600_000;
const TTL = { ttlMs: HOUR_MS, staleMs: HOUR_MS };

function open(limits?: Totals) {
  const tables = new MemoryAnswerTables();
  const book = new AnswerBook({ ...bookParts(), tables, ...(limits === undefined ? {} : { limits }) });
  const look = (question: Question, now = NOW) => book.lookUp(question, now);
  return {
    book,
    tables,
    look,
    /** Asks, and keeps `words` where nothing was found. */
    async ask(question: Question, words: string, more: Partial<StoredAnswer> = {}) {
      const found = await look(question);
      const ticket = found.kind === "miss" ? found.ticket : null;
      if (found.kind === "miss") await book.keep(question, { ticket, answer: answerOf(words, more), ...TTL }, NOW);
      return found;
    },
    async hit(question: Question, now = NOW): Promise<Found> {
      const found = await look(question, now);
      if (found.kind === "miss") throw new Error(`Nothing was found: ${found.why.note}`);
      return found;
    },
    entries: () => tables.totals().entries,
  };
}

/** Ways to ask the same, each near to the FIRST, that no veto keeps apart. */
const PARCEL = [
  "How do I track my parcel?",
  "How do I track my own parcel?",
  "How do I track my parcel myself?",
  "How do I track my parcel here?",
  "How do I track where my parcel is?",
  "How do I track the parcel I ordered?",
  "What do I do to track my parcel?",
  "What steps do I follow to track my parcel?",
  "Where do I track my parcel?",
  "How do I go about tracking my parcel?",
] as const;
const [FIRST, SECOND, THIRD] = PARCEL;

describe("a book of answers", () => {
  it("reads nothing under another key", async () => {
    const { ask, book, look } = open();
    const question = openQuestion("Where is it?");
    await ask(question, "There.");
    const other = { ...question, contentsKey: OTHER_KEY };
    expect(await look(other)).toMatchObject({ kind: "miss" });
    expect(await look({ ...other, text: "Where is it now?", keys: { ...other.keys, exact: "x" } })).toMatchObject({
      kind: "miss",
    });
    expect(await look(question)).toMatchObject({ kind: "hit" });
    await expect(book.lookUp({ ...question, contentsKey: "short" }, NOW)).rejects.toThrow("32 bytes");
  });

  it("holds no text, no answer and no vector that can be read", async () => {
    const { ask, tables } = open();
    await ask(openQuestion("Where is the harbour?"), "Behind the lighthouse.");
    const [page] = tables.pages(tables.entry(1)?.keyId ?? "", tables.scopeNumber("scope") ?? 0);
    const sealed = tables.sealed(1);
    const bytes = [sealed?.head, sealed?.body, page?.bytes].map((each) => Buffer.from(each ?? []));
    expect(bytes.map(({ length }) => length > 50)).toEqual([true, true, true]);
    for (const text of bytes.map(String)) expect(text).not.toMatch(/harbour|lighthouse|acme/);
  });

  it("keeps one entry for questions that upstream answers alike, up to eight beside its own", async () => {
    const { ask, entries, hit } = open();
    for (const text of PARCEL) await ask(openQuestion(text), "Five days.");
    expect(entries()).toBe(2);
    for (const text of PARCEL) expect(await hit(openQuestion(text))).toMatchObject({ tier: "exact" });
  });

  it("tells one of all who find an answer stale to refresh it, until it was or half a minute is over", async () => {
    const { ask, book, hit } = open();
    const question = questionOf("Where?", { staleMs: HOUR_MS });
    await ask(question, "Here.");
    const stale = NOW + HOUR_MS;
    const told = [await hit(question, stale), await hit(question, stale), await hit(question, stale + 30_000)];
    expect(told.map(({ isStale, isToRefresh }) => [isStale, isToRefresh])).toEqual([
      [true, true],
      [true, false],
      [true, true],
    ]);
    await book.keep(question, { ticket: null, answer: answerOf("Here.", { createdAt: stale }), ...TTL }, stale);
    expect(await hit(question, stale)).toMatchObject({ isStale: false, isToRefresh: false });
  });

  it("lets nobody else have an answer that was replaced by another one", async () => {
    const { ask, book, hit, look } = open();
    const [anna, ben] = ["anna", "ben"].map((principal) => questionOf("Where?", { principal }));
    if (anna === undefined || ben === undefined) throw new Error("There are two.");
    await ask(anna, "Here.");
    await ask(ben, "Here.");
    expect(await look(questionOf("Where?", { principal: "cleo" }))).toMatchObject({ kind: "hit" });
    await book.keep(anna, { ticket: null, answer: answerOf("Over there, behind the old mill."), ...TTL }, NOW);
    expect(await hit(anna)).toMatchObject({ answer: { text: "Over there, behind the old mill." } });
    expect(await look(ben)).toMatchObject({ kind: "miss" });
  });

  it("kills what its receiver says is wrong, and never gives it for that question again", async () => {
    const { ask, book, entries, hit, look } = open();
    const question = openQuestion("Where?");
    await ask(question, "Here.");
    const { id } = await hit(question);
    const say = (more: object) =>
      book.feedback({ id, principal: "anna", contentsKey: CONTENTS_KEY, verdict: "wrong", now: NOW, ...more });
    expect(await say({ principal: "ben" })).toBe(false);
    expect(await say({ id: `${id.slice(0, -2)}AA` })).toBe(false);
    expect(await say({ contentsKey: OTHER_KEY })).toBe(false);
    expect(await say({ verdict: "right" })).toBe(true);
    expect(entries()).toBe(1);
    expect(await say({})).toBe(true);
    expect(await look(question)).toMatchObject({ kind: "miss" });
    expect(await say({})).toBe(false);
  });

  it("never again proposes what upstream has answered otherwise", async () => {
    const { ask, book } = open();
    await ask(openQuestion(FIRST), "Five days.");
    expect((await book.explain(openQuestion(SECOND), NOW)).near).toHaveLength(1);
    await ask(openQuestion(SECOND), "Three weeks, because of the customs.");
    expect((await book.explain(openQuestion(SECOND, { principal: "anna", exact: `scope/${SECOND}` }), NOW)).near).toEqual([]);
  });

  it("gives nothing that was asked before a purge of its tag, target, class or everything", async () => {
    const scopes = [{ kind: "all" }, { kind: "tag", tag: "faq" }, { kind: "tag", tag: "target:acme/large" }] as const;
    for (const scope of [...scopes, { kind: "class", scopeClass: "00c1" } as const]) {
      const { ask, book, entries, look } = open();
      await ask(questionOf("Where?", { tags: ["faq"] }), "Here.");
      await ask(questionOf("When?", { tags: ["other"], scopeClass: "00c2" }), "Now.", { target: "acme/small" });
      const count = scope.kind === "all" ? 2 : 1;
      expect(book.care.countOf(scope, NOW)).toBe(count);
      expect(await look(questionOf("Where?"))).toMatchObject({ kind: "hit" });
      book.care.purge(scope, NOW);
      expect(await look(questionOf("Where?"))).toMatchObject({ kind: "miss" });
      expect((await look(questionOf("When?"))).kind).toBe(count === 2 ? "miss" : "hit");
      expect(book.care.countOf(scope, NOW)).toBe(0);
      book.care.sweep(NOW);
      expect(entries()).toBe(2 - count);
      await ask(questionOf("Where?", { tags: ["faq"] }), "Asked before, answered after.", { createdAt: NOW + 1, durationMs: 2 });
      expect(await look(questionOf("Where?"), NOW + 1)).toMatchObject({ kind: "miss" });
      await ask(questionOf("Where?", { tags: ["faq"] }), "Asked after.", { createdAt: NOW + 10, durationMs: 2 });
      expect(await look(questionOf("Where?"), NOW + 10)).toMatchObject({ kind: "hit" });
    }
  });

  it("erases all that a principal asked, its vectors among them", async () => {
    const { ask, book, entries, look, tables } = open();
    await ask(openQuestion(FIRST, { principal: "ben" }), "Five days.");
    await ask(openQuestion(SECOND), "Five days.");
    await ask(openQuestion("When does the harbour open?"), "At nine.");
    expect(await look(openQuestion(SECOND))).toMatchObject({ kind: "hit" });
    expect(book.care.countOfPrincipal("anna")).toBe(1);
    expect(await book.erase("anna", CONTENTS_KEY)).toBe(1);
    expect(await look(openQuestion("When does the harbour open?"))).toMatchObject({ kind: "miss" });
    expect(await look(openQuestion(SECOND, { canonical: null, semantic: null }))).toMatchObject({ kind: "miss" });
    expect(await look(openQuestion(FIRST, { principal: "ben" }))).toMatchObject({ kind: "hit" });
    await book.erase("ben", CONTENTS_KEY);
    expect(entries()).toBe(0);
    expect((await book.explain(openQuestion(THIRD), NOW)).near).toEqual([]);
    expect(tables.scopeNumber("scope")).not.toBeNull();
    book.care.sweep(NOW);
    expect(tables.scopeNumber("scope")).toBeNull();
  });

  it("forgets what is over, the rest stays", async () => {
    const { ask, book, entries } = open();
    await ask(questionOf("Where?"), "Here.");
    await ask(questionOf("When?"), "Now.", { createdAt: NOW + 1_000 });
    expect(book.care.sweep(NOW)).toBe(NOW + 2 * HOUR_MS);
    expect(book.care.sweep(NOW + 2 * HOUR_MS)).toBe(NOW + 2 * HOUR_MS + 1_000);
    expect(entries()).toBe(1);
  });

  it("lets go of what is worth least where it is full, and first of what one principal floods it with", async () => {
    const { ask, entries, look } = open({ entries: 20, bytes: 1e9, vectorBytes: 1e9 });
    const few = Array.from({ length: 10 }, (_, at) => questionOf(`few ${at}`, { principal: `p${at}` }));
    for (const question of few) await ask(question, "Rare.");
    for (let at = 0; at < 50; at += 1) await ask(questionOf(`many ${at}`, { principal: "flood" }), "Often.");
    expect(entries()).toBe(20);
    for (const question of few) expect(await look(question)).toMatchObject({ kind: "hit" });

    const { ask: askOther, look: lookOther } = open({ entries: 3, bytes: 1e9, vectorBytes: 1e9 });
    await askOther(questionOf("dear"), "1", { costMicroUsd: 90_000 });
    await askOther(questionOf("cheap"), "2", { costMicroUsd: 10, durationMs: 100 });
    await askOther(questionOf("dear, too"), "3", { costMicroUsd: 90_000 });
    await askOther(questionOf("and another"), "4", { costMicroUsd: 90_000 });
    const kinds = ["dear", "cheap", "dear, too", "and another"].map(async (text) => (await lookOther(questionOf(text))).kind);
    expect(await Promise.all(kinds)).toEqual(["hit", "miss", "hit", "hit"]);
  });

  it.each([
    ["NaN", [Number.NaN, 1, 1]],
    ["zeros", [0, 0, 0]],
    ["other dimensions", [1, 1]],
    ["no vector", null],
  ])("misses where the embedder gives %s, says so, and keeps the answer by its names (attack G10)", async (_, vector) => {
    const semantic = createSemanticTier({
      kernel: createPlainKernel(),
      embed: async () => ({ kind: "embedded", vectors: vector === null ? [] : [new Float32Array(vector)] }),
      draw: () => 0.5,
    });
    const tables = new MemoryAnswerTables();
    const book = new AnswerBook({ ...bookParts(), semantic, tables });
    const embedder = { kind: "workers-ai", model: "m", dimensions: 3 } as const;
    const question = openQuestion("Where?", { embedder });
    const found = await book.lookUp(question, NOW);
    expect(found).toMatchObject({ kind: "miss", why: { note: "The embedder gave no vector of its dimensions." } });
    await book.keep(question, { ticket: found.kind === "miss" ? found.ticket : null, answer: answerOf("Here."), ...TTL }, NOW);
    expect(await book.lookUp(question, NOW)).toMatchObject({ kind: "hit", tier: "exact" });
    expect(tables.entry(1)).toMatchObject({ dimensions: 0 });
  });

  it("finds answers by name alone where there is no semantic tier, and says so", async () => {
    const book = new AnswerBook({ ...bookParts(), semantic: null, tables: new MemoryAnswerTables() });
    const question = openQuestion("Where is it?");
    const keeping = { ticket: null, answer: answerOf("Here."), ...TTL };
    await book.keep(question, keeping, NOW);
    expect(await book.lookUp(openQuestion("where is it"), NOW)).toMatchObject({ kind: "hit", tier: "canonical" });
    expect(await book.lookUp(openQuestion(FIRST), NOW)).toMatchObject({
      why: { note: expect.stringContaining("no semantic tier") as unknown },
    });
    expect(book.care.stats()).toMatchObject([{ certificate: null, curve: [], labels: 0 }]);
    const ben = openQuestion("Where is it?", { principal: "ben" });
    await book.keep(ben, keeping, NOW);
    expect(await book.lookUp(openQuestion("Where is it?", { principal: "cleo" }), NOW)).toMatchObject({ kind: "hit" });
  });

  it("says what became of look-ups, and what they saved", async () => {
    const { ask, book, hit } = open();
    await ask(openQuestion("Where?"), "Here.");
    await hit(openQuestion("Where?"));
    await hit(openQuestion("where"));
    expect(book.care.stats()).toMatchObject([
      {
        scopeClass: "00c1",
        entries: 1,
        exact: 1,
        canonical: 1,
        semantic: 0,
        misses: 1,
        savedTokens: 60,
        savedMicroUsd: 600,
        savedMs: 3_000,
      },
    ]);
  });

  it("does not keep what is too large, and lets who waits for it go", async () => {
    const { book, look } = open();
    const question = questionOf("How much?");
    const leader = await book.lead(question, 10_000, NOW);
    const follower = book.follow(question, 10_000, NOW);
    if (leader.kind !== "miss") throw new Error("Nobody is on the way.");
    await book.keep(question, { ticket: leader.ticket, answer: answerOf("ü".repeat(600_000)), ...TTL }, NOW);
    expect(await follower).toMatchObject({ kind: "miss" });
    expect(await look(question)).toMatchObject({ kind: "miss" });
  });
});
