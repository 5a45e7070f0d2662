import type { AdminCall } from "./admin-deps.ts";

export async function listUsage({ deps, query }: AdminCall<"listUsage">): Promise<Response> {
  return Response.json({ events: await deps.usage.recent(query.tenant, query.limit) });
}

export async function showHealth({ deps, run }: AdminCall<"showHealth">): Promise<Response> {
  return Response.json({ ...deps.health.snapshot(run.now()), alarms: deps.alarms.recent() });
}
