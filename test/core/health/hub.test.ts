import { beforeEach, describe, expect, it } from "vitest";
import { Hub } from "../../../src/core/health/hub.ts";
import type { HubAnswer, HubReport, TargetReport } from "../../../src/core/health/hub-messages.ts";
import { hubReport, targetReport } from "./health-reports.ts";

const START = 1_800_000_000_000;
const SECOND = 1_000;
const TARGET = "default/p/m";
const MIDDLE = 0.5;
const WANTED = { isWanted: true, usedGrant: 0, usedAgoMs: 0 };

let hub: Hub;
let now: number;
let seqs: Map<string, number>;

beforeEach(() => {
  hub = new Hub(START);
  now = START + 10 * SECOND;
  seqs = new Map();
});

function send(report: HubReport): HubAnswer {
  hub.absorb(report, now, MIDDLE);
  return hub.answer(report.isolateId, now);
}

/** What an isolate's next report says of the target. */
function tell(isolateId: string, said: Partial<TargetReport> = {}): HubAnswer {
  const seq = (seqs.get(isolateId) ?? 0) + 1;
  seqs.set(isolateId, seq);
  return send(hubReport({ isolateId, seq, targets: [targetReport({ targetId: TARGET, ...said })] }));
}

function trip(isolateId: string): HubAnswer {
  return tell(isolateId, { failed: 5, tripped: true });
}

/** The number of the target's ejection; 0 while it is in rotation. */
function ejectionId(): number {
  return hub.answer("somebody", now).ejected.find(({ targetId }) => targetId === TARGET)?.id ?? 0;
}

/** What an isolate says that keeps to the present ejection. */
function holding(said: { readonly okInRow?: number; readonly probeFailed?: boolean } = {}): Partial<TargetReport> {
  const held = { id: ejectionId(), forMs: 0, round: 1, okInRow: 0, probeFailed: false, ...said };
  return { held, probe: WANTED };
}

