import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createDurableHealthHub } from "../../../src/adapters/durable-object/health-hub.ts";
import { createObjectNamespace } from "../../../src/adapters/durable-object/objects.ts";
import { hubReport, targetReport } from "../../core/health/health-reports.ts";
import { healthHubContract } from "../../ports/health-hub.contract.ts";

const objects = createObjectNamespace(env.HEALTH_HUB);

describe("durable health hub", () => {
  healthHubContract(() => createDurableHealthHub(objects, "shared"));

  it("shares with those who use its name, and with nobody else", async () => {
    const [here, there] = [createDurableHealthHub(objects, "eu"), createDurableHealthHub(objects, "us")];
    const targets = [targetReport({ targetId: "default/p/m", failed: 5, tripped: true })];
    await here.sync({ report: hubReport({ isolateId: "a", seq: 1, targets }), revision: 0, keys: 0 });
    const again = createDurableHealthHub(objects, "eu");
    const asking = { report: hubReport({ isolateId: "b", seq: 1 }), revision: 0, keys: 0 };
    expect((await again.sync(asking)).health?.ejected).toHaveLength(1);
    expect((await there.sync(asking)).health?.ejected).toEqual([]);
  });
});

describe("health hub object", () => {
  it.each([
    ["no report", "/sync", { revision: 0, keys: 0 }],
    ["a report without a name", "/sync", { report: hubReport({ isolateId: "", seq: 1 }), revision: 0, keys: 0 }],
    ["a question of another shape", "/sync", [1, 2, 3]],
    ["another operation", "/erase", { report: hubReport({ isolateId: "a", seq: 1 }), revision: 0, keys: 0 }],
    ["a change that is none", "/control/change", { action: "explode" }],
    ["a share that is none", "/control/change", { action: "share", base: "", share: 2 }],
    ["a document that is no text", "/control/document?digest=" + "0".repeat(64), { a: 1 }],
    ["reading by GET", "/sync", undefined],
  ])("refuses %s", async (_, path, body) => {
    await expect(objects.fetch("refusals", path, body)).rejects.toThrow(/answered 40[04]/);
  });

  it("refuses what is no JSON, and a report larger than any isolate writes", async () => {
    const stub = env.HEALTH_HUB.getByName("refusals");
    const post = async (body: string): Promise<number> => {
      const response = await stub.fetch("http://object/sync", { method: "POST", body });
      await response.text();
      return response.status;
    };
    expect(await post("{")).toBe(400);
    const question = { report: hubReport({ isolateId: "a", seq: 1 }), revision: 0, keys: 0 };
    expect(await post(JSON.stringify({ ...question, more: "x".repeat(1_100_000) }))).toBe(400);
    expect(await post(JSON.stringify({ ...question, more: "x" }))).toBe(200);
  });
});
