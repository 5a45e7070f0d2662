import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runRollout } from "../../../src/cli/rollout.ts";
import { ADMIN_ROUTES } from "../../../src/core/admin/admin-routes.ts";
import { ADMIN_ROLE_NAMES } from "../../../src/core/admin/admin-roles.ts";
import { runAdminAttacks } from "./admin-attacks.ts";
import { type AdminLab, startAdminLab } from "./admin-lab.ts";
import { runAnswers } from "./answers.ts";
import { anotherPolicy } from "./another-policy.ts";
import { runRbac } from "./rbac.ts";

let lab: AdminLab;
beforeAll(async () => {
  lab = await startAdminLab({ rollouts: "TwoPerson" });
});
afterAll(() => lab.close());

const KILL = { kind: "target", id: "team-b/inside/sim-small" };
const codeOf = (body: unknown): unknown => (body as { readonly error?: { readonly code?: unknown } } | null)?.error?.code; // an envelope

const roll = (name: string, body: object) => lab.call(name, "/admin/api/rollout", { method: "POST", body });
const heard = async (answer: ReturnType<typeof roll>): Promise<readonly unknown[]> => {
  const { body, status } = await answer;
  return [status, codeOf(body)];
};

/** `fairlead rollout promote --digest START`, with the bootstrap key. */
function promote(start: string): Promise<number> {
  const { adminKey, url } = lab.router;
  const io = { out: () => undefined, err: () => undefined, env: {}, cwd: "." };
  return runRollout(["promote", "--digest", start, "--url", url, "--admin-key", adminKey], io);
}

describe("roles", () => {
  it("may at a running router what the page says, and nothing else", async () => {
    const { cells, routes, wrong } = await runRbac(lab);
    expect(wrong).toEqual([]);
    expect(routes).toBe(Object.keys(ADMIN_ROUTES).length);
    expect(cells).toBe(routes * ADMIN_ROLE_NAMES.length * 2);
  });

  it("is answered as the OpenAPI document says, with nothing beside it", async () => {
    const { operations, wrong } = await runAnswers(lab);
    expect(wrong).toEqual([]);
    expect(operations).toBe(Object.keys(ADMIN_ROUTES).length);
    expect((await roll("owner", { action: "rollback" })).status).toBe(200);
  });

  it.each([
    ["expired", 401, "expired_api_key"],
    ["inactive", 401, "inactive_api_key"],
  ])("does not take a key that is %s", async (name, status, code) => {
    const { body, ...answer } = await lab.call(name, "/admin/api/kills");
    expect([answer.status, codeOf(body)]).toEqual([status, code]);
  });

  it("takes away at once what a key may, when it is switched off by its id", { timeout: 20_000 }, async () => {
    const id = lab.keyIds.get("leaver") ?? "";
    expect((await lab.call("leaver", "/admin/api/kills")).status).toBe(200);
    const killed = await lab.call("owner", "/admin/api/kills", { method: "POST", body: { kind: "caller", id } });
    expect(killed.status).toBe(200);
    await new Promise((done) => setTimeout(done, 3_100));
    const { body, status } = await lab.call("leaver", "/admin/api/kills");
    expect([status, codeOf(body)]).toEqual([403, "caller_disabled"]);
  });
});

