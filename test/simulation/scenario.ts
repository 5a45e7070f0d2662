import type { KillKind } from "../../src/core/control/control-state.ts";
import { FAULT_KINDS, drawFaults, type FaultKind } from "./faults.ts";
import { drawFleet, type Fleet, MODELS, TENANT } from "./policies.ts";
import type { Random } from "./random.ts";
import { drawTraffic, type Phase } from "./traffic.ts";
import type { TargetPlan } from "./upstream.ts";

/** What goes wrong beside the targets. */
const TROUBLES = [
  "slow-messages",
  "lost-messages",
  "repeated-messages",
  "hub-restarts",
  "hub-outages",
  "partitions",
  "skew",
  "isolate-restarts",
  "changes",
  "limits",
] as const;
type Trouble = (typeof TROUBLES)[number];

/** From then until the end nothing is wrong any more, milliseconds before it. */
const CALM_MS = 110_000;

/** Milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface IsolatePlan {
  readonly offsetMs: number;
  readonly drift: number;
  readonly traffic: readonly Phase[];
  readonly restarts: readonly number[];
  /** When it cannot reach the hub. */
  readonly partitions: readonly Span[];
}

/** Messages between isolates and hub. Times are one way. */
export interface NetworkPlan {
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly lateShare: number;
  readonly lostShare: number;
  readonly repeatedShare: number;
}

/** What administrators do, and when. */
export type AdminStep = { readonly at: number } & (
  | { readonly kind: "kill" | "lift"; readonly what: KillKind; readonly id: string }
  | { readonly kind: "start"; readonly digest: string; readonly share: number; readonly isBroken: boolean }
  | { readonly kind: "share"; readonly share: number }
  | { readonly kind: "promote" | "rollback" }
);

/** All that a seed decides before the first request comes. */
export interface Scenario {
  readonly endsAt: number;
  readonly calmFrom: number;
  readonly fleet: Fleet;
  readonly targets: readonly TargetPlan[];
  readonly isolates: readonly IsolatePlan[];
  readonly network: NetworkPlan;
  readonly hubClock: { readonly offsetMs: number; readonly drift: number };
  readonly hubRestarts: readonly number[];
  readonly hubOutages: readonly Span[];
  readonly steps: readonly AdminStep[];
  readonly callers: readonly string[];
  /** Whether callers have token limits. */
  readonly isLimited: boolean;
  /** In words, for people. */
  readonly wrong: readonly string[];
}

export function drawScenario(random: Random, seconds: number): Scenario {
  const endsAt = seconds * 1_000;
  const calmFrom = endsAt - CALM_MS;
  const kinds = FAULT_KINDS.filter(() => random.chance(0.4));
  const troubles = new Set<Trouble>(TROUBLES.filter(() => random.chance(0.4)));
  const fleet = drawFleet(random);
  const callers = Array.from({ length: random.whole(3, 8) }, (_, index) => `c${index}`);
  const place = { random, troubles, calmFrom, endsAt };
  return {
    endsAt,
    calmFrom,
    fleet,
    targets: fleet.providers.map(() => drawTarget(random, kinds, calmFrom)),
    isolates: drawIsolates(place),
    network: drawNetwork(random, troubles),
    hubClock: drawClock(random, troubles),
    hubRestarts: troubles.has("hub-restarts") ? drawTimes(random, calmFrom) : [],
    hubOutages: troubles.has("hub-outages") ? drawSpans(random, calmFrom) : [],
    steps: troubles.has("changes") ? drawSteps(random, { fleet, callers, calmFrom }) : [],
    callers,
    isLimited: troubles.has("limits"),
    wrong: [...kinds, ...troubles],
  };
}

interface Place {
  readonly random: Random;
  readonly troubles: ReadonlySet<Trouble>;
  readonly calmFrom: number;
  readonly endsAt: number;
}

