import { beforeEach, describe, expect, it } from "vitest";
import { IsolateRig, KEY, MIDDLE, SECOND, START, TARGET } from "./isolate-rig.ts";
import { failed, LEFT, OK } from "./outcomes.ts";

let rig: IsolateRig;

beforeEach(() => {
  rig = new IsolateRig();
});

describe("a target", () => {
  it("is ready before anything is known of it", () => {
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
    expect(rig.health.hasRoom(TARGET, "interactive")).toBe(true);
    expect(rig.health.throttledUntil(TARGET, KEY, rig.now)).toBe(0);
    const figures = rig.health.figures(TARGET);
    expect([figures.inFlight, figures.limit, figures.tokensPerSecond]).toEqual([0, 1_024, null]);
    expect([figures.loadMs(rig.now), figures.slowStartFactor(rig.now), figures.ttftMs(0.5, rig.now)]).toEqual([0, 1, null]);
  });

  it("is ejected by its fifth failure in a row", () => {
    expect(rig.attempts(4, failed())).toEqual([null, null, null, null]);
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
    expect(rig.attempt(failed())).toEqual({ kind: "tripped", targetId: TARGET });
    expect(rig.health.standing(TARGET, rig.now)).toBe("ejected");
    expect(rig.health.standing(TARGET, rig.now + 9_999)).toBe("ejected");
    expect(rig.health.standing(TARGET, rig.now + 10_000)).toBe("probing");
  });

  it("is not ejected by failures that successes interrupt, below half of twenty", () => {
    for (let round = 0; round < 20; round++) {
      rig.attempts(1, failed());
      rig.attempts(2, OK);
    }
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
  });

  it("is ejected when half of twenty attempts in half a minute fail", () => {
    for (let round = 0; round < 9; round++) {
      rig.attempts(1, OK);
      rig.attempts(1, failed());
    }
    rig.attempts(1, OK);
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
    rig.attempts(1, failed());
    expect(rig.health.standing(TARGET, rig.now)).toBe("ejected");
  });

  it("forgets failures after half a minute", () => {
    for (let round = 0; round < 9; round++) {
      rig.attempts(1, OK);
      rig.attempts(1, failed());
    }
    rig.now += 31 * SECOND;
    rig.attempts(1, OK);
    rig.attempts(1, failed());
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
  });

  it.each([
    "rate_limited",
    "shed",
    "evicted",
    "auth",
    "quota_exhausted",
    "invalid_request",
    "content_filter",
    "deadline",
  ] as const)("is never ejected by %s", (failureClass) => {
    for (let time = 0; time < 200; time++) {
      rig.attempt(failed(failureClass));
      rig.now += 400;
      expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
    }
  });

  it("is neither better nor worse for a client that left", () => {
    rig.attempts(4, failed());
    rig.attempts(50, LEFT);
    expect(rig.attempt(failed())?.kind).toBe("tripped");
  });

  it("counts attempts under way, each until its first end", () => {
    const [one, other] = [rig.begin(), rig.begin()];
    expect(rig.health.figures(TARGET).inFlight).toBe(2);
    one.ended(LEFT, rig.now, MIDDLE);
    expect(one.ended(failed(), rig.now, MIDDLE)).toBeNull();
    expect(rig.health.figures(TARGET).inFlight).toBe(1);
    other.ended(OK, rig.now, MIDDLE);
    expect(rig.health.figures(TARGET).inFlight).toBe(0);
  });

  it("has room until its limit is reached", () => {
    const open = Array.from({ length: 1_024 }, () => rig.begin());
    expect(rig.health.hasRoom(TARGET, "interactive")).toBe(false);
    open[0]?.ended(LEFT, rig.now, MIDDLE);
    expect([rig.health.hasRoom(TARGET, "interactive"), rig.health.hasRoom(TARGET, "batch")]).toEqual([true, false]);
  });

  it("shows its speed: time to the first token, tokens a second", () => {
    const one = rig.begin();
    one.content(400, rig.now + 400);
    one.content(9_000, rig.now + 9_000);
    one.ended({ kind: "ok", outputTokens: 100, durationMs: 2_000 }, rig.now + 2_000, MIDDLE);
    const figures = rig.health.figures(TARGET);
    expect(figures.loadMs(rig.now + 400)).toBeCloseTo(400, 5);
    expect(Math.abs((figures.ttftMs(0.5, rig.now + 2_000) ?? 0) - 400)).toBeLessThan(80);
    expect(figures.tokensPerSecond).toBe(50);
  });

  it("looks expensive after a failure, and after a throttle as long as it lasts", () => {
    rig.attempt(failed());
    expect(rig.health.figures(TARGET).loadMs(rig.now)).toBe(5_000);
    rig.attempt(failed("rate_limited", { retryAfterSeconds: 60 }));
    expect(rig.health.figures(TARGET).loadMs(rig.now)).toBeCloseTo(63_000, 3);
  });

  it("has less room after a throttle and after a first token that never came", () => {
    rig.attempt(failed("timeout_ttft"));
    expect(rig.health.figures(TARGET).limit).toBe(22);
    rig.now += 1;
    rig.attempt(failed("rate_limited"));
    expect(rig.health.figures(TARGET).limit).toBe(15);
    rig.attempt(failed("server_error"));
    expect(rig.health.figures(TARGET).limit).toBe(15);
  });

  it("is forgotten when a thousand others were used since", () => {
    rig.attempts(5, failed());
    for (let other = 0; other < 1_000; other++) rig.begin(`default/p/${other}`).ended(LEFT, rig.now, MIDDLE);
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
  });
});

