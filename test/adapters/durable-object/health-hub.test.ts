import { describe, expect, it } from "vitest";
import { createDurableHealthHub } from "../../../src/adapters/durable-object/health-hub.ts";
import type { ObjectNamespace } from "../../../src/adapters/durable-object/objects.ts";
import { hubReport } from "../../core/health/health-reports.ts";

const report = hubReport({ isolateId: "a", seq: 1 });
const answer = {
  seq: 1,
  ejected: [],
  readmitted: [],
  grants: [],
  throttled: [],
  credentials: [],
  figures: [],
  failing: ["default/p"],
};

const NEWS = { epoch: 6, changed: ["aaaaaaaaaaaa"], ends: [] };

describe("durable health hub", () => {
  it("sends the report to the object of its name and gives its answer", async () => {
    const sent: unknown[] = [];
    const objects: ObjectNamespace = {
      fetch: async (...call) => {
        sent.push(call);
        return { health: answer, control: null, keys: NEWS };
      },
    };
    const question = { report, revision: 3, keys: 5 };
    expect(await createDurableHealthHub(objects, "eu").sync(question)).toEqual({ health: answer, control: null, keys: NEWS });
    expect(sent).toEqual([["eu", "/sync", question]]);
  });

  it("takes a hub of an earlier release, which knows of no keys, for one without news", async () => {
    const objects: ObjectNamespace = { fetch: async () => ({ health: null, control: null }) };
    const reply = await createDurableHealthHub(objects, "eu").sync({ report: null, revision: 3, keys: 5 });
    expect(reply).toEqual({ health: null, control: null, keys: null });
  });

  it("rejects where the object cannot be reached", async () => {
    const objects: ObjectNamespace = { fetch: () => Promise.reject(new Error("unreachable")) };
    await expect(createDurableHealthHub(objects, "eu").sync({ report, revision: 3, keys: 5 })).rejects.toThrow("unreachable");
  });

  it.each([
    ["nothing", null],
    ["another shape of health", { health: { ...answer, ejected: "none" }, control: null }],
    ["another shape of keys", { health: answer, control: null, keys: { epoch: 6, changed: "all", ends: [] } }],
    ["another shape of control", { health: answer, control: { revision: "new" } }],
    ["a text", "ok"],
  ])("rejects an answer that is %s", async (_, value) => {
    const objects: ObjectNamespace = { fetch: async () => value };
    await expect(createDurableHealthHub(objects, "eu").sync({ report, revision: 3, keys: 5 })).rejects.toThrow(
      "did not answer as a hub does",
    );
  });
});
