import { describe, expect, it } from "vitest";
import { changeControl, type ControlChange, type ControlState, INITIAL_CONTROL } from "../../src/core/control/control-state.ts";
import { LivePolicies } from "../../src/core/control/live-policies.ts";
import { IsolateHealth } from "../../src/core/health/isolate-health.ts";
import type { LinkedPolicy } from "../../src/core/policy/linked.ts";
import { Control } from "../../src/pipeline/control.ts";
import { keepFresh } from "../../src/pipeline/stages/keep-fresh.ts";
import { announceChange, type KeyNews, newsSince, NOTHING_ANNOUNCED } from "../../src/core/registry/key-news.ts";
import type { HubQuestion, HubReply } from "../../src/ports/health-hub.ts";

const BASE = "b".repeat(64);
const DIGEST = "d".repeat(64);
const NOW = 1_800_000_000_000;

/** Only identity matters here. */
const policyOf = (stamp: string): LinkedPolicy => ({ stamp }) as LinkedPolicy;
const BUNDLED = policyOf("bundled");
const PUBLISHED = policyOf("published");

/** An isolate, a clock that tests move, and a hub that holds one state and can be away. */
class World {
  now = NOW;
  state: ControlState = INITIAL_CONTROL;
  isAway = false;
  tookMs = 0;
  hasDocument = true;
  readonly asked: HubQuestion[] = [];
  readonly policies = new LivePolicies(BUNDLED, BASE);
  announcement = NOTHING_ANNOUNCED;
  /** What the isolate heard of keys. */
  readonly heard: KeyNews[] = [];
  readonly keys = {
    epoch: -1,
    follow: (news: KeyNews): void => {
      this.heard.push(news);
      this.keys.epoch = news.epoch;
    },
  };
  readonly control = new Control({
    hub: { sync: (question) => this.#sync(question) },
    plane: { document: async () => (this.hasDocument ? "document" : null) },
    health: new IsolateHealth("isolate", NOW),
    policies: this.policies,
    keys: this.keys,
    link: async () => PUBLISHED,
  });
  readonly run = {
    now: () => this.now,
    startedAt: NOW,
    defer: () => undefined,
    sleep: (ms: number) => new Promise<void>((resolve) => this.#sleep(ms, resolve)),
  };
  readonly #sleeps: { ms: number; resolve: () => void }[] = [];

  change(change: ControlChange): void {
    const changed = changeControl(this.state, change);
    if (changed.kind === "changed") this.state = changed.state;
  }

  /** The longest that anything waits for at most; ends those waits. */
  giveUp(): number {
    const longest = Math.max(0, ...this.#sleeps.map(({ ms }) => ms));
    for (const { resolve } of this.#sleeps.splice(0)) resolve();
    return longest;
  }

  #sleep(ms: number, resolve: () => void): void {
    this.#sleeps.push({ ms, resolve });
  }

  async #sync(question: HubQuestion): Promise<HubReply> {
    this.asked.push(question);
    if (this.isAway) throw new Error("The hub is away.");
    this.now += this.tookMs;
    return {
      health: null,
      control: question.revision === this.state.revision ? null : this.state,
      keys: newsSince(this.announcement, question.keys),
    };
  }
}

describe("control", () => {
  it("keeps what is switched off the same object while that does not change", async () => {
    const world = new World();
    world.change({ action: "kill", kill: { kind: "target", id: "default/one/a", reason: "", at: NOW } });
    await world.control.refresh(world.run);
    const before = world.control.kills();
    world.hasDocument = false;
    world.change({ action: "start", base: BASE, digest: DIGEST, share: 1 });
    await world.control.refresh(world.run);
    await world.control.refresh(world.run);
    expect(world.control.kills()).toBe(before);
  });

  it("follows what was switched off, and lets go of it again", async () => {
    const world = new World();
    world.change({ action: "kill", kill: { kind: "target", id: "default/one/a", reason: "", at: NOW } });
    await world.control.refresh(world.run);
    expect(world.control.kills().targets.has("default/one/a")).toBe(true);
    world.change({ action: "lift", kind: "target", id: "default/one/a" });
    await world.control.refresh(world.run);
    expect(world.control.kills().targets.size).toBe(0);
  });

  it("hears when a tenant's answers were purged, or everybody's, whatever else cannot be followed", async () => {
    const world = new World();
    expect(world.control.purgedAt("a")).toBe(0);
    world.hasDocument = false;
    world.change({ action: "start", base: BASE, digest: DIGEST, share: 1 });
    world.change({ action: "purge", purged: { tenant: "a", at: NOW } });
    await world.control.refresh(world.run);
    expect(["a", "b"].map((tenant) => world.control.purgedAt(tenant))).toEqual([NOW, 0]);
    world.change({ action: "purge", purged: { tenant: "", at: NOW + 1 } });
    await world.control.refresh(world.run);
    expect(["a", "b"].map((tenant) => world.control.purgedAt(tenant))).toEqual([NOW + 1, NOW + 1]);
  });

  it("hears once of each key that has changed", async () => {
    const world = new World();
    await world.control.refresh(world.run);
    world.announcement = announceChange(world.announcement, "aaaaaaaaaaaa", NOW);
    await world.control.refresh(world.run);
    await world.control.refresh(world.run);
    expect(world.heard.map(({ changed }) => changed)).toEqual([null, ["aaaaaaaaaaaa"]]);
  });

  it("keeps the same sets while nothing changes, by which a decision knows that it still holds", async () => {
    const world = new World();
    await world.control.refresh(world.run);
    const before = world.control.kills();
    await world.control.refresh(world.run);
    expect(world.control.kills()).toBe(before);
  });

  it("serves a published generation to the share of callers that tries it", async () => {
    const world = new World();
    world.change({ action: "start", base: BASE, digest: DIGEST, share: 1 });
    await world.control.refresh(world.run);
    expect([world.policies.current(), world.policies.forCaller("default/app")]).toEqual([BUNDLED, PUBLISHED]);
  });

  it("goes on with what it served when a generation cannot be had, and asks for it again", async () => {
    const world = new World();
    world.hasDocument = false;
    world.change({ action: "start", base: BASE, digest: DIGEST, share: 1 });
    await world.control.refresh(world.run);
    expect(world.policies.forCaller("default/app")).toBe(BUNDLED);
    world.hasDocument = true;
    await world.control.refresh(world.run);
    expect(world.policies.forCaller("default/app")).toBe(PUBLISHED);
  });

  it("never goes back to an earlier state", async () => {
    const world = new World();
    world.change({ action: "kill", kill: { kind: "model", id: "default/m", reason: "", at: NOW } });
    await world.control.refresh(world.run);
    world.state = INITIAL_CONTROL;
    await world.control.refresh(world.run);
    expect(world.control.kills().models.has("default/m")).toBe(true);
  });

  it("keeps what it knows while the hub is away, and never rejects", async () => {
    const world = new World();
    world.change({ action: "kill", kill: { kind: "caller", id: "default/app", reason: "", at: NOW } });
    await world.control.refresh(world.run);
    world.isAway = true;
    world.now += 60_000;
    await world.control.refresh(world.run);
    expect(world.control.kills().callers.has("default/app")).toBe(true);
    expect(world.control.ageMs(world.now)).toBe(60_000);
  });

  it("waits a second for its first answer, then three round trips, at least 150 ms", async () => {
    const world = new World();
    world.tookMs = 80;
    await world.control.refresh(world.run);
    expect(world.giveUp()).toBe(1_000);
    await world.control.refresh(world.run);
    expect(world.giveUp()).toBe(240);
    world.tookMs = 1;
    for (let round = 0; round < 30; round++) {
      world.now += 3_000;
      await world.control.refresh(world.run);
    }
    world.giveUp();
    await world.control.refresh(world.run);
    expect(world.giveUp()).toBe(150);
  });
});

/** What a request does so long after the last answer. */
async function after(ageMs: number): Promise<{ readonly asks: boolean; readonly waits: boolean }> {
  const world = new World();
  await world.control.refresh(world.run);
  world.now += ageMs;
  const gate = keepFresh({ control: world.control }, { ...world.run, startedAt: world.now } as never); // of a Run it uses these
  return { asks: world.asked.length > 1, waits: gate !== null };
}

describe("keeping fresh", () => {
  it.each([
    { ageMs: 2_999, asks: false, waits: false },
    { ageMs: 3_000, asks: true, waits: true },
    { ageMs: 7_999, asks: true, waits: true },
    { ageMs: 8_000, asks: true, waits: true },
    { ageMs: 600_000, asks: true, waits: true },
  ])("$ageMs ms after the last answer: asks $asks, waits $waits", async ({ ageMs, asks, waits }) => {
    expect(await after(ageMs)).toEqual({ asks, waits });
  });

  it("makes one request a second wait for a hub that does not answer, however old what is known", async () => {
    const world = new World();
    world.isAway = true;
    let waited = 0;
    for (let index = 0; index < 30; index++) {
      world.now = NOW + 60_000 + index * 100;
      const gate = keepFresh({ control: world.control }, { ...world.run, startedAt: world.now } as never);
      if (gate === null) continue;
      waited += 1;
      await gate;
    }
    expect(waited).toBe(3);
  });

  it("asks beside one request a second, however many come", async () => {
    const world = new World();
    await world.control.refresh(world.run);
    world.isAway = true;
    for (let index = 0; index < 10; index++) {
      world.now = NOW + 3_000 + index * 100;
      void keepFresh({ control: world.control }, { ...world.run, startedAt: world.now } as never);
    }
    expect(world.asked).toHaveLength(2);
  });
});
