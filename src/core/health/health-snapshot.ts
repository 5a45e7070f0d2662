import type { CredentialHealth } from "./credential-health.ts";
import type { FleetFigures } from "./hub-messages.ts";
import type { Standing } from "./rotation.ts";
import type { TargetHealth } from "./target-health.ts";

/** Health as one isolate sees it, for people. Times are milliseconds. */
export interface HealthSnapshot {
  /** Since the hub answered last. */
  readonly hubSilentMs: number;
  readonly targets: Readonly<Record<string, TargetSnapshot>>;
  /** Credentials that are not free. */
  readonly credentials: Readonly<Record<string, { readonly blockedForMs: number }>>;
}

export interface TargetSnapshot {
  readonly standing: Standing;
  /** 0 while it is in rotation. */
  readonly ejectedForMs: number;
  readonly slowStartFactor: number;
  readonly consecutiveFailures: number;
  readonly inFlight: number;
  readonly limit: number;
  readonly loadMs: number;
  readonly tokensPerSecond: number | null;
  readonly ttftP50Ms: number | null;
  readonly ttftP95Ms: number | null;
  readonly fleet: FleetFigures | null;
  /** Credentials that pause at this target. */
  readonly throttledForMs: Readonly<Record<string, number>>;
}

/** What there is to see at `now`. */
export function takeSnapshot(known: KnownHealth, now: number): HealthSnapshot {
  const blocked = [...known.credentials].filter(({ blockedUntil }) => blockedUntil > now);
  return {
    hubSilentMs: known.hubSilentMs,
    targets: Object.fromEntries([...known.targets].map((target) => [target.id, describe(target, now)])),
    credentials: Object.fromEntries(blocked.map(({ blockedUntil, id }) => [id, { blockedForMs: blockedUntil - now }])),
  };
}

interface KnownHealth {
  readonly targets: Iterable<TargetHealth>;
  readonly credentials: Iterable<CredentialHealth>;
  readonly hubSilentMs: number;
}

function describe(target: TargetHealth, now: number): TargetSnapshot {
  const { rotation } = target.breaker;
  const standing = rotation.standing(now);
  const throttled = [...target.throttles.entries()].filter(([, { until }]) => until > now);
  return {
    standing,
    ejectedForMs: standing === "ejected" ? Math.max(0, rotation.until - now) : 0,
    slowStartFactor: target.slowStartFactor(now),
    consecutiveFailures: target.breaker.consecutiveFailures,
    inFlight: target.inFlight,
    limit: target.limit,
    loadMs: target.loadMs(now),
    tokensPerSecond: target.tokensPerSecond,
    ttftP50Ms: target.ttftMs(0.5, now),
    ttftP95Ms: target.ttftMs(0.95, now),
    fleet: target.fleet(now),
    throttledForMs: Object.fromEntries(throttled.map(([credentialId, { until }]) => [credentialId, until - now])),
  };
}
