import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseApiKey } from "../../../src/core/api-key.ts";
import type { Heard } from "../faults/ask-router.ts";
import { codeOf } from "../routing/ask-chat.ts";
import { guessKey } from "./guess-key.ts";
import { type KeysLab, startKeysLab } from "./keys-lab.ts";

let lab: KeysLab;
beforeAll(async () => {
  lab = await startKeysLab({ processes: 2 });
});
afterAll(() => lab?.close());

const LONGER_THAN_NEWS_TAKE_MS = 15_000;

const idOf = (key: string): string => parseApiKey(key)?.id ?? "";

async function createKey(...args: readonly string[]): Promise<string> {
  const [key = ""] = await lab.keys("create", "--consumer", "app", ...args);
  return key;
}

/** Asks at a process until it answers otherwise; its last answer. */
async function askUntilRefused(key: string, process: number): Promise<Heard> {
  const until = Date.now() + LONGER_THAN_NEWS_TAKE_MS;
  for (;;) {
    const heard = await lab.ask(key, process);
    if (heard.status !== 200 || Date.now() > until) return heard;
    await sleep(100);
  }
}

describe("keys of a running router", () => {
  it("open every process at once, and are shown once and never again", async () => {
    const key = await createKey("--name", "ci");
    expect(key).toMatch(/^fl_live_/);
    expect([(await lab.ask(key, 0)).status, (await lab.ask(key, 1)).status]).toEqual([200, 200]);
    const listed = await lab.keys("list");
    expect(listed.find((line) => line.startsWith(idOf(key)))).toMatch(/ {2}default\/app {2}ci {2}active {2}.* {2}registry$/);
    expect(listed.find((line) => line.startsWith(idOf(lab.written.key)))).toContain("policy");
    const { body } = await lab.administer("GET", "/admin/api/keys?consumer=app");
    expect(JSON.stringify(body)).not.toMatch(/fl_live_|hash|v1:/);
  });

  it("are refused everywhere once they are revoked, those that stand in the policy too", async () => {
    const made = await createKey();
    const { key: written } = lab.written;
    for (const key of [made, written])
      expect([(await lab.ask(key, 0)).status, (await lab.ask(key, 1)).status]).toEqual([200, 200]);
    for (const key of [made, written]) await lab.keys("revoke", idOf(key));
    for (const key of [made, written]) {
      const heard = await Promise.all([askUntilRefused(key, 0), askUntilRefused(key, 1)]);
      expect(heard.map((answer) => [answer.status, codeOf(answer)])).toEqual([
        [401, "revoked_api_key"],
        [401, "revoked_api_key"],
      ]);
    }
    // A process that knows nothing yet asks before it answers.
    await lab.fleet.restartRouter(1);
    for (const key of [made, written]) expect(codeOf(await lab.ask(key, 1))).toBe("revoked_api_key");
  });

  it("go on beside their successors for as long as is said, and not longer", async () => {
    const old = await createKey("--name", "nightly");
    await lab.ask(old, 1);
    const [successor = ""] = await lab.keys("rotate", idOf(old), "--overlap", "2s");
    const rotatedAt = Date.now();
    expect([(await lab.ask(old, 1)).status, (await lab.ask(successor, 1)).status]).toEqual([200, 200]);
    const [line] = (await lab.keys("list")).filter((text) => text.startsWith(idOf(successor)));
    expect(line).toContain("nightly");
    const heard = await askUntilRefused(old, 1);
    expect(codeOf(heard)).toBe("expired_api_key");
    expect(Date.now() - rotatedAt).toBeGreaterThan(1_900);
    expect((await lab.ask(successor, 1)).status).toBe(200);
  });

  it("are made for consumers that the policy has, and for nobody else", async () => {
    await expect(lab.keys("create", "--consumer", "ap")).rejects.toThrow(
      "The policy has no Consumer 'ap' in 'default'. Did you mean 'app'?",
    );
    await expect(lab.keys("create", "--consumer", "theirs")).rejects.toThrow("no Consumer 'theirs' in 'default'");
    const late = { consumer: "app", notBefore: "2027-01-01T00:00:00Z", expires: "2026-12-31T00:00:00Z" };
    expect(await lab.administer("POST", "/admin/api/keys", late)).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_value", param: "expires" } },
    });
    const later = await lab.administer("POST", "/admin/api/keys", {
      consumer: "app",
      notBefore: "2035-01-01T00:00:00Z",
      expires: "never",
    });
    expect(later).toMatchObject({ status: 201, body: { expires: null } });
    expect(codeOf(await lab.ask(String(later.body["key"]), 0))).toBe("inactive_api_key");
  });

  it("of another tenant are keys that do not exist (attack E02)", async () => {
    const { body } = await lab.administer("POST", "/admin/api/keys?tenant=acme", { consumer: "theirs" });
    const [id, unknown] = [String(body["id"]), "0".repeat(12)];
    for (const action of ["rotate", "revoke"]) {
      const foreign = await lab.administer("POST", `/admin/api/keys/${id}/${action}`, {});
      const missing = await lab.administer("POST", `/admin/api/keys/${unknown}/${action}`, {});
      expect(foreign.status).toBe(404);
      expect(JSON.stringify(foreign.body).replaceAll(id, unknown)).toBe(JSON.stringify(missing.body));
    }
    const written = await lab.administer("POST", `/admin/api/keys/${idOf(lab.written.key)}/revoke?tenant=acme`, {});
    expect(written.status).toBe(404);
    const { body: page } = await lab.administer("GET", `/admin/api/keys?after=${id}&limit=1000`);
    expect(JSON.stringify(page)).not.toContain("acme");
    expect(await lab.keys("list", "--namespace", "acme")).toEqual([expect.stringMatching(`^${id}  acme/theirs  key  active`)]);
  });

  it("are refused with a secret of another, whether anybody has the id or not", async () => {
    const key = await createKey();
    for (const id of [idOf(key), idOf(lab.written.key), "0".repeat(12)])
      expect(codeOf(await lab.ask(guessKey(id), 0))).toBe("invalid_api_key");
  });

  it("are not guessed for long: then the registry is asked nothing for that address (attack H08)", async () => {
    const [known, unseen] = [await createKey(), await createKey()];
    await lab.ask(known, 0);
    const from = (address: string, key: string): Promise<Heard> => lab.ask(key, 0, { headers: { "cf-connecting-ip": address } });
    const heard: Heard[] = [];
    for (let guess = 0; guess < 40; guess += 1) heard.push(await from("192.0.2.1", guessKey("0".repeat(12))));
    expect(heard.map(({ status }) => status)).toEqual([...Array(20).fill(401), ...Array(20).fill(429)]);
    expect(codeOf(heard[20] ?? expect.unreachable())).toBe("too_many_wrong_keys");
    expect(Number(heard[20]?.headers["retry-after"])).toBeGreaterThan(30);
    expect((await from("192.0.2.1", known)).status).toBe(200);
    // A key of which this process knows nothing yet would have to be asked for.
    expect((await from("192.0.2.1", unseen)).status).toBe(429);
    expect((await from("192.0.2.2", unseen)).status).toBe(200);
  });
});
