import { toKillSets } from "../../core/control/kill-sets.ts";
import { LoadEstimate } from "../../core/health/load-estimate.ts";
import type { Kills, TargetView } from "../../core/routing/target-view.ts";
import type { CredentialSituation, Situation, TargetSituation } from "./situation-file.ts";

/** What the router assumes of a target whose load is not said. */
const UNSEEN = new LoadEstimate();
const USUAL_LIMIT = 1_024;
/** Batch traffic may use so much of a limit. */
const BATCH_SHARE = 0.7;

/** The situation as routing asks for it. It hands out one probe permit for each target, as the router would now. */
export function createSituationView(situation: Situation, now: number): TargetView {
  const targetOf = (id: string): TargetSituation => situation.targets?.[id] ?? {};
  const credentialOf = (id: string): CredentialSituation => situation.credentials?.[id] ?? { blockedForMs: 0 };
  const isAlarmed = (id: string): boolean =>
    situation.alarms?.some(({ kind, subject }) => kind === "credential_refused" && subject === id) ?? false;
  const probed = new Set<string>();
  return {
    standing: (id) => {
      const { standing = "ready" } = targetOf(id);
      return standing === "probing" ? "half-open" : standing;
    },
    slowStart: (id) => targetOf(id).slowStartFactor ?? 1,
    inFlight: (id) => targetOf(id).inFlight ?? 0,
    hasRoom: (id, priority) => {
      const { inFlight = 0, limit = USUAL_LIMIT } = targetOf(id);
      return inFlight < (priority === "batch" ? Math.floor(limit * BATCH_SHARE) : limit);
    },
    loadMs: (id) => {
      const target = targetOf(id);
      return target.loadMs ?? UNSEEN.loadMs(now, { inFlight: target.inFlight ?? 0, usualMs: ttftMs(target, 50) });
    },
    tokensPerSecond: (id) => targetOf(id).tokensPerSecond ?? null,
    ttftMs: (id, percentile) => ttftMs(targetOf(id), percentile),
    blockedUntil: (id, credentialId) => {
      const forMs = Math.max(targetOf(id).throttledForMs?.[credentialId] ?? 0, credentialOf(credentialId).blockedForMs);
      return forMs > 0 ? now + forMs : 0;
    },
    isRefused: (id) => credentialOf(id).blockedForMs > 0 && (credentialOf(id).refused ?? isAlarmed(id)),
    isFailing: (id) => situation.failing?.some((provider) => id.startsWith(`${provider}/`)) ?? false,
    tryProbe: (id) => targetOf(id).standing === "probing" && probed.size < probed.add(id).size,
  };
}

/** What the situation says was switched off. */
export function killsOf({ kills = [] }: Situation): Kills {
  return toKillSets(kills.map(({ id, kind }) => ({ id, kind, reason: "", at: 0 })));
}

/** Known percentiles; one in between is rounded up, one above all is the last. */
function ttftMs({ fleet, ttftP50Ms, ttftP95Ms }: TargetSituation, percentile: number): number | null {
  const own = { p50Ms: ttftP50Ms, p90Ms: null, p95Ms: ttftP95Ms, p99Ms: null };
  const { p50Ms, p90Ms, p95Ms, p99Ms } = fleet ?? own;
  const known = [
    { upTo: 50, ms: p50Ms },
    { upTo: 90, ms: p90Ms },
    { upTo: 95, ms: p95Ms },
    { upTo: 99, ms: p99Ms },
  ].filter(({ ms }) => ms !== null && ms !== undefined);
  return (known.find(({ upTo }) => upTo >= percentile) ?? known.at(-1))?.ms ?? null;
}