describe("rollouts", () => {
  it("attack E04: nobody carries on alone what takes two, nor agrees to what is not named", async () => {
    const { digest, document } = await anotherPolicy(lab, { explainRoles: ["tester"] });
    const start = { action: "start", document };
    expect(await heard(roll("operator", { ...start, share: 0.1 }))).toEqual([403, "forbidden"]);
    expect((await roll("operator", { ...start, share: 0 })).status).toBe(200);
    expect(await heard(roll("operator", { action: "share", share: 1, digest }))).toEqual([403, "forbidden"]);
    expect(await heard(roll("operator", { action: "promote", digest }))).toEqual([403, "forbidden"]);
    expect(await heard(roll("owner", { action: "promote" }))).toEqual([400, "missing_field"]);
    expect(await heard(roll("owner", { action: "promote", digest: "0".repeat(64) }))).toEqual([409, "conflict"]);
    expect((await roll("owner", { action: "share", share: 0.5, digest })).status).toBe(200);
    expect(await promote("0000")).toBe(1);
    expect(await promote(digest.slice(0, 8))).toBe(0);
    expect((await roll("operator", { action: "rollback" })).status).toBe(200);
  });

  it("attack E04: an operator starts no policy that changes who administers, an owner does", async () => {
    const { document } = await anotherPolicy(lab, { admin: { keys: [], isTwoPerson: false } });
    const start = { action: "start", share: 0, document };
    expect(await heard(roll("operator", start))).toEqual([403, "forbidden"]);
    expect((await roll("owner", start)).status).toBe(200);
    expect((await roll("operator", { action: "rollback" })).status).toBe(200);
  });
});

describe("tenants", () => {
  it("attack E02: another tenant's key is not there, and one's own is", async () => {
    const kill = (id: string) => lab.call("owner-of-a", "/admin/api/kills", { method: "POST", body: { kind: "caller", id } });
    expect((await kill(lab.dataKeyIds.b)).status).toBe(404);
    const own = await kill(lab.dataKeyIds.a);
    expect([own.status, own.body]).toMatchObject([200, { isKnown: true }]);
    const lift = { kind: "caller", id: lab.dataKeyIds.a, lift: true };
    expect((await lab.call("owner-of-a", "/admin/api/kills", { method: "POST", body: lift })).status).toBe(200);
  });

  it("attack E02: lists show what is one's own", async () => {
    const own = { kind: "model", id: "team-a/other" };
    for (const body of [KILL, own]) await lab.call("owner", "/admin/api/kills", { method: "POST", body });
    const idsFor = async (name: string): Promise<readonly string[]> => {
      const { kills } = (await lab.call(name, "/admin/api/kills")).body as { readonly kills: readonly { readonly id: string }[] }; // our own router's
      return kills.map(({ id }) => id).filter((id) => id.startsWith("team-"));
    };
    expect(await idsFor("owner")).toEqual([KILL.id, own.id]);
    expect(await idsFor("owner-of-a")).toEqual([own.id]);
    const health = await lab.call("owner-of-a", "/admin/api/health");
    expect(health.status).toBe(200);
    expect(health.text).not.toContain("team-b");
  });
});

describe("requests", () => {
  it("attacks E02, E03, E05 and E12 are refused at every route, and change nothing", async () => {
    const { isUnchanged, sent, wrong } = await runAdminAttacks(lab);
    expect([wrong, isUnchanged]).toEqual([[], true]);
    for (const count of Object.values(sent)) expect(count).toBeGreaterThan(20);
  });

  it("attack E12: a GET changes nothing, whatever it says of its method", async () => {
    const before = (await lab.call("owner", "/admin/api/kills")).text;
    const overridden = { "x-http-method-override": "POST", "x-method-override": "POST", "x-http-method": "POST" };
    expect((await lab.call("owner", "/admin/api/kills", { headers: overridden })).text).toBe(before);
    expect((await lab.call("owner", "/admin/api/kills?kind=model&id=team-a%2Fx")).status).toBe(400);
    expect((await lab.call("owner", "/admin/api/kills")).text).toBe(before);
  });

  it("attack E05: a body that a page could send without asking is refused", async () => {
    const headers = { "content-type": "text/plain" };
    expect((await lab.call("owner", "/admin/api/kills", { method: "POST", body: KILL, headers })).status).toBe(415);
  });

  it("is answered to the console's own origin, and kept by nobody", async () => {
    const headers = { origin: new URL(lab.router.url).origin, "sec-fetch-site": "same-origin" };
    const answer = await lab.call("owner", "/admin/api/health", { headers });
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
  });
});
