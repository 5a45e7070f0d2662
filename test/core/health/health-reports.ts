import type { HubReport, TargetReport } from "../../../src/core/health/hub-messages.ts";

/** What an isolate says of a target that it has used and of which there is nothing special to say. */
export function targetReport(differences: Partial<TargetReport> & Pick<TargetReport, "targetId">): TargetReport {
  const nothing = { ok: 0, failed: 0, consecutiveFailures: 0, tripped: false, held: null, probe: null, ttft: [] };
  return { ...nothing, ...differences };
}

export function hubReport(differences: Partial<HubReport> & Pick<HubReport, "isolateId" | "seq">): HubReport {
  return { targets: [], throttles: [], credentials: [], ...differences };
}
