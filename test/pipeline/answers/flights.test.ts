import { describe, expect, it } from "vitest";
import { Flights, type Joined } from "../../../src/pipeline/answers/flights.ts";

/** Virtual time: sleepers wake when it is let pass. */
class Clock {
  #now = 0;
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  readonly now = (): number => this.#now;

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((wake) => {
      this.#sleepers.push({ at: this.#now + ms, wake });
    });

  async pass(ms: number): Promise<void> {
    this.#now += ms;
    for (const { at, wake } of this.#sleepers) if (at <= this.#now) wake();
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

const WAIT = { patienceMs: 100, until: 1_000 };

function lead(joined: Joined): Extract<Joined, { kind: "lead" }> {
  return joined.kind === "lead" ? joined : expect.unreachable();
}

async function start(followers: number) {
  const clock = new Clock();
  const flights = new Flights();
  const leader = lead(await flights.join("q", WAIT, clock));
  const joined: (Joined | null)[] = Array.from({ length: followers }, () => null);
  for (const index of joined.keys())
    void flights.join("q", WAIT, clock).then((one) => {
      joined[index] = one;
    });
  await settle();
  const kinds = (): readonly (string | undefined)[] => joined.map((one) => one?.kind);
  return { clock, flights, leader, joined, kinds };
}

describe("questions under way", () => {
  it("are asked by the first; the others hear when its answer is kept", async () => {
    const { kinds, leader } = await start(2);
    expect(kinds()).toEqual([undefined, undefined]);
    leader.land("kept");
    await settle();
    expect(kinds()).toEqual(["landed", "landed"]);
  });

  it("are asked by all at once where the answer may not be kept", async () => {
    const { kinds, leader } = await start(2);
    leader.land("unkept");
    await settle();
    expect(kinds()).toEqual(["alone", "alone"]);
  });

  it("are asked by one of those who wait where the first fails, and the rest go on waiting for that one", async () => {
    const { joined, kinds, leader } = await start(3);
    leader.land("failed");
    await settle();
    expect(kinds()).toEqual(["lead", undefined, undefined]);
    if (joined[0]?.kind === "lead") joined[0].land("kept");
    await settle();
    expect(kinds()).toEqual(["lead", "landed", "landed"]);
  });

  it("are asked by one more, not by all, where the first takes long", async () => {
    const { clock, kinds } = await start(3);
    await clock.pass(100);
    expect(kinds()).toEqual(["lead", undefined, undefined]);
    await clock.pass(100);
    expect(kinds().filter((kind) => kind === "lead")).toHaveLength(2);
  });

  it("are waited for no longer than anybody may wait", async () => {
    const clock = new Clock();
    const flights = new Flights();
    await flights.join("q", WAIT, clock);
    const late = flights.join("q", { patienceMs: 5_000, until: 0 }, clock);
    expect((await late).kind).toBe("alone");
  });

  it("are apart by their names, and led anew once they have landed", async () => {
    const { clock, flights, leader } = await start(0);
    expect((await flights.join("other", WAIT, clock)).kind).toBe("lead");
    expect(flights.tryLead("q")).toBeNull();
    leader.land("kept");
    leader.land("failed");
    expect(flights.tryLead("q")?.kind).toBe("lead");
  });
});
