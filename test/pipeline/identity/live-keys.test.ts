import { describe, expect, it } from "vitest";
import { createMemoryKeyRegistry } from "../../../src/adapters/memory/key-registry.ts";
import { createMemoryKeyRing } from "../../../src/adapters/memory/key-ring.ts";
import { newsSince, NOTHING_ANNOUNCED } from "../../../src/core/registry/key-news.ts";
import type { NewKey } from "../../../src/core/registry/registered-key.ts";
import { LiveKeys } from "../../../src/pipeline/identity/live-keys.ts";
import type { KeyRegistry } from "../../../src/ports/key-registry.ts";
import { consumerOf, keyOf, keyRingContract } from "../../ports/key-ring.contract.ts";

const NOW = 1_800_000_000_000;
const IN_POLICY = keyOf("aaaaaaaaaaaa");
const BILLING = consumerOf("default", "billing", [IN_POLICY]);
const MADE = "bbbbbbbbbbbb";

/** An isolate's keys over a registry that counts its look-ups and can be away. */
class World {
  now = NOW;
  isAway = false;
  asked = 0;
  announcement = NOTHING_ANNOUNCED;
  /** What the isolate was told to forget as verified. */
  readonly forgotten: (readonly string[] | null)[] = [];
  readonly registry: KeyRegistry = createMemoryKeyRegistry(
    () => this.now,
    (announcement) => {
      this.announcement = announcement;
    },
  );
  /** Called in the middle of a look-up, when the registry has answered. */
  onAnswer: () => Promise<void> = async () => undefined;
  readonly keys = new LiveKeys({
    policy: createMemoryKeyRing([BILLING]),
    consumers: [BILLING],
    registry: { find: (id) => this.#find(id) },
    verifiedKeys: { forget: (ids) => void this.forgotten.push(ids === null ? null : [...ids]) },
    now: () => this.now,
  });

  async make(differences: Partial<NewKey> = {}): Promise<void> {
    const { expiresMs, hash, id, name, notBeforeMs } = keyOf(MADE);
    const key = { id, name, hash, notBeforeMs, expiresMs, tenant: "default", consumer: "billing", replaces: null };
    await this.registry.change({ action: "create", key: { ...key, ...differences } });
  }

  async revoke(id: string, inPolicy: { readonly expiresMs: null } | null = null): Promise<void> {
    await this.registry.change({ action: "revoke", tenant: "default", id, inPolicy });
  }

  /** The hub's next answer. */
  hear(): void {
    const news = newsSince(this.announcement, this.keys.epoch);
    if (news !== null) this.keys.follow(news);
  }

  async #find(id: string): ReturnType<KeyRegistry["find"]> {
    this.asked += 1;
    if (this.isAway) throw new Error("The registry is away.");
    const found = await this.registry.find(id);
    const { onAnswer } = this;
    this.onAnswer = async () => undefined;
    await onAnswer();
    return found;
  }
}

describe("live keys", () => {
  keyRingContract((consumers) => {
    const registry = createMemoryKeyRegistry(Date.now, () => undefined);
    const verifiedKeys = { forget: () => undefined };
    return new LiveKeys({ policy: createMemoryKeyRing(consumers), consumers, registry, verifiedKeys, now: Date.now });
  });

  it("asks nobody for a key of the policy", async () => {
    const world = new World();
    expect(await world.keys.find(IN_POLICY.id)).toEqual({ key: IN_POLICY, consumer: BILLING });
    expect(world.asked).toBe(0);
  });

  it("asks the registry once for a key that was made, and then knows it", async () => {
    const world = new World();
    await world.make({ expiresMs: NOW + 5 });
    const found = await world.keys.find(MADE);
    expect(found).toMatchObject({ key: { id: MADE, expiresMs: NOW + 5, revoked: false, limits: [] }, consumer: BILLING });
    expect([await world.keys.find(MADE), world.keys.known(MADE)]).toEqual([found, found]);
    expect(world.asked).toBe(1);
  });

  it("asks once in ten seconds for an id that nobody has", async () => {
    const world = new World();
    for (let turn = 0; turn < 5; turn += 1) expect(await world.keys.find(MADE)).toBeNull();
    expect(world.asked).toBe(1);
    world.now += 10_000;
    await world.make();
    expect(await world.keys.find(MADE)).not.toBeNull();
  });

  it("finds a key whose consumer the policy does not have", async () => {
    const world = new World();
    await world.make({ consumer: "gone" });
    expect(await world.keys.find(MADE)).toMatchObject({ key: { id: MADE }, consumer: null });
  });

  it("knows a key that was made to be revoked as soon as the hub has told", async () => {
    const world = new World();
    await world.make();
    world.hear();
    await world.keys.find(MADE);
    await world.revoke(MADE);
    expect((await world.keys.find(MADE))?.key.revoked).toBe(false);
    world.hear();
    expect(world.keys.known(MADE)).toBeNull();
    expect((await world.keys.find(MADE))?.key.revoked).toBe(true);
    expect(world.forgotten).toEqual([null, [MADE]]);
  });

  it("knows a key of the policy to be ended as soon as the hub has told", async () => {
    const world = new World();
    world.hear();
    await world.revoke(IN_POLICY.id, { expiresMs: null });
    world.hear();
    expect(world.keys.known(IN_POLICY.id)).toMatchObject({ key: { revoked: true, expiresMs: NOW }, consumer: BILLING });
    expect([world.forgotten, world.asked]).toEqual([[null, [IN_POLICY.id]], 0]);
  });

  it("looks again where a look-up and the news of a change cross", async () => {
    const world = new World();
    await world.make();
    world.onAnswer = async () => {
      await world.revoke(MADE);
      world.hear();
    };
    expect((await world.keys.find(MADE))?.key.revoked).toBe(true);
    expect(world.asked).toBe(2);
  });

  it("goes on with what it knows when an older answer of the hub comes late", async () => {
    const world = new World();
    world.hear();
    const late = newsSince(world.announcement, -1);
    await world.revoke(IN_POLICY.id, { expiresMs: null });
    world.hear();
    if (late !== null) world.keys.follow(late);
    expect(world.keys.known(IN_POLICY.id)?.key.revoked).toBe(true);
  });

  it("uses what it remembers while the registry is away, for fifteen minutes, and refuses what it does not", async () => {
    const world = new World();
    await world.make();
    await world.keys.find(MADE);
    world.isAway = true;
    world.now += 14 * 60_000;
    expect((await world.keys.find(MADE))?.key.id).toBe(MADE);
    world.now += 60_000;
    await expect(world.keys.find(MADE)).rejects.toMatchObject({ code: "keys_unavailable" });
    await expect(world.keys.find("cccccccccccc")).rejects.toMatchObject({ code: "keys_unavailable" });
  });

  it("takes as many look-ups to refuse a wrong secret of a known id as of one that nobody has (attack D03)", async () => {
    const world = new World();
    await world.make();
    await world.keys.find(MADE);
    const costOf = async (work: () => Promise<unknown>): Promise<number> => {
      const before = world.asked;
      await work();
      return world.asked - before;
    };
    for (const id of [IN_POLICY.id, MADE])
      expect([await costOf(() => world.keys.refuse(id, true)), await costOf(() => world.keys.refuse(id, true))]).toEqual([1, 0]);
    const unknown = "cccccccccccc";
    expect([await costOf(() => world.keys.find(unknown)), await costOf(() => world.keys.find(unknown))]).toEqual([1, 0]);
    // Found by this very request: it has waited already.
    expect(await costOf(() => world.keys.refuse("dddddddddddd", false))).toBe(0);
  });
});
