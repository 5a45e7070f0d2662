import { beforeEach, describe, expect, it } from "vitest";
import { IsolateRig, KEY, SECOND, TARGET } from "./isolate-rig.ts";
import { failed, OK } from "./outcomes.ts";

let rig: IsolateRig;

beforeEach(() => {
  rig = new IsolateRig();
});

/** How long the hub will not have answered that much later. */
const silentMs = (laterMs: number): number => rig.health.snapshot(rig.now + laterMs).hubSilentMs;

describe("the hub's word", () => {
  const ejection = { targetId: TARGET, id: 100, forMs: 15_000, round: 2 };

  it("ejects a target for as long as it says, known or not", () => {
    rig.hear({ ejected: [ejection] });
    expect(rig.health.standing(TARGET, rig.now + 14_999)).toBe("ejected");
    expect(rig.health.standing(TARGET, rig.now + 15_000)).toBe("probing");
  });

  it("gives permits: used once, in their time, measured from when the report was sent", () => {
    rig.hear({ ejected: [ejection] });
    rig.now += 15 * SECOND;
    rig.hear();
    expect(rig.health.tryProbe(TARGET, rig.now, 0)).toBe(false);
    const late = rig.answer({ grants: [{ targetId: TARGET, id: 1, afterMs: 500, untilMs: 2_000 }] });
    rig.now += 700;
    rig.health.accept(late, rig.now);
    expect(rig.health.tryProbe(TARGET, rig.now + 499, 0)).toBe(false);
    expect(rig.health.tryProbe(TARGET, rig.now + 500, 0)).toBe(true);
    expect(rig.health.tryProbe(TARGET, rig.now + 501, 0)).toBe(false);
    rig.now += 2 * SECOND;
    const later = rig.answer({ grants: [{ targetId: TARGET, id: 2, afterMs: 0, untilMs: 2_000 }] });
    rig.now += 1_500;
    rig.health.accept(later, rig.now);
    expect(rig.health.tryProbe(TARGET, rig.now + 500, 0)).toBe(false);
  });

  it("is asked for a permit at once, and again with the next reports", () => {
    rig.hear({ ejected: [ejection] });
    rig.now += 15 * SECOND;
    rig.hear();
    expect(rig.health.report(rig.now)).toBeNull();
    rig.health.tryProbe(TARGET, rig.now, 0);
    expect(rig.health.report(rig.now)?.targets[0]?.probe?.isWanted).toBe(true);
    rig.health.tryProbe(TARGET, rig.now + 1, 0);
    expect(rig.health.report(rig.now + 1)).toBeNull();
  });

  it("is asked at once in every ejection anew", () => {
    rig.hear({ ejected: [ejection] });
    rig.now += 15 * SECOND;
    rig.hear();
    expect(rig.health.tryProbe(TARGET, rig.now, 0)).toBe(false);
    rig.hear({ readmitted: [{ targetId: TARGET, id: 100 }] });
    rig.now += 10 * SECOND;
    rig.attempts(5, failed());
    rig.now += 40 * SECOND;
    rig.hear();
    expect(rig.health.report(rig.now)).toBeNull();
    rig.health.tryProbe(TARGET, rig.now, 0);
    expect(rig.health.report(rig.now)).not.toBeNull();
  });

  it("ends its own ejections: three good probes here wait for it", () => {
    rig.hear({ ejected: [ejection] });
    rig.now += 15 * SECOND;
    rig.hear();
    rig.attempts(3, OK);
    expect(rig.health.standing(TARGET, rig.now)).toBe("probing");
    expect(rig.health.report(rig.now)?.targets[0]?.held).toMatchObject({ id: 100, okInRow: 3 });
    rig.hear({ readmitted: [{ targetId: TARGET, id: 100 }] });
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
  });

  it("is not waited for when it is silent: ejections stand, and good probes end them", () => {
    rig.hear({ ejected: [ejection] });
    rig.now += 12 * SECOND;
    expect(rig.health.standing(TARGET, rig.now)).toBe("ejected");
    rig.now += 3 * SECOND;
    rig.attempts(3, OK);
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
    expect(rig.health.report(rig.now)?.targets[0]?.held).toMatchObject({ id: 100, okInRow: 3 });
    rig.hear({ ejected: [{ ...ejection, forMs: 0 }] });
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
    rig.hear({ readmitted: [{ targetId: TARGET, id: 100 }] });
    rig.hear();
    expect(rig.health.report(rig.now + 2 * SECOND)?.targets).toEqual([]);
  });

  it("counts once: an ejection that is over is not begun again by an old answer", () => {
    rig.hear({ ejected: [ejection] });
    rig.hear({ readmitted: [{ targetId: TARGET, id: 100 }] });
    rig.now += 10 * SECOND;
    rig.hear({ ejected: [{ ...ejection, forMs: 60_000 }] });
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
    rig.hear({ ejected: [{ ...ejection, id: 101, forMs: 60_000 }] });
    rig.now += 10 * SECOND;
    expect(rig.health.standing(TARGET, rig.now)).toBe("ejected");
  });

  it("waits for a probe that has just failed here", () => {
    rig.hear({ ejected: [ejection] });
    rig.now += 15 * SECOND;
    rig.hear();
    rig.attempt(failed());
    expect(rig.health.report(rig.now)?.targets[0]?.held).toMatchObject({ id: 100, round: 2, probeFailed: true });
    rig.hear({ readmitted: [{ targetId: TARGET, id: 100 }] });
    expect(rig.health.standing(TARGET, rig.now)).toBe("ejected");
    rig.now += 60 * SECOND;
    rig.hear({ readmitted: [{ targetId: TARGET, id: 100 }] });
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
  });

  it("spreads throttles, used-up quotas and refused credentials, and none of them ejects a target", () => {
    rig.hear({
      throttled: [
        { targetId: TARGET, credentialId: KEY, forMs: 5_000 },
        { targetId: null, credentialId: "default/p#spent", forMs: 6_000 },
      ],
      credentials: [{ credentialId: "default/p#refused", id: 1, forMs: 7_000, round: 1 }],
    });
    expect(rig.health.throttledUntil(TARGET, KEY, rig.now)).toBe(rig.now + 5_000);
    expect(rig.health.throttledUntil("default/q/n", "default/p#spent", rig.now)).toBe(rig.now + 6_000);
    expect(rig.health.throttledUntil("default/q/n", "default/p#refused", rig.now)).toBe(rig.now + 7_000);
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
  });

  it("tells what all isolates measured, and counts for ten seconds", () => {
    rig.attempt(OK);
    const figures = { count: 50, p50Ms: 300, p90Ms: 500, p95Ms: 600, p99Ms: 900 };
    rig.hear({ figures: [{ targetId: TARGET, ...figures }], failing: ["default/p"] });
    expect(rig.health.figures(TARGET).fleet(rig.now)).toMatchObject(figures);
    expect(rig.health.figures(TARGET).loadMs(rig.now)).toBe(300);
    expect([rig.health.isFailing("default/p/m/with/slashes", rig.now), rig.health.isFailing("default/q/m", rig.now)]).toEqual([
      true,
      false,
    ]);
    rig.now += 10 * SECOND;
    expect(rig.health.figures(TARGET).fleet(rig.now)).toBeNull();
    expect(rig.health.figures(TARGET).loadMs(rig.now)).toBe(0);
    expect(rig.health.isFailing(TARGET, rig.now)).toBe(false);
  });
});

