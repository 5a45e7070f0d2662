import { mayReach } from "../../core/admin/admin-roles.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { AdminCall } from "./admin-deps.ts";

export async function listRequests({ deps, query }: AdminCall<"listRequests">): Promise<Response> {
  return Response.json({ events: await deps.usage.recent(query.tenant, query.limit) });
}

/** Ids of targets, credentials and alarms begin with their tenant. */
export async function showHealth({ administrator, deps, run }: AdminCall<"showHealth">): Promise<Response> {
  const isShown = (id: string): boolean => mayReach(administrator, id.split("/", 1)[0] ?? "");
  const own = (value: unknown): unknown =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([id]) => isShown(id))) : value;
  const snapshot = Object.entries(deps.health.snapshot(run.now())).map(([part, value]) => [part, own(value)]);
  const alarms = deps.alarms.recent().filter(({ subject }) => isShown(subject));
  return Response.json({ ...Object.fromEntries(snapshot), alarms });
}
