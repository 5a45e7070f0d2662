import type { AdminRoute } from "../../core/admin/admin-route.ts";
import { ADMIN_ROUTES, type AdminInput, type AdminRouteId } from "../../core/admin/admin-routes.ts";
import type { ObjectSchema } from "../../core/admin/json-schema.ts";
import { matchAdminRoute } from "../../core/admin/match-admin-route.ts";
import { readParameters, readValue, type ReadValue } from "../../core/admin/read-value.ts";
import { FairleadError } from "../../core/errors.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { parseRecord } from "../../core/json/parse-record.ts";
import type { Deps, Run } from "../../pipeline/deps.ts";
import { readBody } from "../../pipeline/read-body.ts";
import { requireJson } from "../../pipeline/require-json.ts";
import type { AdminCall, AdminDeps } from "./admin-deps.ts";
import { authenticateAdmin } from "./authenticate-admin.ts";
import { authoriseAdmin, refuseOtherSites, requireReach } from "./authorise-admin.ts";
import { ADMIN_HANDLERS } from "./handlers.ts";

const BODY_BYTES = 1024 * 1024;
/** For routes that take nothing of the kind: whatever is sent is unknown. */
const NOTHING: ObjectSchema = { type: "object", properties: {}, required: [], additionalProperties: false };

/**
 * Everything below `/admin/api`: finds the route, decides on its permission who may, reads what its schemas describe, and
 * only then calls its handler. @throws FairleadError 400, 401, 403, 404, 405, 409, 413
 */
export async function serveAdmin(request: Request, deps: Deps & AdminDeps, run: Run): Promise<Response> {
  const matched = matchAdminRoute(request.method === "HEAD" ? "GET" : request.method, run.path);
  if (matched.kind === "none") throw new FairleadError("not_found", "The admin API has nothing at this path.");
  if (matched.kind === "method_not_allowed") {
    const { allow } = matched;
    throw new FairleadError("method_not_allowed", `This path answers ${allow} only.`, { headers: { allow } });
  }
  refuseOtherSites(run.headers, new URL(request.url).origin);
  const administrator = await authenticateAdmin(deps, run);
  const route: AdminRoute = ADMIN_ROUTES[matched.id];
  authoriseAdmin(administrator, route);
  const input: unknown = {
    params: accept(readParameters(route.params ?? NOTHING, matched.params)),
    query: accept(readParameters(route.query ?? NOTHING, new URLSearchParams(run.query))),
    body: route.body === null ? undefined : accept(readValue(route.body, await readJson(request, run))),
  };
  const call: AdminCall = { ...(input as AdminInput), administrator, deps, run }; // read by the schemas of its own route
  if (route.reach === "tenant") requireReach(administrator, tenantOf(call));
  const response = await callHandler(matched.id, call);
  response.headers.set("cache-control", "no-store");
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("x-fairlead-request-id", run.requestId);
  return response;
}

/** What its parameter `tenant` says. */
function tenantOf({ params, query }: Readonly<Record<"params" | "query", unknown>>): string {
  const given = [params, query].find((members) => isRecord(members) && members["tenant"] !== undefined);
  return isRecord(given) ? String(given["tenant"]) : "";
}

function callHandler<Id extends AdminRouteId>(id: Id, call: AdminCall<Id>): Promise<Response> {
  return ADMIN_HANDLERS[id](call);
}

function accept<Value>(read: ReadValue<Value>): Value {
  if (read.kind === "ok") return read.value;
  throw new FairleadError(read.code, read.message, { param: read.param });
}

async function readJson(request: Request, run: Run): Promise<Readonly<Record<string, unknown>>> {
  requireJson(run.headers);
  const announced = run.headers.get("content-length");
  const text = await readBody(request, { limitBytes: BODY_BYTES, announced, watchdog: run.watchdog });
  const value = parseRecord(text);
  if (value === null) throw new FairleadError("invalid_json", "The body must be a JSON object.");
  return value;
}