describe("reports", () => {
  it("are due every two seconds, news or not, and at once after news", () => {
    expect(rig.health.report(rig.now)?.seq).toBe(1);
    expect(rig.health.report(rig.now + 999)).toBeNull();
    rig.health.accept({ ...rig.answer(), seq: 1 }, rig.now);
    expect(rig.health.report(rig.now + 1_999)).toBeNull();
    expect(rig.health.report(rig.now + 2_000)?.seq).toBe(2);
    rig.now += 2_001;
    rig.attempts(5, failed());
    expect(rig.health.report(rig.now)?.targets).toEqual([
      {
        targetId: TARGET,
        ok: 0,
        failed: 5,
        consecutiveFailures: 0,
        tripped: true,
        held: null,
        probe: null,
        ttft: [],
      },
    ]);
    expect(rig.health.report(rig.now)).toBeNull();
  });

  it("tell counts once, and news until an answer has come", () => {
    rig.attempts(5, failed());
    rig.attempt(failed("auth"));
    expect(rig.health.report(rig.now)).toMatchObject({ targets: [{ failed: 5, tripped: true }], credentials: [{ round: 1 }] });
    expect(rig.health.report(rig.now + 499)).toBeNull();
    rig.now += 500;
    const repeated = rig.health.report(rig.now);
    expect(repeated).toMatchObject({ targets: [{ failed: 0, tripped: true }], credentials: [{ round: 1 }] });
    rig.health.accept({ ...rig.answer(), seq: repeated?.seq ?? 0 }, rig.now);
    rig.now += 2 * SECOND;
    expect(rig.health.report(rig.now)).toMatchObject({ targets: [{ tripped: false }], credentials: [] });
  });

  it("are followed by the next after a second where no answer came", () => {
    rig.health.report(rig.now);
    expect(rig.health.report(rig.now + 999)).toBeNull();
    expect(rig.health.report(rig.now + 1_000)).not.toBeNull();
  });

  it("tell of failures in a row while the target is in rotation, not while it is out", () => {
    rig.attempts(4, failed());
    expect(rig.health.report(rig.now)?.targets[0]?.consecutiveFailures).toBe(4);
    rig.attempts(10, failed());
    expect(rig.health.report(rig.now)?.targets[0]?.consecutiveFailures).toBe(0);
  });

  it("leave out outcomes that are older than ten seconds", () => {
    rig.attempts(3, OK);
    rig.now += 30 * SECOND;
    rig.attempt(OK);
    expect(rig.health.report(rig.now)?.targets).toMatchObject([{ ok: 1 }]);
  });

  it("tell of pauses while they last, and of times to the first token", () => {
    rig.begin().content(300, rig.now);
    rig.attempt(failed("rate_limited", { retryAfterSeconds: 20 }));
    rig.attempt(failed("quota_exhausted", { retryAfterSeconds: 30 }));
    const report = rig.health.report(rig.now);
    expect(report?.throttles.map(({ credentialId, targetId }) => [targetId, credentialId])).toEqual([
      [TARGET, KEY],
      [null, KEY],
    ]);
    expect(report?.targets[0]?.ttft).toEqual([19, 1]);
  });

  it("make the isolate stale until the hub answers, and not when an old answer comes late", () => {
    expect([0, 3_000].map((ms) => silentMs(ms))).toEqual([0, 3_000]);
    const first = rig.answer();
    rig.now += 5 * SECOND;
    const second = rig.answer({ failing: ["default/p"] });
    rig.health.accept(second, rig.now);
    rig.health.accept(first, rig.now + 1);
    expect(rig.health.isFailing(TARGET, rig.now + 1)).toBe(true);
    expect(silentMs(2_999)).toBeLessThan(3_000);
    const third = { ...rig.answer(), seq: 0 };
    rig.health.accept(third, rig.now + 4 * SECOND);
    expect(silentMs(4 * SECOND)).toBeGreaterThanOrEqual(3_000);
  });

  it("are not helped by an answer that comes more than ten seconds late", () => {
    const late = rig.answer({ ejected: [{ targetId: TARGET, id: 1, forMs: 9_000, round: 1 }] });
    rig.now += 10 * SECOND;
    rig.health.accept(late, rig.now);
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
  });
});

it("pauses are told again until the hub has answered", () => {
  rig.attempt(failed("rate_limited", { retryAfterSeconds: 60 }));
  const told = () => rig.health.report((rig.now += 2 * SECOND))?.throttles.map(({ credentialId }) => credentialId);
  expect([told(), told()]).toEqual([[KEY], [KEY]]);
  rig.hear();
  expect(told()).toEqual([]);
});
