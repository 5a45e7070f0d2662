import { describe, expect, it } from "vitest";
import { Rotation } from "../../../src/core/health/rotation.ts";
import { createDraw } from "../../conformance/faults/draws.ts";

const NOW = 1_800_000_000_000;
const SECOND = 1_000;
const MIDDLE = 0.5;

describe("Rotation", () => {
  it("ejects for 10 s, doubled with each failed probe, at most 300 s", () => {
    const rotation = new Rotation();
    let now = NOW;
    const seconds = Array.from({ length: 8 }, () => {
      const forMs = rotation.eject({ now, draw: MIDDLE });
      now += forMs;
      return forMs / SECOND;
    });
    expect(seconds).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it("spreads ejections evenly between 0.8 and 1.2 of their time", () => {
    const draw = createDraw(7);
    const tenths = Array.from({ length: 10 }, () => 0);
    const samples = 5_000;
    for (let sample = 0; sample < samples; sample++) {
      const share = (new Rotation().eject({ now: NOW, draw: draw() }) / 10_000 - 0.8) / 0.4;
      const tenth = Math.min(9, Math.floor(share * 10));
      expect(tenth).toBeGreaterThanOrEqual(0);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    const expected = samples / 10;
    const chiSquare = tenths.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    // 99 % of even samples stay below it, with nine degrees of freedom.
    expect(chiSquare).toBeLessThan(21.67);
  });

  it("is ejected until its time is over, then probed, then ready", () => {
    const rotation = new Rotation();
    expect(rotation.standing(NOW)).toBe("ready");
    rotation.eject({ now: NOW, draw: MIDDLE });
    expect([NOW, NOW + 9_999, NOW + 10_000].map((now) => rotation.standing(now))).toEqual(["ejected", "ejected", "probing"]);
    rotation.readmit(NOW + 12_000);
    expect(rotation.standing(NOW + 12_000)).toBe("ready");
  });

  it("forgives an ejection for each whole minute in service", () => {
    const rotation = new Rotation();
    let now = NOW;
    for (let round = 1; round <= 3; round++) now += rotation.eject({ now, draw: MIDDLE });
    rotation.readmit(now);
    now += 119 * SECOND;
    expect(rotation.eject({ now, draw: MIDDLE })).toBe(40 * SECOND);
    now += 40 * SECOND;
    rotation.readmit(now);
    now += 600 * SECOND;
    expect(rotation.eject({ now, draw: MIDDLE })).toBe(10 * SECOND);
  });

  it("gives a tenth of its share back at once and the rest over half a minute", () => {
    const rotation = new Rotation();
    expect(rotation.share(NOW)).toBe(1);
    rotation.eject({ now: NOW, draw: MIDDLE });
    const admitted = NOW + 12_000;
    rotation.readmit(admitted);
    const shares = [0, 10, 20, 30, 300].map((seconds) => rotation.share(admitted + seconds * SECOND));
    for (const [index, share] of [0.1, 0.4, 0.7, 1, 1].entries()) expect(shares[index]).toBeCloseTo(share, 10);
  });

  it("is out for ten seconds at least, however soon it is admitted again", () => {
    const rotation = new Rotation();
    rotation.adopt({ forMs: 1_000, now: NOW, round: 1 });
    rotation.readmit(NOW + 3_000);
    expect(rotation.standing(NOW + 9_999)).toBe("ejected");
    expect(rotation.standing(NOW + 10_000)).toBe("ready");
    expect(rotation.share(NOW + 10_000)).toBeCloseTo(0.1, 10);
  });

  it("is in for ten seconds at least, but hardly used once its ejection is decided", () => {
    const rotation = new Rotation();
    rotation.eject({ now: NOW, draw: MIDDLE });
    rotation.readmit(NOW + 20_000);
    rotation.eject({ now: NOW + 22_000, draw: MIDDLE });
    expect(rotation.standing(NOW + 29_999)).toBe("ready");
    expect(rotation.share(NOW + 29_999)).toBe(0.01);
    expect(rotation.standing(NOW + 30_000)).toBe("ejected");
    expect(rotation.standing(NOW + 49_999)).toBe("ejected");
    expect(rotation.standing(NOW + 50_000)).toBe("probing");
  });

  it("takes a decision back that has not taken effect, and was in all the while", () => {
    const rotation = new Rotation();
    rotation.eject({ now: NOW, draw: MIDDLE });
    rotation.readmit(NOW + 20_000);
    rotation.eject({ now: NOW + 22_000, draw: MIDDLE });
    rotation.readmit(NOW + 25_000);
    expect(rotation.standing(NOW + 60_000)).toBe("ready");
    expect(rotation.share(NOW + 35_000)).toBeCloseTo(0.55, 10);
  });

  it("never changes twice within ten seconds, whatever is decided", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const draw = createDraw(seed);
      const rotation = new Rotation();
      let seen = rotation.standing(NOW) === "ready";
      let changedAt = -Infinity;
      for (let now = NOW; now < NOW + 120_000; now += 250) {
        const chance = draw();
        if (chance < 0.05) rotation.eject({ now, draw: draw() });
        else if (chance < 0.1) rotation.adopt({ now, forMs: draw() * 20_000, round: 1 });
        else if (chance < 0.15) rotation.readmit(now);
        const isIn = rotation.standing(now) === "ready";
        if (isIn === seen) continue;
        expect(now - changedAt, `seed ${seed}`).toBeGreaterThanOrEqual(10_000);
        seen = isIn;
        changedAt = now;
      }
    }
  });
});
