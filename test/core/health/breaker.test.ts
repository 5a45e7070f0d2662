import { beforeEach, describe, expect, it } from "vitest";
import { IsolateRig, MIDDLE, SECOND, TARGET } from "./isolate-rig.ts";
import { failed, OK } from "./outcomes.ts";

let rig: IsolateRig;

beforeEach(() => {
  rig = new IsolateRig();
});

describe("probes without a hub", () => {
  /** Ejected, its time over, and no answer for so long that the isolate is on its own. */
  beforeEach(() => {
    rig.attempts(5, failed());
    rig.now += 12 * SECOND;
  });

  it("are one request in twenty, one a second, one at a time", () => {
    expect(rig.health.tryProbe(TARGET, rig.now, 0.05)).toBe(false);
    expect(rig.health.tryProbe(TARGET, rig.now, 0.049)).toBe(true);
    const probe = rig.begin();
    rig.now += 1_500;
    expect(rig.health.tryProbe(TARGET, rig.now, 0)).toBe(false);
    probe.ended(OK, rig.now, MIDDLE);
    expect(rig.health.tryProbe(TARGET, rig.now, 0)).toBe(true);
    rig.begin().ended(OK, rig.now + 10, MIDDLE);
    expect(rig.health.tryProbe(TARGET, rig.now + 999, 0)).toBe(false);
    expect(rig.health.tryProbe(TARGET, rig.now + 1_000, 0)).toBe(true);
  });

  it("admit the target with a tenth of its share after three good ones in a row", () => {
    for (let probe = 0; probe < 3; probe++) {
      expect(rig.health.standing(TARGET, rig.now)).toBe("probing");
      expect(rig.health.tryProbe(TARGET, rig.now, 0)).toBe(true);
      expect(rig.attempt(OK)).toEqual({ kind: "probed", targetId: TARGET });
      rig.now += SECOND;
    }
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
    expect(rig.health.figures(TARGET).slowStartFactor(rig.now)).toBeCloseTo(0.13, 2);
  });

  it("eject the target for longer when one fails, whatever went before", () => {
    for (const outcome of [OK, OK, failed()]) {
      expect(rig.health.tryProbe(TARGET, rig.now, 0)).toBe(true);
      rig.attempt(outcome);
      rig.now += SECOND;
    }
    rig.now -= SECOND;
    expect(rig.health.standing(TARGET, rig.now + 19_999)).toBe("ejected");
    expect(rig.health.standing(TARGET, rig.now + 20_000)).toBe("probing");
  });

  it("are not needed by a target that is in rotation, or still ejected", () => {
    expect(rig.health.tryProbe("default/p/unknown", rig.now, 0)).toBe(false);
    rig.attempts(1, failed());
    expect(rig.health.tryProbe(TARGET, rig.now, 0)).toBe(false);
  });
});

describe("attempts that began before an ejection", () => {
  it("are no probes: neither their success nor their failure counts", () => {
    const early = Array.from({ length: 6 }, () => rig.begin());
    rig.now += 1;
    rig.attempts(5, failed());
    rig.now += 20 * SECOND;
    for (const one of early.slice(0, 3)) expect(one.ended(OK, rig.now, MIDDLE)).toBeNull();
    expect(rig.health.standing(TARGET, rig.now)).toBe("probing");
    for (const one of early.slice(3)) expect(one.ended(failed(), rig.now, MIDDLE)).toBeNull();
    expect(rig.health.standing(TARGET, rig.now)).toBe("probing");
  });

  it("or while it was out do not count against it once it is back", () => {
    const early = Array.from({ length: 6 }, () => rig.begin());
    rig.now += 1;
    rig.attempts(5, failed());
    rig.now += 1;
    early.push(...Array.from({ length: 6 }, () => rig.begin()));
    rig.now += 20 * SECOND;
    rig.attempts(3, OK);
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
    for (const one of early) one.ended(failed(), rig.now + 11 * SECOND, MIDDLE);
    expect(rig.health.standing(TARGET, rig.now + 11 * SECOND)).toBe("ready");
  });

  it("and those sent in spite of it, neither shorten nor prolong it", () => {
    rig.attempts(5, failed());
    rig.attempts(20, OK);
    rig.attempts(20, failed());
    expect(rig.health.standing(TARGET, rig.now + 9_000)).toBe("ejected");
    expect(rig.health.standing(TARGET, rig.now + 10_000)).toBe("probing");
  });
});