describe("a target", () => {
  it("is ejected for everyone when one isolate trips and nobody contradicts", () => {
    trip("a");
    const { ejected } = tell("b");
    expect(ejected).toEqual([{ targetId: TARGET, id: now, forMs: 10_000, round: 1 }]);
  });

  it("is not ejected when others had ten answers of which less than a fifth failed", () => {
    tell("b", { ok: 9 });
    tell("c", { ok: 4, failed: 3 });
    trip("a");
    expect(ejectionId()).toBe(0);
  });

  it.each([
    { ok: 10, failed: 0, isOut: false },
    { ok: 9, failed: 0, isOut: true },
    { ok: 9, failed: 1, isOut: false },
    { ok: 8, failed: 2, isOut: true },
  ])("is judged by what others saw: $ok good answers, $failed failures", ({ failed, isOut, ok }) => {
    tell("b", { ok, failed });
    trip("a");
    expect(ejectionId() > 0).toBe(isOut);
  });

  it("is not defended by what the accuser itself saw, nor by what others saw eleven seconds ago", () => {
    tell("a", { ok: 50 });
    tell("b", { ok: 50 });
    now += 11 * SECOND;
    trip("a");
    expect(ejectionId()).not.toBe(0);
  });

  it("is ejected when half of twenty attempts of all isolates failed", () => {
    for (const isolateId of ["a", "b", "c", "d"]) tell(isolateId, { ok: 2, failed: 2 });
    expect(ejectionId()).toBe(0);
    tell("e", { ok: 2, failed: 2 });
    expect(ejectionId()).not.toBe(0);
  });

  it("is ejected when three isolates have three failures in a row, lately", () => {
    tell("a", { failed: 3, consecutiveFailures: 3 });
    now += 11 * SECOND;
    tell("b", { failed: 3, consecutiveFailures: 3 });
    tell("c", { failed: 3, consecutiveFailures: 3 });
    expect(ejectionId()).toBe(0);
    tell("a", { failed: 1, consecutiveFailures: 4 });
    expect(ejectionId()).not.toBe(0);
  });

  it("is never ejected by pauses and refused credentials", () => {
    for (let seq = 1; seq <= 100; seq++) {
      send(
        hubReport({
          isolateId: "a",
          seq,
          throttles: [{ targetId: TARGET, credentialId: "default/p#key", forMs: 5_000 }],
          credentials: [{ credentialId: "default/p#key", forMs: 30_000, round: 1 }],
        }),
      );
    }
    expect(hub.answer("b", now).ejected).toEqual([]);
  });

  it("is ejected once, whatever comes in while it is out", () => {
    trip("a");
    const id = ejectionId();
    now += SECOND;
    trip("b");
    for (const isolateId of ["c", "d", "e"]) tell(isolateId, { failed: 50, consecutiveFailures: 50 });
    expect(hub.answer("a", now).ejected).toEqual([{ targetId: TARGET, id, forMs: 9_000, round: 1 }]);
  });

  it("is admitted again by three good probes of whichever isolates, and those who kept to it are told", () => {
    trip("a");
    now += 12 * SECOND;
    const id = ejectionId();
    tell("b", holding({ okInRow: 1 }));
    tell("c", holding({ okInRow: 1 }));
    expect(ejectionId()).toBe(id);
    expect(tell("b", holding({ okInRow: 2 })).readmitted).toEqual([{ targetId: TARGET, id }]);
    expect(ejectionId()).toBe(0);
    expect(tell("d").readmitted).toEqual([]);
  });

  it("is ejected for longer, under a new number, when a probe fails", () => {
    trip("a");
    now += 12 * SECOND;
    const id = ejectionId();
    tell("b", holding({ okInRow: 2 }));
    tell("c", holding({ probeFailed: true }));
    expect(hub.answer("a", now).ejected).toMatchObject([{ forMs: 20_000, round: 2 }]);
    expect(ejectionId()).toBeGreaterThan(id);
    now += 20 * SECOND;
    tell("b", holding({ okInRow: 2 }));
    expect(ejectionId()).not.toBe(0);
  });

  it("does not hear what isolates say of an ejection that is over", () => {
    trip("a");
    now += 12 * SECOND;
    const old = holding({ okInRow: 3 });
    tell("b", holding({ probeFailed: true }));
    tell("c", old);
    expect(ejectionId()).not.toBe(0);
  });

  it("is believed to be out by one isolate alone only until others' probes refute it", () => {
    trip("a");
    now += 12 * SECOND;
    tell("b", holding({ okInRow: 3 }));
    now += 20 * SECOND;
    trip("a");
    expect(ejectionId()).toBe(0);
    trip("c");
    expect(ejectionId()).not.toBe(0);
  });

  it("is believed to be out by one isolate that another's failed probe has confirmed", () => {
    trip("a");
    now += 12 * SECOND;
    tell("c", holding({ probeFailed: true }));
    now += 20 * SECOND;
    tell("b", holding({ okInRow: 3 }));
    now += 20 * SECOND;
    trip("a");
    expect(ejectionId()).not.toBe(0);
  });

  it("begins anew after an ejection: nothing from before counts, whoever tells it late", () => {
    tell("b", { failed: 15 });
    trip("a");
    now += 10 * SECOND;
    const late = holding();
    tell("c", holding({ okInRow: 3 }));
    tell("b", { ...late, failed: 30 });
    tell("c", { failed: 10 });
    expect(ejectionId()).toBe(0);
  });
});

