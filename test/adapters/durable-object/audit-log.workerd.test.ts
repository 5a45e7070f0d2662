import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createDurableAuditLog } from "../../../src/adapters/durable-object/audit-log.ts";
import { createObjectNamespace } from "../../../src/adapters/durable-object/objects.ts";
import type { AuditLog } from "../../../src/ports/audit-log.ts";
import { auditDraft } from "../../core/audit/audit-fixtures.ts";
import { auditLogContract } from "../../ports/audit-log.contract.ts";

const objects = createObjectNamespace(env.AUDIT_LOG);

/** A log of three entries, after something was done to its tables behind its back. */
async function tamperedLog(...statements: readonly string[]): Promise<AuditLog> {
  const name = crypto.randomUUID();
  const log = createDurableAuditLog(objects, name);
  for (const requestId of ["1", "2", "3"]) await log.append(auditDraft({ requestId }));
  expect(await log.verify([])).toMatchObject({ kind: "intact", entries: 3 });
  await runInDurableObject(env.AUDIT_LOG.getByName(name), (_, state) => {
    for (const statement of statements) state.storage.sql.exec(statement);
  });
  return log;
}

describe("durable audit log", () => {
  auditLogContract(() => createDurableAuditLog(objects, crypto.randomUUID()));

  it.each([
    ["a deleted row", ["DELETE FROM entries WHERE seq = 2"], 2],
    ["an edited row", [`UPDATE entries SET entry = replace(entry, 'alice', 'mallo') WHERE seq = 2`], 2],
    ["rows that changed places", ["UPDATE entries SET seq = 9 WHERE seq = 2", "UPDATE entries SET seq = 2 WHERE seq = 3"], 2],
    ["a row that is no entry", [`UPDATE entries SET entry = '{}' WHERE seq = 3`], 3],
    ["a cut end, because the head was kept", ["DELETE FROM entries WHERE seq = 3"], 3],
    ["an emptied table", ["DELETE FROM entries"], 1],
  ])("attack E13: finds %s", async (_, statements, seq) => {
    const log = await tamperedLog(...statements);
    expect(await log.verify([])).toMatchObject({ kind: "broken", seq });
  });

  it("attack E13: finds a cut end whose head was set back too only by a head that was noted elsewhere", async () => {
    const log = await tamperedLog("DELETE FROM entries WHERE seq > 1", "DELETE FROM head");
    expect(await log.verify([])).toMatchObject({ kind: "intact", entries: 1 });
    expect(await log.verify([{ seq: 3, hash: "a".repeat(64) }])).toMatchObject({ kind: "broken", seq: 2 });
  });

  it("refuses what is no draft, page or head", async () => {
    const name = crypto.randomUUID();
    await expect(objects.fetch(name, "/append", { ...auditDraft(), seq: 7 })).rejects.toThrow("400");
    await expect(objects.fetch(name, "/append", {})).rejects.toThrow("400");
    await expect(objects.fetch(name, "/page?after=0&limit=1001")).rejects.toThrow("400");
    await expect(objects.fetch(name, "/page?after=-1&limit=1")).rejects.toThrow("400");
    await expect(objects.fetch(name, "/verify?head=1:x")).rejects.toThrow("400");
    await expect(objects.fetch(name, "/elsewhere")).rejects.toThrow("404");
    expect(await objects.fetch(name, "/page?after=0&limit=10")).toEqual([]);
  });
});
