import { describe, expect, it } from "vitest";
import { createDraw } from "../../conformance/faults/draws.ts";
import { runsOf } from "../../judges/runs.ts";
import { CREDENTIAL, Fleet, type FleetOptions, type Reaction, START } from "./fleet.ts";
import { failed, OK } from "./outcomes.ts";

const SECOND = 1_000;
const [DEAD, ALIVE] = ["default/a/m", "default/b/m"];
const SEEDS = Array.from({ length: runsOf(12, 300) }, (_, index) => index + 1);

const FAILS: Reaction = { outcome: failed("server_error"), afterMs: 30 };
const ANSWERS: Reaction = { outcome: OK, afterMs: 300 };

/** A fleet of which one target behaves as told and the other answers. */
function fleetOf(options: Partial<FleetOptions> & Pick<FleetOptions, "seed" | "react">): Fleet {
  return new Fleet({ isolates: 8, rate: 4, targets: [DEAD, ALIVE], delayMs: 250, loss: 0.1, repeated: 0.1, ...options });
}

function whileDead(from: number, until: number): FleetOptions["react"] {
  return (target, sinceStart) => (target === DEAD && sinceStart >= from && sinceStart < until ? FAILS : ANSWERS);
}

/** Fault F29, for two hundred seconds. */
const flapping: FleetOptions["react"] = (target, sinceStart) =>
  target === DEAD && sinceStart < 200 * SECOND && Math.floor(sinceStart / 5_000) % 2 === 1 ? FAILS : ANSWERS;

/** Outages of some targets, for all or for one isolate, whole or in part, quick or slow, between the 10th and 60th second. */
function chaos(seed: number): Fleet {
  const draw = createDraw(seed);
  const targets = ["default/a/m", "default/b/m", "default/c/m"];
  const outages = targets.flatMap((target) =>
    Array.from({ length: Math.floor(draw() * 3) }, () => {
      const from = (10 + draw() * 40) * SECOND;
      const until = Math.min(60 * SECOND, from + draw() * 30 * SECOND);
      const share = draw() < 0.5 ? 1 : 0.3 + draw() * 0.6;
      return {
        target,
        from,
        until,
        share,
        isolate: draw() < 0.3 ? Math.floor(draw() * 5) : null,
        afterMs: draw() < 0.3 ? 5_000 : 30,
      };
    }),
  );
  return fleetOf({
    seed,
    targets,
    isolates: 1 + Math.floor(draw() * 6),
    rate: 1 + draw() * 8,
    panics: draw() < 0.7,
    react: (target, sinceStart, isolate) => {
      const outage = outages.find(
        (one) =>
          one.target === target && sinceStart >= one.from && sinceStart < one.until && (one.isolate ?? isolate) === isolate,
      );
      const isHit = outage !== undefined && draw() < outage.share;
      return isHit ? { outcome: failed("connection"), afterMs: outage.afterMs } : ANSWERS;
    },
  });
}

/** Least milliseconds between two probes of the target, by whichever isolates. */
function leastProbeGap({ observer }: Fleet, target: string): number {
  const probes = observer.attempts.filter((attempt) => attempt.isProbe && attempt.target === target);
  return Math.min(Infinity, ...probes.slice(1).map(({ at }, index) => at - (probes[index]?.at ?? 0)));
}

/** Least milliseconds between two changes of one target in one isolate. */
function leastChangeGap({ isolates, observer }: Fleet): number {
  const gaps = [...isolates.keys()].flatMap((isolate) => {
    const changes = observer.changes.filter((change) => change.isolate === isolate && change.target === DEAD);
    return changes.slice(1).map(({ at }, index) => at - (changes[index]?.at ?? 0));
  });
  return Math.min(Infinity, ...gaps);
}

describe("a target that dies", () => {
  it.each(SEEDS)("is asked by nobody 5 s after the fifth failure anywhere, probes apart (seed %d)", (seed) => {
    const fleet = fleetOf({ seed, react: whileDead(20 * SECOND, Infinity) });
    fleet.runUntil(90 * SECOND);
    const fifth = fleet.observer.fifthFailures.find(({ target }) => target === DEAD)?.at ?? Infinity;
    expect(fifth).toBeLessThan(START + 30 * SECOND);
    const late = fleet.observer.attempts.filter(({ at, isProbe, target }) => target === DEAD && at > fifth + 5_000 && !isProbe);
    expect(late).toEqual([]);
    expect(leastProbeGap(fleet, DEAD)).toBeGreaterThanOrEqual(SECOND);
  });

  it.each(SEEDS)("is back in every isolate a minute after it has recovered (seed %d)", (seed) => {
    const fleet = fleetOf({ seed, react: whileDead(20 * SECOND, 60 * SECOND) });
    fleet.runUntil(120 * SECOND);
    expect(fleet.observer.outAt(DEAD, fleet.time.now)).toEqual([]);
    fleet.runUntil(160 * SECOND);
    const [health] = fleet.isolates;
    expect(health?.figures(DEAD).slowStartFactor(fleet.time.now)).toBe(1);
  });

  it.each(SEEDS)("is out although the hub forgets everything, and probed no faster (seed %d)", (seed) => {
    const fleet = fleetOf({ seed, react: whileDead(20 * SECOND, 55 * SECOND) });
    for (const at of [23, 31, 36, 52, 64]) {
      fleet.runUntil(at * SECOND);
      fleet.restartHub();
    }
    fleet.runUntil(125 * SECOND);
    expect(leastProbeGap(fleet, DEAD)).toBeGreaterThanOrEqual(SECOND);
    expect(fleet.observer.outAt(DEAD, fleet.time.now)).toEqual([]);
  });

  it.each(SEEDS)("is found by each isolate alone where there is no hub, and found again (seed %d)", (seed) => {
    const fleet = fleetOf({ seed, react: whileDead(20 * SECOND, 50 * SECOND), loss: 1 });
    fleet.runUntil(50 * SECOND);
    expect(fleet.observer.outAt(DEAD, fleet.time.now)).toHaveLength(8);
    fleet.runUntil(300 * SECOND);
    expect(fleet.observer.outAt(DEAD, fleet.time.now)).toEqual([]);
  });
});