function drawTarget(random: Random, kinds: readonly FaultKind[], calmFrom: number): TargetPlan {
  return { latencyMs: random.between(60, 700), faults: drawFaults(random, kinds, calmFrom) };
}

function drawIsolates({ calmFrom, endsAt, random, troubles }: Place): readonly IsolatePlan[] {
  const count = random.whole(2, 6);
  const traffic = drawTraffic(random, { isolates: count, calmFrom, endsAt });
  return traffic.map((phases) => ({
    ...drawClock(random, troubles),
    traffic: phases,
    restarts: troubles.has("isolate-restarts") && random.chance(0.5) ? drawTimes(random, calmFrom) : [],
    partitions: troubles.has("partitions") && random.chance(0.5) ? drawSpans(random, calmFrom) : [],
  }));
}

function drawNetwork(random: Random, troubles: ReadonlySet<Trouble>): NetworkPlan {
  const isSlow = troubles.has("slow-messages");
  return {
    delayMs: random.between(2, 40),
    jitterMs: isSlow ? random.between(10, 400) : random.between(1, 15),
    lateShare: isSlow ? random.between(0, 0.2) : 0,
    lostShare: troubles.has("lost-messages") ? random.between(0.02, 0.3) : 0,
    repeatedShare: troubles.has("repeated-messages") ? random.between(0.05, 0.4) : 0,
  };
}

function drawClock(random: Random, troubles: ReadonlySet<Trouble>): { offsetMs: number; drift: number } {
  if (!troubles.has("skew")) return { offsetMs: 0, drift: 0 };
  return { offsetMs: random.between(-300_000, 300_000), drift: random.between(-0.002, 0.002) };
}

function drawTimes(random: Random, until: number): readonly number[] {
  return Array.from({ length: random.whole(1, 3) }, () => random.between(1_000, until));
}

function drawSpans(random: Random, until: number): readonly Span[] {
  return drawTimes(random, until).map((from) => ({ from, to: Math.min(until, from + random.between(1_000, 40_000)) }));
}

/** Switches and rollouts; what does not fit the state of things when its time comes is refused, as it would be. */
function drawSteps(
  random: Random,
  { callers, calmFrom, fleet }: { readonly fleet: Fleet; readonly callers: readonly string[]; readonly calmFrom: number },
): readonly AdminStep[] {
  const steps: AdminStep[] = [];
  for (let count = random.whole(0, 4); count > 0; count--) {
    const at = random.between(1_000, calmFrom - 2_000);
    const killed = drawKilled(random, fleet, callers);
    steps.push({ at, kind: "kill", ...killed });
    steps.push({ at: Math.min(calmFrom, at + random.between(3_000, 60_000)), kind: "lift", ...killed });
  }
  for (let count = random.whole(0, 8); count > 0; count--) {
    const at = random.between(1_000, calmFrom);
    const kind = random.pick(["start", "start", "share", "promote", "rollback"] as const);
    const share = random.pick([0.1, 0.3, 0.5, 0.8, 1]);
    if (kind === "start") steps.push({ at, kind, share, digest: `digest-${count}`, isBroken: random.chance(0.2) });
    else steps.push(kind === "share" ? { at, kind, share } : { at, kind });
  }
  return steps.toSorted((left, right) => left.at - right.at);
}

function drawKilled(random: Random, fleet: Fleet, callers: readonly string[]): { what: KillKind; id: string } {
  const target = random.whole(0, fleet.providers.length - 1);
  const provider = fleet.providers[target] ?? 0;
  switch (random.pick(["target", "target", "credential", "credential", "model", "caller"] as const)) {
    case "target":
      return { what: "target", id: `${TENANT}/p${provider}/m${target}` };
    case "credential":
      return { what: "credential", id: `${TENANT}/p${provider}#k${random.whole(0, 2)}` };
    case "model":
      return { what: "model", id: `${TENANT}/${random.pick(MODELS)}` };
    case "caller":
      return { what: "caller", id: `${TENANT}/${random.pick(callers)}` };
  }
}
