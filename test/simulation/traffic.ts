import type { Random } from "./random.ts";

/** A time in which requests come at a steady rate, independent of each other. Milliseconds; requests a second. */
export interface Phase {
  readonly from: number;
  readonly to: number;
  readonly rate: number;
}

interface Extent {
  readonly isolates: number;
  readonly calmFrom: number;
  readonly endsAt: number;
}

/** Requests of all isolates in the time of faults: enough to see much, few enough to see it often. */
const MOST_WHILE_FAULTY = 330;
/** Requests a second once all is well, of each isolate and of all together: a permit to probe is good for two seconds. */
const CALM_RATE = 0.5;
const CALM_RATE_TOGETHER = 2;

/** For each isolate bursts, quiet times and idle ones until all is well, then a steady trickle. */
export function drawTraffic(random: Random, { calmFrom, endsAt, isolates }: Extent): readonly (readonly Phase[])[] {
  const drawn = Array.from({ length: isolates }, () => drawPhases(random, calmFrom));
  const expected = drawn.flat().reduce((sum, { from, rate, to }) => sum + (rate * (to - from)) / 1_000, 0);
  const scale = Math.min(1, random.between(120, MOST_WHILE_FAULTY) / Math.max(1, expected));
  return drawn.map((phases) => [
    ...thin(phases, scale),
    { from: calmFrom, to: endsAt, rate: Math.max(CALM_RATE, CALM_RATE_TOGETHER / isolates) },
  ]);
}

function drawPhases(random: Random, until: number): readonly Phase[] {
  const phases: Phase[] = [];
  for (let from = 0; from < until;) {
    const kind = random.pick(["idle", "quiet", "quiet", "steady", "steady", "burst"] as const);
    const length = kind === "burst" ? random.between(2_000, 8_000) : random.between(5_000, 40_000);
    const to = Math.min(until, from + length);
    phases.push({ from, to, rate: drawRate(random, kind) });
    from = to;
  }
  return phases;
}

function drawRate(random: Random, kind: "idle" | "quiet" | "steady" | "burst"): number {
  switch (kind) {
    case "idle":
      return 0;
    case "quiet":
      return random.between(0.05, 0.4);
    case "steady":
      return random.between(0.5, 2);
    case "burst":
      return random.between(4, 15);
  }
}

/** Fewer requests, in bursts as dense as before: phases become shorter, with silence after them. */
function thin(phases: readonly Phase[], scale: number): readonly Phase[] {
  return phases.flatMap(({ from, rate, to }) => {
    const middle = from + (to - from) * scale;
    return [
      { from, to: middle, rate },
      { from: middle, to, rate: 0 },
    ];
  });
}

/** The next request after `time`; null when there is none. */
export function nextArrival(phases: readonly Phase[], time: number, random: Random): number | null {
  let at = time;
  for (const { from, rate, to } of phases) {
    if (to <= at) continue;
    at = Math.max(at, from);
    const arrival = rate === 0 ? to : at + random.pause(rate) * 1_000;
    if (arrival < to) return arrival;
    at = to;
  }
  return null;
}
