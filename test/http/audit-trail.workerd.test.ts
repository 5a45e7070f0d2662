import { expect, it } from "vitest";
import { createApiKey } from "../../src/core/api-key.ts";
import type { AuditEntry } from "../../src/core/audit/audit-entry.ts";
import { hashApiKey } from "../../src/core/hash-api-key.ts";
import { INITIAL_CONTROL } from "../../src/core/control/control-state.ts";
import { sha256Hex } from "../../src/core/sha256-hex.ts";
import type { Bindings } from "../../src/http/app.ts";
import { handle } from "../../src/http/handle.ts";
import { createBindings, providerNamed } from "../workerd/in-memory.ts";

const KEY = createApiKey({ plane: "admin", environment: "test" }, (length) => new Uint8Array(length).fill(9));
const LONG = "x".repeat(600);

interface World {
  /** What was changed, in order, and between them what was written down. */
  readonly happened: readonly string[];
  readonly lines: readonly string[];
  /** What goes on whether or not the caller is still there. */
  readonly deferred: readonly Promise<unknown>[];
  kill(body: object): Promise<Response>;
  start(document: string): Promise<Response>;
}

/** A router in memory whose audit log fails from the `failsAt`-th entry on. */
async function createWorld({ failsAt = Infinity, breaks = false } = {}): Promise<
  World & { entries(): Promise<readonly AuditEntry[]> }
> {
  const happened: string[] = [];
  const lines: string[] = [];
  const deferred: Promise<unknown>[] = [];
  const context = { waitUntil: (work: Promise<unknown>) => void deferred.push(work) };
  const bindings = await createBindings(providerNamed("upstream"), { send: () => Promise.reject(new Error("nobody is asked")) });
  let appended = 0;
  const deps: Bindings["deps"] = {
    ...bindings,
    adminKeyHash: `v1:${await hashApiKey(KEY, bindings.readPepper("v1") ?? "")}`,
    log: (line) => void lines.push(line),
    controlPlane: {
      ...bindings.controlPlane,
      read: async () => INITIAL_CONTROL,
      change: async (change) => {
        happened.push(change.action);
        if (breaks) throw new Error("The hub went away.");
        return { kind: "changed", state: { ...INITIAL_CONTROL, kills: "kill" in change ? [change.kill] : [] } };
      },
    },
    audit: {
      ...bindings.audit,
      append: async (draft) => {
        appended += 1;
        if (appended >= failsAt) throw new Error("The log went away.");
        happened.push(`${draft.outcome} ${draft.code ?? ""}`.trim());
        return bindings.audit.append(draft);
      },
    },
  };
  const request = (path: string, body: object): Request =>
    new Request(`https://router.example.com/admin/api/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return {
    happened,
    lines,
    deferred,
    kill: async (body) => handle(request("kills", body), deps, context),
    start: async (document) => handle(request("rollout", { action: "start", share: 0.1, document }), deps, context),
    entries: () => bindings.audit.page(0, 100),
  };
}

const KILL = { kind: "model", id: "default/chat", reason: "leaked" };
const codeOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { readonly error?: { readonly code?: unknown } }).error?.code; // our own envelope

it("writes down that a change begins before it is made, and how it ended before it is answered", async () => {
  const world = await createWorld();
  const response = await world.kill(KILL);
  expect([response.status, world.happened]).toEqual([200, ["begun", "kill", "done"]]);
  const [begun, done] = await world.entries();
  expect(begun).toMatchObject({ actor: "bootstrap", action: "changeKills", resource: "POST /admin/api/kills", after: null });
  expect(JSON.parse(done?.input ?? "")).toEqual({ ...KILL, lift: false });
  expect(done).toMatchObject({ before: null, after: expect.stringMatching(/^[0-9a-f]{64}$/), requestId: begun?.requestId });
  expect(response.headers.get("x-fairlead-audit")).toBe(`2:${done?.hash}`);
  expect(world.lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { audit: 1, hash: begun?.hash },
    { audit: 2, hash: done?.hash },
  ]);
});

it("goes on to its end when the caller leaves meanwhile", async () => {
  const world = await createWorld();
  const answered = world.kill(KILL);
  await expect.poll(() => world.deferred.length).toBeGreaterThan(0);
  await Promise.all(world.deferred);
  expect(world.happened).toEqual(["begun", "kill", "done"]);
  await answered;
});

it("does nothing that cannot be written down first", async () => {
  const world = await createWorld({ failsAt: 1 });
  const response = await world.kill(KILL);
  expect([response.status, await codeOf(response), world.happened]).toEqual([503, "audit_unavailable", []]);
});

it("says so where it was done and that could not be written down any more", async () => {
  const world = await createWorld({ failsAt: 2 });
  const response = await world.kill(KILL);
  expect([response.status, await response.text()]).toEqual([503, expect.stringContaining("It was done.")]);
  expect(world.happened).toEqual(["begun", "kill"]);
});

it("writes down what was refused, and what broke", async () => {
  const refused = await createWorld();
  expect((await refused.kill({ ...KILL, role: "owner" })).status).toBe(400);
  expect((await refused.kill({ ...KILL, id: "default/*" })).status).toBe(400);
  expect(refused.happened).toEqual(["refused unknown_field", "begun", "refused invalid_value"]);
  const broken = await createWorld({ breaks: true });
  expect((await broken.kill(KILL)).status).toBe(500);
  expect(broken.happened).toEqual(["begun", "kill", "failed internal_error"]);
});

it("keeps long texts as their digest, and says in the log no text of a caller's", async () => {
  const world = await createWorld();
  await world.kill({ kind: "model", id: "default/chat", reason: "=HYPERLINK()\r\n2026-11-22 ADMIN login" });
  await world.start(LONG);
  const [entry, , begun] = await world.entries();
  expect(JSON.parse(begun?.input ?? "")).toMatchObject({ action: "start", document: `sha256:${await sha256Hex(LONG)}` });
  expect(entry?.input).not.toMatch(/[\r\n]/);
  expect(world.lines.join("")).not.toMatch(/HYPERLINK|[\r\n]/);
});
