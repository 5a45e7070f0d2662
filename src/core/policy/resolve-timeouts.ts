import { FAILURE_CLASSES } from "../failure.ts";
import type { CompiledFailover, CompiledHedge, CompiledTimeouts } from "./compiled.ts";
import { placeIn } from "./object-place.ts";
import { createProblem, quoted, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import { toMicroUsd, toMilliseconds } from "./schema/quantities.ts";
import { DEFAULT_FAILOVER, DEFAULT_HEDGE, DEFAULT_TIMEOUTS, type Failover, type Timeouts } from "./schema/reliability.ts";
import type { PathSegment } from "./source-node.ts";

/** Rule before gateway before built-in, field by field. Limits that nobody set for this rule shrink to its total. */
export function resolveTimeouts(rule: Timeouts = {}, gateway: Timeouts = {}): CompiledTimeouts {
  const totalMs = toMilliseconds(rule.total ?? gateway.total ?? DEFAULT_TIMEOUTS.total);
  return {
    ttftMs: Math.min(toMilliseconds(rule.ttft ?? gateway.ttft ?? DEFAULT_TIMEOUTS.ttft), totalMs),
    idleMs: Math.min(toMilliseconds(rule.idle ?? gateway.idle ?? DEFAULT_TIMEOUTS.idle), totalMs),
    totalMs,
  };
}

/** Rule before gateway before built-in, field by field; classes in the order of their table, each once. */
export function resolveFailover(rule: Failover = {}, gateway: Failover = {}): CompiledFailover {
  const hedge = rule.hedge ?? gateway.hedge;
  const classes = new Set<string>(rule.on ?? gateway.on ?? DEFAULT_FAILOVER.on);
  return {
    on: FAILURE_CLASSES.filter((name) => classes.has(name)),
    maxAttempts: rule.maxAttempts ?? gateway.maxAttempts ?? DEFAULT_FAILOVER.maxAttempts,
    hedge: hedge === undefined ? null : resolveHedge(hedge),
  };
}

function resolveHedge({ afterPercentile, maxExtraCost, minDelay }: NonNullable<Failover["hedge"]>): CompiledHedge {
  return {
    afterPercentile: afterPercentile ?? DEFAULT_HEDGE.afterPercentile,
    minDelayMs: toMilliseconds(minDelay ?? DEFAULT_HEDGE.minDelay),
    maxExtraMicroUsd: maxExtraCost === undefined ? null : toMicroUsd(maxExtraCost),
  };
}

export interface WrittenTimeouts {
  readonly path: readonly PathSegment[];
  readonly timeouts: Timeouts | undefined;
  readonly totalMs: number;
}

/** Reports limits written here that outlast the total they are part of: they would never be reached. */
export function checkTimeoutOrder(object: PolicyObject, written: WrittenTimeouts, report: Report): void {
  for (const field of ["ttft", "idle"] as const) {
    const text = written.timeouts?.[field];
    if (text === undefined || toMilliseconds(text) <= written.totalMs) continue;
    const allowed = [`at most the total, ${written.totalMs / 1_000}s`];
    report(createProblem("timeout_order", placeIn(object, ...written.path, field), { found: quoted(text), allowed }));
  }
}