describe("reports", () => {
  it("that come twice count once", () => {
    const report = hubReport({ isolateId: "a", seq: 1, targets: [targetReport({ targetId: TARGET, failed: 10 })] });
    for (let copy = 0; copy < 10; copy++) send(report);
    tell("b", { ok: 12 });
    expect(ejectionId()).toBe(0);
    tell("b", { failed: 2 });
    expect(ejectionId()).not.toBe(0);
  });

  it("that were overtaken tell counts, and nothing of how things are", () => {
    trip("a");
    now += 12 * SECOND;
    const id = ejectionId();
    const held = { id, forMs: 0, round: 1, okInRow: 0, probeFailed: true };
    const overtaken = hubReport({ isolateId: "b", seq: 1, targets: [targetReport({ targetId: TARGET, held, ttft: [20, 5] })] });
    send(hubReport({ isolateId: "b", seq: 2, targets: [targetReport({ targetId: TARGET, ...holding() })] }));
    const { figures, seq } = send(overtaken);
    expect(seq).toBe(2);
    expect(ejectionId()).toBe(id);
    expect(figures).toMatchObject([{ targetId: TARGET, count: 5 }]);
  });

  it("let a hub that forgot everything know what is ejected, and what was proved since", () => {
    trip("a");
    const id = ejectionId();
    now += 3 * SECOND;
    hub = new Hub(now);
    const held = { id, forMs: 7_000, round: 3, okInRow: 0, probeFailed: false };
    tell("b", { held });
    expect(hub.answer("c", now).ejected).toEqual([{ targetId: TARGET, id, forMs: 7_000, round: 3 }]);
    now += 8 * SECOND;
    expect(tell("b", { held: { ...held, forMs: 0, okInRow: 3 } }).ejected).toEqual([]);
  });

  it("do not count an ejection twice that such a hub learns of by a failed probe", () => {
    const held = { id: START, forMs: 30_000, round: 2, okInRow: 0, probeFailed: true };
    expect(tell("b", { held }).ejected).toMatchObject([{ forMs: 40_000, round: 3 }]);
  });

  it("are answered with times to the first token over all isolates, for the targets one uses", () => {
    for (const isolateId of ["a", "b", "c"]) tell(isolateId, { ok: 10, ttft: [30, 9, 45, 1] });
    const { figures } = tell("a");
    expect(figures).toMatchObject([{ targetId: TARGET, count: 30 }]);
    expect(figures[0]?.p50Ms).toBeGreaterThan(1_700);
    expect(figures[0]?.p50Ms).toBeLessThan(2_100);
    expect(figures[0]?.p95Ms).toBeGreaterThan(22_000);
    expect(hub.answer("z", now).figures).toEqual([]);
  });

  it("say which providers fail, over all their targets", () => {
    const targets = ["default/p/m", "default/p/n", "default/q/m"].map((targetId) => targetReport({ targetId, ok: 4, failed: 6 }));
    expect(send(hubReport({ isolateId: "a", seq: 1, targets })).failing).toEqual(["default/p"]);
    now += 31 * SECOND;
    expect(hub.answer("a", now).failing).toEqual([]);
  });

  it("spread pauses and refusals for as long as they last, the longest", () => {
    const [targetId, credentialId] = [TARGET, "default/p#key"];
    const throttles = [
      { targetId, credentialId, forMs: 5_000 },
      { targetId, credentialId, forMs: 3_000 },
      { targetId: null, credentialId, forMs: 60_000 },
      { targetId, credentialId: "default/p#short", forMs: 900 },
    ];
    const credentials = [{ credentialId, forMs: 30_000, round: 1 }];
    send(hubReport({ isolateId: "a", seq: 1, throttles, credentials }));
    now += SECOND;
    const answer = hub.answer("b", now);
    expect(answer.throttled).toEqual([
      { targetId, credentialId, forMs: 4_000 },
      { targetId: null, credentialId, forMs: 59_000 },
    ]);
    expect(answer.credentials).toEqual([{ credentialId, id: now - SECOND, forMs: 29_000, round: 1 }]);
    send(hubReport({ isolateId: "c", seq: 1, credentials }));
    expect(hub.answer("b", now).credentials).toEqual([{ credentialId, id: now - SECOND, forMs: 30_000, round: 1 }]);
    now += 60 * SECOND;
    expect([hub.answer("b", now).throttled, hub.answer("b", now).credentials]).toEqual([[], []]);
  });
});

