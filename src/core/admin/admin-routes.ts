import { KILL_KINDS } from "../control/control-state.ts";
import type { AdminRoute } from "./admin-route.ts";
import { object, type ValueOf } from "./json-schema.ts";
import { AUDIT_ROUTES } from "./audit-routes.ts";
import { CACHE_ROUTES } from "./cache-routes.ts";
import { KEY_ROUTES } from "./key-routes.ts";
import { LEDGER_ROUTES } from "./ledger-routes.ts";

const LONGEST_TEXT = 512;
/** Characters; a body as a whole is bounded in bytes. */
const LONGEST_DOCUMENT = 1_048_576;

/**
 * Every operation of the admin API, by its `operationId`. A route more is an entry here, its handler in `http/admin/handlers.ts` and
 * its answer in `answers/`; each is missed at compile time.
 */
export const ADMIN_ROUTES = {
  ...LEDGER_ROUTES,
  showHealth: {
    method: "GET",
    path: "/admin/api/health",
    permission: "health:read",
    reach: "objects",
    summary: "Every target's state and the newest alarms, as the isolate that answers knows them.",
    body: null,
  },
  showRollout: {
    method: "GET",
    path: "/admin/api/rollout",
    permission: "rollouts:read",
    reach: "deployment",
    summary: "Which generations of policy are live, and what the router was built with.",
    body: null,
  },
  changeRollout: {
    method: "POST",
    path: "/admin/api/rollout",
    permission: "rollouts:write",
    reach: "deployment",
    summary: "Tries a policy on a share of callers, changes the share, serves it to everybody, or goes back.",
    body: object(
      {
        action: { type: "string", enum: ["start", "share", "promote", "rollback"] },
        share: { type: "number", minimum: 0, maximum: 1, description: "Of callers; `start` and `share` need it." },
        digest: {
          type: "string",
          maxLength: 64,
          pattern: /^[0-9a-f]{64}$/,
          description: "the SHA-256 of the policy that `share` or `promote` is meant for, in hex",
        },
        document: { type: "string", maxLength: LONGEST_DOCUMENT, description: "The compiled policy; `start` needs it." },
      },
      ["action"],
    ),
  },
  listKills: {
    method: "GET",
    path: "/admin/api/kills",
    permission: "kills:read",
    reach: "objects",
    summary: "What is switched off.",
    body: null,
  },
  changeKills: {
    method: "POST",
    path: "/admin/api/kills",
    permission: "kills:write",
    reach: "objects",
    summary: "Switches a target, model, credential, consumer or key off, or on again with `lift`.",
    body: object(
      {
        kind: { type: "string", enum: KILL_KINDS },
        id: {
          type: "string",
          minLength: 1,
          maxLength: LONGEST_TEXT,
          description:
            "`tenant/provider/model`, `tenant/model`, `tenant/provider#credential`, `tenant/consumer`, or the id of a key.",
        },
        reason: { type: "string", maxLength: LONGEST_TEXT, default: "", description: "Kept with it." },
        lift: { type: "boolean", default: false, description: "Switch it on again." },
      },
      ["kind", "id"],
    ),
  },
  ...KEY_ROUTES,
  ...CACHE_ROUTES,
  ...AUDIT_ROUTES,
} as const satisfies Readonly<Record<string, AdminRoute>>;

export type AdminRouteId = keyof typeof ADMIN_ROUTES;

type Part<Id extends AdminRouteId, Name extends "params" | "query" | "body"> = (typeof ADMIN_ROUTES)[Id] extends {
  readonly [Key in Name]: infer Schema;
}
  ? ValueOf<Schema>
  : undefined;

/** What a route's schemas have read of a request. */
export interface AdminInput<Id extends AdminRouteId = AdminRouteId> {
  readonly params: Part<Id, "params">;
  readonly query: Part<Id, "query">;
  readonly body: Part<Id, "body">;
}
