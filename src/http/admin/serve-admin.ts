import type { AdminRoute } from "../../core/admin/admin-route.ts";
import { ADMIN_ROUTES, type AdminInput, type AdminRouteId } from "../../core/admin/admin-routes.ts";
import { matchAdminRoute, type MatchedAdminRoute } from "../../core/admin/match-admin-route.ts";
import { encodeAuditHead } from "../../core/audit/decode-audit.ts";
import { FairleadError } from "../../core/errors.ts";
import type { Deps, Run } from "../../pipeline/deps.ts";
import type { AdminCall, AdminDeps } from "./admin-deps.ts";
import { AuditTrail } from "./audit-trail.ts";
import { type Authenticated, authenticateAdmin } from "./authenticate-admin.ts";
import { authoriseAdmin, refuseOtherSites, requireReach } from "./authorise-admin.ts";
import { ADMIN_HANDLERS } from "./handlers.ts";
import { type AdminParameters, readAdminBody, readAdminParameters } from "./read-admin-input.ts";

interface Calling extends Authenticated {
  readonly request: Request;
  readonly id: AdminRouteId;
  readonly params: ReadonlyMap<string, string>;
}

/**
 * Everything below `/admin/api`: finds the route, decides on its permission who may, reads what its schemas describe, and
 * only then calls its handler. What changes something is in the audit log before it is answered.
 * @throws FairleadError 400, 401, 403, 404, 405, 409, 413, 503
 */
export async function serveAdmin(request: Request, deps: Deps & AdminDeps, run: Run): Promise<Response> {
  const { id, params } = requireRoute(matchAdminRoute(request.method === "HEAD" ? "GET" : request.method, run.path));
  refuseOtherSites(run.headers, new URL(request.url).origin);
  const calling = { ...(await authenticateAdmin(deps, run)), request, id, params };
  const isSafe = ADMIN_ROUTES[id].method === "GET";
  const answered = isSafe ? observe(calling, { deps, run }) : change(calling, { deps, run });
  // A caller who leaves ends what nothing else waits for: a change goes on to its last line in the log.
  if (!isSafe) run.defer(answered.catch(() => undefined));
  const response = await answered;
  response.headers.set("cache-control", "no-store");
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("x-fairlead-request-id", run.requestId);
  return response;
}

function requireRoute(matched: MatchedAdminRoute): Extract<MatchedAdminRoute, { kind: "matched" }> {
  if (matched.kind === "matched") return matched;
  if (matched.kind === "none") throw new FairleadError("not_found", "The admin API has nothing at this path.");
  const { allow } = matched;
  throw new FairleadError("method_not_allowed", `This path answers ${allow} only.`, { headers: { allow } });
}

async function observe(calling: Calling, beside: Pick<AdminCall, "deps" | "run">): Promise<Response> {
  const call = await prepare(calling, { ...beside, changed: () => undefined });
  return callHandler(calling.id, call);
}

async function change(calling: Calling, { deps, run }: Pick<AdminCall, "deps" | "run">): Promise<Response> {
  const { administrator, id, request } = calling;
  const trail = new AuditTrail({ administrator, action: id, method: request.method }, deps, run);
  const ended = async (error: unknown): Promise<never> => {
    await trail.end(error);
    throw error;
  };
  const call = await prepare(calling, { deps, run, changed: (before, after) => trail.changed(before, after) }).catch(ended);
  await trail.begin(call);
  const response = await callHandler(id, call).catch(ended);
  response.headers.set("x-fairlead-audit", encodeAuditHead(await trail.done()));
  return response;
}

/** @throws FairleadError 400, 401, 403, 404, 413, 415 */
async function prepare(calling: Calling, beside: Pick<AdminCall, "deps" | "run" | "changed">): Promise<AdminCall> {
  const { administrator, id, params, refusal, request } = calling;
  if (refusal !== null) throw refusal;
  const route: AdminRoute = ADMIN_ROUTES[id];
  authoriseAdmin(administrator, route);
  const parameters = readAdminParameters(route, params, beside.run);
  if (route.reach === "tenant") requireReach(administrator, tenantOf(parameters));
  const input: unknown = { ...parameters, body: await readAdminBody(route, request, beside.run) };
  return { ...(input as AdminInput), administrator, ...beside }; // read by the schemas of its own route
}

/** What its parameter `tenant` says. */
function tenantOf({ params, query }: AdminParameters): string {
  const tenant = params["tenant"] ?? query["tenant"];
  return typeof tenant === "string" ? tenant : "";
}

function callHandler<Id extends AdminRouteId>(id: Id, call: AdminCall<Id>): Promise<Response> {
  return ADMIN_HANDLERS[id](call);
}