describe("a credential", () => {
  it("waits as long as the target asked, at that target alone", () => {
    rig.attempt(failed("rate_limited", { retryAfterSeconds: 7 }));
    expect(rig.health.throttledUntil(TARGET, KEY, rig.now)).toBeCloseTo(rig.now + 7_350, 3);
    expect(rig.health.throttledUntil(TARGET, "default/p#other", rig.now)).toBe(0);
    expect(rig.health.throttledUntil("default/p/other", KEY, rig.now)).toBe(0);
    expect(rig.health.throttledUntil(TARGET, KEY, rig.now + 7_351)).toBe(0);
  });

  it("waits at every target once its quota is used up, a minute unless told", () => {
    rig.attempt(failed("quota_exhausted"));
    expect(rig.health.throttledUntil("default/p/other", KEY, rig.now)).toBe(rig.now + 63_000);
    expect(rig.health.throttledUntil(TARGET, "default/p#other", rig.now)).toBe(0);
  });

  it("is ejected at every target when refused, with one alarm, and its targets are not", () => {
    const open = [rig.begin(), rig.begin(), rig.begin("default/p/other")];
    rig.now += 10;
    const alarms = open.map((one) => one.ended(failed("auth", { status: 401 }), rig.now, MIDDLE));
    const alarm = { kind: "credential_ejected", credentialId: KEY, targetId: TARGET, forMs: 30_000 };
    expect(alarms).toEqual([alarm, null, null]);
    expect(rig.health.throttledUntil("default/p/other", KEY, rig.now)).toBe(rig.now + 30_000);
    expect(rig.health.throttledUntil(TARGET, "default/p#other", rig.now)).toBe(0);
    expect(rig.health.standing(TARGET, rig.now)).toBe("ready");
  });

  it("is tried by one request after its ejection, and free once that has its first content", () => {
    rig.attempt(failed("auth"));
    rig.now += 30 * SECOND;
    const trial = rig.begin();
    expect(rig.health.throttledUntil(TARGET, KEY, rig.now)).toBeGreaterThan(rig.now);
    trial.content(100, rig.now + 100);
    expect(rig.health.throttledUntil(TARGET, KEY, rig.now + 100)).toBe(0);
  });
});

describe("an attempt that is given up for a faster one", () => {
  it("counts as slower than that, and its credential as not yet accepted", () => {
    rig.attempt(failed("auth"));
    rig.now += 30 * SECOND;
    const trial = rig.begin();
    rig.now += 800;
    trial.late(800, rig.now);
    trial.ended({ kind: "left" }, rig.now, MIDDLE);
    expect(rig.health.figures(TARGET).ttftMs(0.5, rig.now)).toBeGreaterThan(600);
    // The next one is a trial again: no second request beside it.
    rig.begin();
    expect(rig.health.throttledUntil(TARGET, KEY, rig.now)).toBeGreaterThan(rig.now);
  });
});

describe("the snapshot", () => {
  it("shows every target and every credential that is not free", () => {
    rig.attempts(5, failed());
    rig.attempt(failed("rate_limited", { retryAfterSeconds: 20 }));
    rig.attempt(failed("auth"));
    const { credentials, hubSilentMs, targets } = rig.health.snapshot(rig.now);
    expect(hubSilentMs).toBe(rig.now - START);
    expect(credentials).toEqual({ [KEY]: { blockedForMs: 30_000 } });
    expect(targets[TARGET]).toMatchObject({ standing: "ejected", inFlight: 0, limit: 22, throttledForMs: { [KEY]: 20_990 } });
    expect(targets[TARGET]?.ejectedForMs).toBeGreaterThan(9_000);
  });
});
