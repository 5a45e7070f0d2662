import type { IsolateHealth } from "../../core/health/isolate-health.ts";
import type { TargetFigures } from "../../core/health/target-health.ts";
import type { Health, HealthNews } from "../../ports/health.ts";

/** Known percentiles over all isolates; one in between is rounded up. */
function fleetTtftMs(figures: TargetFigures, percentile: number, now: number): number | null {
  const fleet = figures.fleet(now);
  if (fleet === null) return null;
  if (percentile <= 50) return fleet.p50Ms;
  if (percentile <= 90) return fleet.p90Ms;
  return percentile <= 95 ? fleet.p95Ms : fleet.p99Ms;
}

/** What this isolate saw and heard of its targets, as routing and settlement use it. */
export function createMemoryHealth(health: IsolateHealth): Health {
  return {
    standing: (targetId, now) => {
      const standing = health.standing(targetId, now);
      return standing === "probing" ? "half-open" : standing;
    },
    slowStart: (targetId, now) => health.figures(targetId).slowStartFactor(now),
    inFlight: (targetId) => health.figures(targetId).inFlight,
    hasRoom: (targetId, priority) => health.hasRoom(targetId, priority),
    loadMs: (targetId, now) => health.figures(targetId).loadMs(now),
    tokensPerSecond: (targetId) => health.figures(targetId).tokensPerSecond,
    ttftMs: (targetId, percentile, now) => {
      const figures = health.figures(targetId);
      return fleetTtftMs(figures, percentile, now) ?? figures.ttftMs(percentile / 100, now);
    },
    blockedUntil: (targetId, credentialId, now) => health.throttledUntil(targetId, credentialId, now),
    isRefused: (credentialId, now) => health.isRefused(credentialId, now),
    isFailing: (targetId, now) => health.isFailing(targetId, now),
    tryProbe: (targetId, now, draw) => health.tryProbe(targetId, now, draw),
    begin: (targetId, credentialId, now) => {
      const attempt = health.begin(targetId, credentialId, now);
      return {
        content: (at) => attempt.content(at - now, at),
        late: (at) => attempt.late(at - now, at),
        end: (outcome, at, draw) => {
          const news = attempt.ended(outcome, at, draw);
          return news === null ? null : toNews(news);
        },
      };
    },
    snapshot: (now) => ({ ...health.snapshot(now) }),
  };
}

function toNews(news: NonNullable<ReturnType<ReturnType<IsolateHealth["begin"]>["ended"]>>): HealthNews {
  return { refusedCredential: news.kind === "credential_ejected" ? news.credentialId : null };
}
