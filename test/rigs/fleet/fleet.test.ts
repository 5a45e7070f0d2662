import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askRouter, type Heard, readUsage } from "../../conformance/faults/ask-router.ts";
import { gateway, provider, route } from "../../conformance/faults/policy-objects.ts";
import { type ChaosUpstream, startChaosUpstream } from "../chaos-upstream/index.ts";
import { type Fleet, routerAt, startFleet } from "./fleet.ts";

/** A slow way to the objects, as from another continent. */
const DELAY_MS = 80;
const PATIENCE = { timeout: 20_000, interval: 100 };
let policies: string;
let upstream: ChaosUpstream;
let fleet: Fleet;

beforeAll(async () => {
  upstream = await startChaosUpstream();
  policies = await mkdtemp(join(tmpdir(), "fairlead-fleet-policies-"));
  const objects = [gateway([upstream.url]), provider("chaos", upstream.url, ["key"]), route("x", { targets: ["chaos/calm"] })];
  await writeFile(join(policies, "policy.yaml"), objects.map((object) => JSON.stringify(object)).join("\n---\n"));
  fleet = await startFleet({ processes: 2, policies, env: (process) => ({ CHAOS_KEY: `sk-${process}` }), delayMs: DELAY_MS });
});
afterAll(async () => {
  await fleet.close();
  await upstream.close();
  await rm(policies, { recursive: true, force: true });
});

describe("a fleet", () => {
  it("has one policy and one identity, and a secret for each process", async () => {
    const [first, second] = [routerAt(fleet.routers, 0), routerAt(fleet.routers, 1)];
    upstream.reset();
    const answers = [await ask(0), await ask(1), await askRouter({ url: second.url, key: first.key }, body())];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ headers }) => headers["x-fairlead-policy-generation"]))).toHaveLength(1);
    expect(upstream.attempts().map(({ headers }) => headers["authorization"])).toEqual([
      "Bearer sk-0",
      "Bearer sk-1",
      "Bearer sk-1",
    ]);
  });

  it("shows through one router what another has recorded", async () => {
    const id = requestIdOf(await ask(0));
    await expectUsage(1, [id]);
  });

  it("keeps its objects when a router is killed, and shows them to the next process", async () => {
    const id = requestIdOf(await ask(0));
    await expectUsage(1, [id]);
    const killed = routerAt(fleet.routers, 0);
    process.kill(killed.pid, "SIGKILL");
    expect(await killed.exited).toBeNull();
    await expectUsage(1, [id, requestIdOf(await ask(1))]);
    await fleet.restartRouter(0);
    expect(routerAt(fleet.routers, 0)).toMatchObject({ url: killed.url, key: killed.key });
    await expectUsage(0, [id]);
  });

  it.each(["SIGKILL", "SIGSTOP"] as const)(
    "answers while its objects are gone (%s), and books once they are back with all they had",
    async (signal) => {
      const before = requestIdOf(await ask(0));
      await expectUsage(1, [before]);
      const killed = fleet.objectHost;
      process.kill(killed.pid, signal);
      const answers = [await ask(0), await ask(1), await ask(0, { stream: true })];
      expect(answers.filter(({ status, whole }) => status === 200 && whole)).toHaveLength(3);
      expect(answers.at(-1)?.body.toString()).toMatch(/data: \[DONE\]\n\n$/);
      await fleet.restartObjectHost();
      expect(fleet.objectHost.url).toBe(killed.url);
      await expectUsage(1, [before]);
      // What a router could not send goes along with what it sends next, or with its own reading.
      await expectUsage(0, answers.filter((_, index) => index !== 1).map(requestIdOf));
      await expectUsage(1, answers.map(requestIdOf));
    },
  );
});

function body(more: object = {}): object {
  return { model: "x", messages: [{ role: "user", content: "Where is the harbour?" }], ...more };
}

function ask(process: number, more: object = {}): Promise<Heard> {
  return askRouter(routerAt(fleet.routers, process), body(more));
}

function requestIdOf({ headers }: Heard): string {
  return headers["x-fairlead-request-id"] ?? "";
}

/** The usage log as that router shows it comes to hold these requests. */
async function expectUsage(process: number, requestIds: readonly string[]): Promise<void> {
  await expect
    .poll(async () => {
      const events = await readUsage(routerAt(fleet.routers, process)).catch(() => []);
      return events.map(({ requestId }) => requestId);
    }, PATIENCE)
    .toEqual(expect.arrayContaining([...requestIds]));
}
