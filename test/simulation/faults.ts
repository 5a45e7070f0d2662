import type { FailureClass } from "../../src/core/failure.ts";
import type { Random } from "./random.ts";

/** What a target can do instead of answering. A seed draws a few kinds, so that each is also seen without the others. */
export const FAULT_KINDS = [
  "dead",
  "errors",
  "flapping",
  "slow",
  "rate_limited",
  "refused",
  "quota",
  "cut",
  "capacity",
  "overloaded",
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** Something is wrong with a target for a while. Times are milliseconds. */
export interface Fault {
  readonly kind: FaultKind;
  readonly from: number;
  readonly to: number;
  /** The share of attempts that meet it. */
  readonly share: number;
  /** Of a flapping target: how long up and down together. */
  readonly periodMs: number;
  /** Of what has to do with credentials: the index of the one concerned; null for all. */
  readonly credential: number | null;
  /** Null: it does not say when to come back. */
  readonly retryAfterSeconds: number | null;
  readonly manner: Manner;
  /** Attempts that a target with little capacity takes at once. */
  readonly capacity: number;
}

/** How a target fails: with a class and a status after a while, or by silence. */
export type Manner =
  | { readonly kind: "fails"; readonly class: FailureClass; readonly status: number; readonly afterMs: number }
  | { readonly kind: "hangs" };

/** The faults of one target, up to a time. What is dead does nothing else: that comes first. */
export function drawFaults(random: Random, kinds: readonly FaultKind[], until: number): readonly Fault[] {
  if (kinds.length === 0) return [];
  const faults = Array.from({ length: random.whole(0, 3) }, () => drawFault(random, random.pick(kinds), until));
  return faults.toSorted((one, other) => Number(other.kind === "dead") - Number(one.kind === "dead"));
}

function drawFault(random: Random, kind: FaultKind, until: number): Fault {
  const from = random.between(2_000, until - 10_000);
  return {
    kind,
    from,
    to: Math.min(until, from + random.between(5_000, 80_000)),
    share: random.chance(0.5) ? 1 : random.between(0.2, 0.95),
    periodMs: random.between(2_000, 30_000),
    credential: random.chance(0.6) ? random.whole(0, 2) : null,
    retryAfterSeconds: random.chance(0.25) ? null : random.pick([1, 2, 5, 10, 20, 40]),
    manner: drawManner(random),
    capacity: random.whole(1, 4),
  };
}

const MANNERS: readonly Manner[] = [
  { kind: "hangs" },
  { kind: "fails", class: "connection", status: 0, afterMs: 5 },
  { kind: "fails", class: "server_error", status: 500, afterMs: 40 },
  { kind: "fails", class: "server_error", status: 502, afterMs: 900 },
  { kind: "fails", class: "malformed", status: 200, afterMs: 60 },
  { kind: "fails", class: "overloaded", status: 503, afterMs: 20 },
];

function drawManner(random: Random): Manner {
  return random.pick(MANNERS);
}