describe("permits to probe", () => {
  beforeEach(() => {
    trip("a");
    now += 10 * SECOND;
  });

  it("go to one isolate that asks, and to it again when it repeats", () => {
    const { grants } = tell("b", holding());
    expect(grants).toEqual([{ targetId: TARGET, id: now, afterMs: 0, untilMs: 2_000 }]);
    expect(tell("c", holding()).grants).toEqual([]);
    expect(tell("d", { held: null }).grants).toEqual([]);
    now += 500;
    expect(tell("b", holding()).grants).toEqual([{ ...grants[0], untilMs: 1_500 }]);
  });

  it("are not given while the target is ejected", () => {
    now -= 1;
    expect(tell("b", holding()).grants).toEqual([]);
  });

  it("follow one another by a second from the probe, wherever it was sent", () => {
    const [first] = tell("b", holding()).grants;
    now += 600;
    const used = { isWanted: false, usedGrant: first?.id ?? 0, usedAgoMs: 400 };
    tell("b", { ...holding(), probe: used });
    expect(tell("c", holding()).grants).toMatchObject([{ afterMs: 600, untilMs: 2_600 }]);
  });

  it("of which nothing is heard end by themselves, a second later for the next", () => {
    tell("b", holding());
    now += 1_999;
    expect(tell("c", holding()).grants).toEqual([]);
    now += 1;
    expect(tell("c", holding()).grants).toMatchObject([{ afterMs: 1_000, untilMs: 3_000 }]);
  });

  it("are kept back by a hub that has just started: it does not know who else has one", () => {
    const held = { id: ejectionId(), forMs: 0, round: 1, okInRow: 0, probeFailed: false };
    hub = new Hub(now);
    expect(tell("b", { held, probe: WANTED }).grants).toEqual([]);
    now += SECOND;
    expect(tell("b", { held, probe: WANTED }).grants).toMatchObject([{ afterMs: 2_000, untilMs: 4_000 }]);
  });

  it("go to others, if they ask, after an isolate's probe has failed", () => {
    tell("b", holding({ probeFailed: true }));
    now += 20 * SECOND;
    tell("c", holding());
    now += 29 * SECOND;
    expect(tell("b", holding()).grants).toEqual([]);
    now += SECOND;
    expect(tell("b", holding()).grants).toHaveLength(1);
  });

  it("are given for a target that is out in one isolate alone", () => {
    tell("b", { ...holding({ okInRow: 3 }), probe: null });
    expect(tell("z", { probe: WANTED }).grants).toHaveLength(1);
  });
});

describe("memory", () => {
  it("keeps no isolate that was silent for a minute", () => {
    for (const isolateId of ["a", "b"]) tell(isolateId, { failed: 3, consecutiveFailures: 3, ttft: [20, 1] });
    expect(hub.answer("a", now).figures).toHaveLength(1);
    now += 60 * SECOND;
    tell("c", { ok: 1 });
    expect(hub.answer("a", now)).toMatchObject({ seq: 0, figures: [] });
  });

  it("keeps no target that an isolate has not used for a minute among its figures", () => {
    tell("a", { ok: 1, ttft: [20, 100] });
    for (let second = 0; second < 62; second += 2) {
      now += 2 * SECOND;
      send(hubReport({ isolateId: "a", seq: 100 + second }));
    }
    hub.answer("a", now);
    expect(hub.answer("a", now).figures).toEqual([]);
  });

  it("is bounded: answers are no longer than a decoder takes, however much is told", () => {
    for (let part = 0; part < 20; part++) {
      const ids = Array.from({ length: 100 }, (_, index) => `default/p${part}/${index}`);
      const report = hubReport({
        isolateId: `isolate-${part}`,
        seq: 1,
        targets: ids.map((targetId) => targetReport({ targetId, failed: 20, tripped: true, ttft: [3, 1] })),
        throttles: ids.map((targetId) => ({ targetId, credentialId: "default/p#key", forMs: 9_000 })),
        credentials: ids.map((credentialId) => ({ credentialId, forMs: 9_000, round: 1 })),
      });
      hub.absorb(report, now, MIDDLE);
    }
    const answer = hub.answer("isolate-19", now);
    expect([answer.ejected.length, answer.throttled.length, answer.credentials.length]).toEqual([250, 250, 250]);
    expect([answer.figures.length, answer.failing.length]).toEqual([100, 20]);
  });
});
