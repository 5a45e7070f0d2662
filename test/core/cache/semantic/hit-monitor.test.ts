import { describe, expect, it } from "vitest";
import { HitMonitor, NEW_MONITOR, TRUSTED_MONITOR } from "../../../../src/core/cache/semantic/hit-monitor.ts";
import { LabelNoise } from "../../../../src/core/cache/semantic/label-noise.ts";
import { runsOf } from "../../../judges/runs.ts";
import { createDraw } from "../../../rigs/chaos-upstream/draw.ts";
import { simulateDrift } from "./simulate-drift.ts";
import { CERTAIN, simulateEarning } from "./simulate-earning.ts";

const NOW = 1_800_000_000_000;
const BOUND = 0.02;

const check = (monitor: HitMonitor, labels: readonly (0 | 1 | null)[], noise = CERTAIN): boolean[] =>
  labels.map((label) => {
    monitor.hit();
    return monitor.saw(label, { bound: BOUND, noise, now: NOW });
  });
const right = (count: number): readonly 1[] => Array.from({ length: count }, () => 1);
const wrong = (count: number): readonly 0[] => Array.from({ length: count }, () => 0);

/** A tenth of 2,000 labels says wrong. */
const isEarnedDespite = (known: LabelNoise): boolean => {
  const monitor = new HitMonitor(NEW_MONITOR);
  for (let at = 0; at < 2_000; at += 1) monitor.saw(at % 10 === 0 ? 0 : 1, { bound: 0.05, noise: known, now: NOW });
  return monitor.isEarned;
};

describe("HitMonitor", () => {
  it("is earned by some 150 right answers without a wrong one, and says since when", () => {
    const monitor = new HitMonitor(NEW_MONITOR);
    check(monitor, right(145));
    expect(monitor.isEarned).toBe(false);
    check(monitor, right(10));
    const certificate = monitor.certificate({ bound: BOUND, noise: CERTAIN });
    expect(certificate).toMatchObject({ checked: 155, wrong: 0, isEarned: true, breaker: "closed", since: NOW });
    expect(certificate.upperBound).toBeLessThan(BOUND);
  });

  it("never says that it is earned where its upper bound is above the bound promised", () => {
    for (let wrongOnes = 0; wrongOnes < 6; wrongOnes += 1) {
      const monitor = new HitMonitor(NEW_MONITOR);
      check(monitor, right(60));
      check(monitor, wrong(wrongOnes));
      for (let more = 0; more < 1_000 && !monitor.isEarned; more += 1) check(monitor, [1]);
      const { isEarned, upperBound } = monitor.certificate({ bound: BOUND, noise: CERTAIN });
      expect(isEarned && upperBound > BOUND).toBe(false);
    }
  });

  it("asks for more with every attempt given up", () => {
    const monitor = new HitMonitor(NEW_MONITOR);
    check(monitor, wrong(4));
    expect(monitor.state.attempt).toBeGreaterThan(1);
    expect(monitor.state.checked).toBeLessThan(4);
    check(monitor, right(220));
    expect(monitor.isEarned).toBe(false);
    check(monitor, right(300));
    expect(monitor.isEarned).toBe(true);
  });

  it("is not earned where a third and more of the comparisons gave no verdict", () => {
    const monitor = new HitMonitor(NEW_MONITOR);
    for (let count = 0; count < 300; count += 1) check(monitor, [1, null]);
    expect(monitor.isEarned).toBe(false);
    expect(monitor.state).toMatchObject({ checked: 300, unjudged: 300 });
  });

  it("checks all that is given in the beginning, then 150 in so many, then no less than 2 % or the budget", () => {
    const monitor = new HitMonitor(TRUSTED_MONITOR);
    const shares = [150, 300, 1_500, 15_000].map((hits) => {
      while (monitor.state.hits < hits) monitor.hit();
      return monitor.share(0);
    });
    expect(shares).toEqual([1, 0.5, 0.1, 0.02]);
    expect(monitor.share(0.03)).toBe(0.03);
  });

  it("checks everything after a wrong answer, until enough right ones have followed", () => {
    const monitor = new HitMonitor({ ...TRUSTED_MONITOR, hits: 10_000 });
    check(monitor, [0]);
    expect(monitor.share(0)).toBe(1);
    check(monitor, right(40));
    expect(monitor.share(0)).toBe(0.02);
    monitor.suspect();
    expect(monitor.share(0)).toBe(1);
  });

  it("opens after wrong answers in a row, starts in shadow again, and can be earned anew", () => {
    const monitor = new HitMonitor(TRUSTED_MONITOR);
    const opened = check(monitor, wrong(8)).indexOf(true);
    expect(opened).toBeLessThan(8);
    expect(opened).toBeGreaterThan(1);
    const after = new HitMonitor(TRUSTED_MONITOR);
    check(after, wrong(opened + 1));
    expect(after.certificate({ bound: BOUND, noise: CERTAIN })).toMatchObject({ isEarned: false, breaker: "open", since: NOW });
    check(after, right(250));
    expect(after.certificate({ bound: BOUND, noise: CERTAIN })).toMatchObject({ isEarned: true, breaker: "closed" });
  });

  it("is earned in at most one life of ten that breaks the bound just so, and in most that keep a quarter of it", () => {
    const lives = runsOf(300, 4_000);
    const broken = simulateEarning({ bound: BOUND, share: BOUND, lives, checks: 2_000, draw: createDraw(1) });
    const kept = simulateEarning({ bound: BOUND, share: BOUND / 4, lives, checks: 2_000, draw: createDraw(2) });
    expect(broken / lives).toBeLessThanOrEqual(0.1);
    expect(kept / lives).toBeGreaterThan(0.9);
  });

  it("opens by mistake in at most one life of a hundred", () => {
    const { byMistake, lives } = simulateDrift({ bound: BOUND, lives: runsOf(300, 3_000), hits: 3_000, draw: createDraw(3) });
    // Three standard deviations above one in a hundred.
    expect(byMistake / lives).toBeLessThanOrEqual(0.01 + 3 * Math.sqrt((0.01 * 0.99) / lives));
  });

  it("gives some 20 wrong answers after a drift to four times the bound, and rarely 60", () => {
    const { median, most } = simulateDrift({ bound: BOUND, lives: runsOf(200, 2_000), hits: 1_000, draw: createDraw(4) });
    expect(median).toBeLessThan(30);
    expect(most).toBeLessThan(80);
  });

  it("takes wrong labels out of what it measures, as far as their share is known", () => {
    const noise = new LabelNoise({ seen: 4_000, missed: 400 }, { seen: 4_000, missed: 400 });
    expect([isEarnedDespite(noise), isEarnedDespite(CERTAIN)]).toEqual([true, false]);
  });
});
