import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { createDurableControlPlane } from "../../../src/adapters/durable-object/control-plane.ts";
import { ControlStore } from "../../../src/adapters/durable-object/control-store.ts";
import { createObjectNamespace } from "../../../src/adapters/durable-object/objects.ts";
import type { ControlPlane } from "../../../src/ports/control-plane.ts";

const objects = createObjectNamespace(env.HEALTH_HUB);
const BASE = "b".repeat(64);
const digestOf = (character: string): string => character.repeat(64);
const KILL = { kind: "target", id: "default/one/a", reason: "on fire", at: 1_800_000_000_000 } as const;

const planeOf = (name: string): ControlPlane => createDurableControlPlane(objects, name);

async function publish(plane: ControlPlane, character: string, document = "{}"): Promise<void> {
  await plane.publish(digestOf(character), document);
  await plane.change({ action: "start", base: BASE, digest: digestOf(character), share: 0.1 });
}

describe("durable control plane", () => {
  it("begins with nothing decided", async () => {
    expect(await planeOf("fresh").read()).toMatchObject({ revision: 0, kills: [], head: { stable: null, canary: null } });
  });

  it("keeps each change and counts it", async () => {
    const plane = planeOf("kills");
    expect(await plane.change({ action: "kill", kill: KILL })).toMatchObject({ kind: "changed", state: { revision: 1 } });
    expect(await planeOf("kills").read()).toMatchObject({ revision: 1, kills: [KILL] });
  });

  it("says why a change is refused, and keeps nothing of it", async () => {
    const plane = planeOf("refusals");
    const refused = await plane.change({ action: "lift", kind: "target", id: "default/one/a" });
    expect(refused).toEqual({ kind: "refused", reason: "conflict", message: "The target 'default/one/a' is not switched off." });
    expect(await plane.read()).toMatchObject({ revision: 0 });
  });

  it("refuses a rollout of what was never published", async () => {
    const refused = await planeOf("unpublished").change({ action: "start", base: BASE, digest: digestOf("1"), share: 1 });
    expect(refused).toMatchObject({ kind: "refused", message: "The policy has not been published." });
  });

  it("gives back a document of any size as it was published", async () => {
    const document = JSON.stringify({ text: "grüße ".repeat(400_000) });
    const plane = planeOf("large");
    await publish(plane, "1", document);
    expect((await plane.document(digestOf("1"))) === document).toBe(true);
    expect(await plane.document(digestOf("2"))).toBeNull();
  });

  it("keeps a published document until its rollout, whatever is switched off between", async () => {
    const plane = planeOf("between");
    await plane.publish(digestOf("1"), "{}");
    await plane.change({ action: "kill", kill: KILL });
    expect(await plane.change({ action: "start", base: BASE, digest: digestOf("1"), share: 0.1 })).toMatchObject({
      kind: "changed",
    });
  });

  it("lets go of documents to which nobody can return", async () => {
    const plane = planeOf("old");
    await publish(plane, "1");
    await plane.change({ action: "rollback", base: BASE });
    await publish(plane, "2");
    expect([await plane.document(digestOf("1")), await plane.document(digestOf("2"))]).toEqual([null, "{}"]);
    await plane.change({ action: "promote", base: BASE });
    await publish(plane, "3");
    await plane.change({ action: "promote", base: BASE });
    expect(await plane.document(digestOf("2"))).toBe("{}");
  });

  it("lets one of two rollouts begin", async () => {
    const plane = planeOf("race");
    await plane.publish(digestOf("1"), "{}");
    await plane.publish(digestOf("2"), "{}");
    const starts = ["1", "2"].map((character) =>
      planeOf("race").change({ action: "start", base: BASE, digest: digestOf(character), share: 0.1 }),
    );
    const kinds = (await Promise.all(starts)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "changed")).toHaveLength(1);
  });

  it("is there again when the object starts anew", async () => {
    await planeOf("restarted").change({ action: "kill", kill: KILL });
    await runInDurableObject(env.HEALTH_HUB.getByName("restarted"), (_, { storage }) => {
      expect(new ControlStore(storage.sql).state.kills).toEqual([KILL]);
    });
  });

  it("does not write over what it cannot read", async () => {
    await planeOf("damaged").change({ action: "kill", kill: KILL });
    await runInDurableObject(env.HEALTH_HUB.getByName("damaged"), (_, { storage }) => {
      storage.sql.exec("UPDATE control SET state = '{}'");
      expect(() => new ControlStore(storage.sql)).toThrow("cannot be read");
    });
  });
});
