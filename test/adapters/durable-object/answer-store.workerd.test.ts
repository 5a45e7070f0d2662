import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { createDurableAnswerStore } from "../../../src/adapters/durable-object/answer-store.ts";
import { createObjectNamespace } from "../../../src/adapters/durable-object/objects.ts";
import { storageKey } from "../../../src/core/storage-key.ts";
import { answerOf, CONTENTS_KEY, NOW, openQuestion, questionOf } from "../../core/cache/questions.ts";
import { answerStoreContract } from "../../ports/answer-store.contract.ts";

const objects = createObjectNamespace(env.ANSWER_STORE);
const store = createDurableAnswerStore(objects, objects);
const stubOf = (tenant: string, shard = "0") => env.ANSWER_STORE.getByName(storageKey(tenant, "answers", "EU", shard));
const TTL = { ttlMs: 60_000, staleMs: 0 };

/** How many rows each of these tables has. */
function countRows(tenant: string, ...tables: readonly string[]): Promise<readonly number[]> {
  return runInDurableObject(stubOf(tenant), (_, { storage }) =>
    tables.map((table) => Number(storage.sql.exec(`SELECT COUNT(*) AS count FROM ${table}`).one()["count"])),
  );
}

describe("durable store of answers", () => {
  answerStoreContract(() => store);

  it("erases what is over when nobody calls any more", async () => {
    const tenant = "over";
    const now = Date.now();
    const over = answerOf("Then.", { createdAt: now - TTL.ttlMs });
    await store.keep(openQuestion("When?", { tenant }), { ticket: null, answer: over, ...TTL }, now);
    await store.keep(openQuestion("Where?", { tenant }), { ticket: null, answer: answerOf("Here."), ...TTL }, now);
    expect(await countRows(tenant, "entries", "texts")).toEqual([2, 2]);
    expect(await runDurableObjectAlarm(stubOf(tenant))).toBe(true);
    expect(await countRows(tenant, "entries", "texts")).toEqual([1, 1]);
  });

  it("purges, erases and hears of wrong answers in whichever shard and region they are", async () => {
    const tenant = "cared-for";
    const ask = (text: string, scopeClass: string, region = "EU") =>
      questionOf(text, { tenant, shards: 16, scopeClass, region, tags: [`tag-${scopeClass}`] });
    const questions = [ask("One?", "0001"), ask("Two?", "0002"), ask("Three?", "0003", "NA"), ask("Four?", "0004", "nowhere")];
    for (const question of questions) await store.keep(question, { ticket: null, answer: answerOf("Yes."), ...TTL }, NOW);
    const kinds = async () => Promise.all(questions.map(async (question) => (await store.lookUp(question, NOW)).kind));
    expect(await kinds()).toEqual(["hit", "hit", "hit", "hit"]);
    expect((await store.stats(tenant, 16)).map(({ region, shard }) => `${region}${shard}`)).toEqual(["EU1", "EU2", "NA3", "XX4"]);

    const purge = { scope: { kind: "tag", tag: "tag-0003" }, shards: 16 } as const;
    expect(await store.purge(tenant, { ...purge, isDryRun: true }, NOW)).toBe(1);
    expect(await kinds()).toEqual(["hit", "hit", "hit", "hit"]);
    expect(await store.purge(tenant, { ...purge, isDryRun: false }, NOW)).toBe(0);
    expect(await kinds()).toEqual(["hit", "hit", "miss", "hit"]);

    const found = await store.lookUp(questions[1] ?? ask("", ""), NOW);
    const id = found.kind === "hit" ? found.id : "";
    const said = { id, contentsKey: CONTENTS_KEY, principal: "anna", verdict: "wrong", now: NOW } as const;
    expect(await store.feedback(tenant, { ...said, principal: "ben" })).toBe(false);
    expect(await store.feedback("another", said)).toBe(false);
    expect(await store.feedback(tenant, { ...said, id: "EU0.nothing" })).toBe(false);
    expect(await store.feedback(tenant, { ...said, id: "nothing" })).toBe(false);
    expect(await store.feedback(tenant, said)).toBe(true);
    expect(await kinds()).toEqual(["hit", "miss", "miss", "hit"]);

    expect(await store.erase(tenant, "anna", null)).toBe(3);
    expect(await store.erase(tenant, "anna", CONTENTS_KEY)).toBe(3);
    expect(await kinds()).toEqual(["miss", "miss", "miss", "miss"]);
  });

  it("makes nothing of a place in which nobody has kept anything", async () => {
    expect(await store.stats("nobody", 1)).toEqual([]);
    const tables = await runInDurableObject(stubOf("nobody"), (_, { storage }) => [
      ...storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'entries'"),
    ]);
    expect(tables).toEqual([]);
  });

  it.each([
    ["/ask", null],
    ["/ask", { kind: "lookUp" }],
    ["/ask", { kind: "lookUp", question: { ...questionOf("?"), shards: 17 }, now: NOW }],
    ["/ask", { kind: "keep", question: questionOf("?"), now: NOW, kept: { ticket: null } }],
    ["/ask", { kind: "everything" }],
    ["/care", { kind: "purge", scope: { kind: "some" }, isDryRun: false, now: NOW }],
    ["/care", { kind: "feedback", id: "x" }],
  ])("refuses what is no call: %s %j", async (path, body) => {
    const response = await stubOf("garbage").fetch(`http://object${path}`, { method: "POST", body: JSON.stringify(body) });
    expect(response.status).toBe(400);
    await response.text();
  });
});
