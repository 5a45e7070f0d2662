import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runAudit } from "../../../src/cli/audit.ts";
import { type AdminLab, startAdminLab } from "./admin-lab.ts";
import { runTampering } from "./tampering.ts";

let lab: AdminLab;
let directory: string;
beforeAll(async () => {
  lab = await startAdminLab();
  directory = await mkdtemp(join(tmpdir(), "fairlead-audit-"));
});
afterAll(async () => {
  await lab.close();
  await rm(directory, { recursive: true, force: true });
});

/** Runs `fairlead audit` against the lab's router, or over a file. */
async function audit(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: readonly string[]; readonly err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const io = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line), env: {}, cwd: directory };
  const code = await runAudit([...args, "--url", lab.router.url, "--admin-key", lab.router.adminKey], io);
  return { code, out, err: err.join("\n") };
}

it("has every call that changes something, also what was refused, and none that looks", async () => {
  const post = (name: string, path: string, body: object) => lab.call(name, path, { method: "POST", body });
  await lab.call("owner", "/admin/api/kills");
  await post("viewer", "/admin/api/kills", { kind: "model", id: "team-a/chat" });
  await post("owner-of-a", "/admin/api/kills", { kind: "model", id: "team-b/chat" });
  await post("expired", "/admin/api/kills", { kind: "model", id: "team-b/chat" });
  await post("nobody's key", "/admin/api/kills", { kind: "model", id: "team-b/chat" });
  const made = await post("key-admin-of-a", "/admin/api/keys?tenant=team-a", { consumer: "app" });
  const { entries, next } = (await lab.call("auditor", "/admin/api/audit")).body as {
    readonly entries: readonly Readonly<Record<string, unknown>>[];
    readonly next: unknown;
  }; // our own router's answer
  expect(next).toBeNull();
  expect(entries.map(({ actor, action, outcome, code }) => [actor, action, outcome, code])).toEqual([
    ["viewer", "changeKills", "refused", "forbidden"],
    ["owner-of-a", "changeKills", "begun", null],
    ["owner-of-a", "changeKills", "refused", "not_found"],
    ["expired", "changeKills", "refused", "expired_api_key"],
    ["key-admin-of-a", "createKey", "begun", null],
    ["key-admin-of-a", "createKey", "done", null],
  ]);
  const { key } = made.body as { readonly key: string }; // a key that was just made
  expect(JSON.stringify(entries)).not.toContain(key);
  expect(made.headers.get("x-fairlead-audit")).toBe(`6:${String(entries[5]?.["hash"])}`);
  expect((await lab.call("auditor", `/admin/api/audit/verify?head=${made.headers.get("x-fairlead-audit")}`)).body).toMatchObject({
    kind: "intact",
    entries: 6,
  });
  expect((await lab.call("auditor", `/admin/api/audit/verify?head=6:${"0".repeat(64)}`)).body).toMatchObject({
    kind: "broken",
    seq: 6,
  });
});

it("is taken along and verified offline, and by a router's pages", async () => {
  const exported = await audit("export");
  await writeFile(join(directory, "audit.ndjson"), `${exported.out.join("\n")}\n`);
  const [online, offline] = [await audit("verify"), await audit("verify", "--file", "audit.ndjson")];
  expect([online.code, offline.code, online.out]).toEqual([0, 0, offline.out]);
  expect(online.out[0]).toMatch(/^Intact: 6 entries\. Its head, to be noted elsewhere: 6:[0-9a-f]{64}$/);
  expect((await audit("verify", "--file", "none.ndjson")).code).toBe(1);
  expect((await audit("verify", "--head", "6")).code).toBe(2);
  expect((await audit("export", "--file", "audit.ndjson")).code).toBe(2);
});

it("attack E13: every way of tampering with an export is found", async () => {
  const { head, intact, unnoticed, ways } = await runTampering(lab, { changes: 10, directory });
  expect([intact, unnoticed, ways]).toEqual([true, [], 9]);
  expect(head).toMatch(/^\d+:[0-9a-f]{64}$/);
});