describe("a target that is up five seconds and down five (fault F29)", () => {
  it.each(SEEDS)("goes out or comes back at most once in ten seconds (seed %d)", (seed) => {
    const fleet = fleetOf({ seed, react: flapping });
    fleet.runUntil(240 * SECOND);
    expect(fleet.observer.changes.length).toBeGreaterThan(0);
    expect(leastChangeGap(fleet)).toBeGreaterThanOrEqual(10 * SECOND);
    expect(leastProbeGap(fleet, DEAD)).toBeGreaterThanOrEqual(SECOND);
  });

  it.each(SEEDS)("does so too where it is the only one (seed %d)", (seed) => {
    for (const panics of [true, false]) {
      const fleet = fleetOf({ seed, react: flapping, targets: [DEAD], panics });
      fleet.runUntil(240 * SECOND);
      expect(leastChangeGap(fleet)).toBeGreaterThanOrEqual(10 * SECOND);
      expect(leastProbeGap(fleet, DEAD)).toBeGreaterThanOrEqual(SECOND);
    }
  });
});

describe("a target that only one isolate cannot reach", () => {
  it.each(SEEDS)("stays in, or comes back soon and for good, for the others (seed %d)", (seed) => {
    const fleet = fleetOf({
      seed,
      react: (target, sinceStart, isolate) => (target === DEAD && isolate === 0 && sinceStart > 20 * SECOND ? FAILS : ANSWERS),
      rate: 0.5,
    });
    fleet.runUntil(600 * SECOND);
    const others = fleet.observer.attempts.filter(
      ({ isolate, standing, target }) => isolate > 0 && target === DEAD && standing === "ready",
    );
    // Seven isolates with half a request a second, shared between two targets.
    expect(others.length).toBeGreaterThan(0.8 * 600 * 7 * 0.25);
    expect(fleet.observer.outAt(DEAD, fleet.time.now).filter((isolate) => isolate > 0)).toEqual([]);
  });
});

describe("a target that throttles", () => {
  it.each(SEEDS)("is never ejected, and not asked before its time by an isolate that was told (seed %d)", (seed) => {
    const asked = new Map<number, number>();
    const early: string[] = [];
    const react: FleetOptions["react"] = (target, sinceStart, isolate) => {
      if (target !== DEAD) return ANSWERS;
      if (sinceStart < (asked.get(isolate) ?? 0)) early.push(`${isolate} at ${sinceStart}`);
      asked.set(isolate, sinceStart + 5 * SECOND);
      return { outcome: failed("rate_limited", { retryAfterSeconds: 5 }), afterMs: 0 };
    };
    const fleet = fleetOf({ seed, react });
    fleet.runUntil(120 * SECOND);
    expect(fleet.observer.changes).toEqual([]);
    expect(early).toEqual([]);
    expect(fleet.observer.attempts.filter(({ target }) => target === ALIVE).length).toBeGreaterThan(2_000);
  });
});

describe("a credential that is refused", () => {
  it.each(SEEDS)("is out in all isolates 5 s after the first refusal, with an alarm for each that met it (seed %d)", (seed) => {
    const refused: Reaction = { outcome: failed("auth", { status: 401 }), afterMs: 20 };
    const fleet = fleetOf({ seed, react: (target) => (target === DEAD ? refused : ANSWERS), targets: [DEAD] });
    fleet.runUntil(2 * SECOND);
    const [first] = fleet.observer.news;
    fleet.runUntil((first?.at ?? 0) - START + 5 * SECOND);
    const { now } = fleet.time;
    expect(first?.news).toMatchObject({ kind: "credential_ejected", credentialId: CREDENTIAL, forMs: 30_000 });
    for (const health of fleet.isolates) {
      expect(health.throttledUntil(DEAD, CREDENTIAL, now)).toBeGreaterThan(now);
      expect(health.standing(DEAD, now)).toBe("ready");
    }
    const alarmed = fleet.observer.news.map(({ isolate }) => isolate);
    expect(new Set(alarmed).size).toBe(alarmed.length);
  });
});

describe("anything at all", () => {
  it.each(SEEDS)("is over a minute after the last fault: every target is in rotation everywhere (seed %d)", (seed) => {
    const fleet = chaos(seed);
    fleet.runUntil(125 * SECOND);
    for (const target of ["default/a/m", "default/b/m", "default/c/m"]) {
      expect(fleet.observer.outAt(target, fleet.time.now)).toEqual([]);
      expect(leastProbeGap(fleet, target)).toBeGreaterThanOrEqual(SECOND);
    }
    expect(leastChangeGap(fleet)).toBeGreaterThanOrEqual(10 * SECOND);
  });

  it("follows from its seed alone", () => {
    const [one, other] = [chaos(5), chaos(5)];
    for (const fleet of [one, other]) fleet.runUntil(60 * SECOND);
    expect(one.observer.attempts).toEqual(other.observer.attempts);
    expect(one.observer.attempts.length).toBeGreaterThan(100);
  });
});
