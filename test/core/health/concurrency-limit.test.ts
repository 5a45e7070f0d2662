import { describe, expect, it } from "vitest";
import { ConcurrencyLimit } from "../../../src/core/health/concurrency-limit.ts";
import { createDraw } from "../../conformance/faults/draws.ts";
import { runsOf } from "../../judges/runs.ts";
import { QueueingBackend } from "./queueing-backend.ts";
import { VirtualTime } from "../../simulation/virtual-time.ts";

const NOW = 1_800_000_000_000;
const SECOND = 1_000;

/** So many successes at full use. */
function succeed(limit: ConcurrencyLimit, times: number, now: number): void {
  for (let success = 0; success < times; success++) limit.grow(limit.value, now);
}

describe("ConcurrencyLimit", () => {
  it("keeps nobody from a target that never asked for less, up to 1,024 attempts; batch traffic has seven tenths", () => {
    const limit = new ConcurrencyLimit();
    expect(limit.value).toBe(1_024);
    expect([limit.hasRoom(1_023, "interactive"), limit.hasRoom(1_024, "interactive")]).toEqual([true, false]);
    expect([limit.hasRoom(715, "batch"), limit.hasRoom(716, "batch")]).toEqual([true, false]);
  });

  it("is first cut to seven tenths of what was under way, and of 32 where that was less", () => {
    const [busy, quiet] = [new ConcurrencyLimit(), new ConcurrencyLimit()];
    busy.cut(NOW, NOW + 1, 300);
    quiet.cut(NOW, NOW + 1, 1);
    expect([busy.value, quiet.value]).toEqual([210, 22]);
  });

  it("learns nothing from successes that did not need it", () => {
    const limit = new ConcurrencyLimit();
    limit.cut(NOW, NOW + 1, 100);
    for (let success = 0; success < 1_000; success++) limit.grow(50, NOW + 20 * SECOND);
    expect(limit.value).toBe(70);
  });

  it("starts anew a minute after its last cut: too few attempts to use it would never raise it; then it doubles a round trip", () => {
    const limit = new ConcurrencyLimit();
    for (let cut = 1; cut < 30; cut++) limit.cut(NOW + cut, NOW + cut, 1);
    expect(limit.value).toBe(2);
    limit.grow(1, NOW + 59 * SECOND);
    expect(limit.value).toBe(2);
    limit.grow(1, NOW + 61 * SECOND);
    expect(limit.value).toBe(32);
    succeed(limit, 32, NOW + 61 * SECOND);
    expect(limit.value).toBe(64);
    succeed(limit, 5_000, NOW + 61 * SECOND);
    expect(limit.value).toBe(1_024);
  });

  it("is cut to seven tenths, once a round trip, and never below 2", () => {
    const limit = new ConcurrencyLimit();
    limit.cut(NOW - 10, NOW, 32);
    limit.cut(NOW - 5, NOW + 5, 32);
    expect(limit.value).toBe(22);
    limit.cut(NOW + 1, NOW + 20, 22);
    expect(limit.value).toBe(15);
    for (let cut = 1; cut < 30; cut++) limit.cut(NOW + 100 * cut, NOW + 100 * cut + 1, 2);
    expect(limit.value).toBe(2);
  });

  it("returns to seven eighths of where it was cut, stays there for 15 s, then grows by one a round trip", () => {
    const limit = new ConcurrencyLimit();
    limit.cut(NOW, NOW + 1, 100);
    expect(limit.value).toBe(70);
    succeed(limit, 18, NOW + SECOND);
    expect(limit.value).toBe(87);
    succeed(limit, 5_000, NOW + 14 * SECOND);
    expect(limit.value).toBe(87);
    succeed(limit, 90, NOW + 16 * SECOND);
    expect(limit.value).toBe(88);
  });

  it("gives up a share when it is cut below where it was cut before", () => {
    const limit = new ConcurrencyLimit();
    limit.cut(NOW, NOW + 1, 100);
    limit.cut(NOW + 2, NOW + 3, 70);
    succeed(limit, 1_000, NOW + SECOND);
    expect(limit.value).toBe(Math.floor(70 * 0.85 * 0.875));
  });
});

/** Four isolates before one backend that answers 429 with a wait of a second beyond its capacity. */
function goodputShare({ load, seed }: { readonly load: number; readonly seed: number }): number {
  const draw = createDraw(seed);
  const time = new VirtualTime(0);
  const pause = (meanMs: number): number => -Math.log(1 - draw()) * meanMs;
  const slots = 40;
  const serviceMs = SECOND;
  const backend = new QueueingBackend({ slots, queue: 10, serviceMs: () => pause(serviceMs) }, time);
  const warmMs = 60 * SECOND;
  const endMs = 180 * SECOND;
  let offered = 0;
  let served = 0;
  const count = (): number => (time.now >= warmMs ? 1 : 0);
  for (let isolate = 0; isolate < 4; isolate++) {
    const limit = new ConcurrencyLimit();
    let inFlight = 0;
    let closedUntil = 0;
    const ask = (): void => {
      const startedAt = time.now;
      if (startedAt < closedUntil || !limit.hasRoom(inFlight, "interactive")) return;
      inFlight += 1;
      const answered = (): void => {
        limit.grow(inFlight, time.now);
        inFlight -= 1;
        served += count();
      };
      const refused = (): void => {
        limit.cut(startedAt, time.now, inFlight);
        inFlight -= 1;
        closedUntil = time.now + SECOND * (1 + 0.1 * draw());
      };
      time.after(20, () => backend.ask(answered, refused));
    };
    const arrive = (): void => {
      offered += count();
      ask();
      time.after(pause((4 * serviceMs) / (slots * load)), arrive);
    };
    time.after(pause(100), arrive);
  }
  time.runUntil(endMs);
  return served / Math.min(offered, (slots * (endMs - warmMs)) / serviceMs);
}

describe("concurrency limits of four isolates", () => {
  it.each([0.5, 0.8, 1, 1.5, 2, 5])("serve four fifths of what is possible at %d times the capacity", (load) => {
    for (let seed = 1; seed <= runsOf(3, 30); seed++)
      expect(goodputShare({ load, seed }), `seed ${seed}`).toBeGreaterThanOrEqual(0.8);
  });
});
