import type { RunningRouter } from "../../../src/cli/local-router.ts";
import type { HealthSnapshot } from "../../../src/core/health/health-snapshot.ts";
import type { Alarm } from "../../../src/ports/alarms.ts";

/** `GET /admin/api/health`: targets and credentials as one process sees them, and its alarms. */
export type HealthView = HealthSnapshot & { readonly alarms: readonly Alarm[] };

/** @throws Error when the admin API does not answer */
export async function readHealthView({ adminKey, url }: RunningRouter): Promise<HealthView> {
  const response = await fetch(`${url}/admin/api/health`, { headers: { authorization: `Bearer ${adminKey}` } });
  if (!response.ok) throw new Error(`/admin/api/health answered ${response.status}.`);
  return (await response.json()) as HealthView; // our own admin API
}
