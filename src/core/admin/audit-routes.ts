import type { AdminRoute } from "./admin-route.ts";
import { object } from "./json-schema.ts";

/** What administrators did. */
export const AUDIT_ROUTES = {
  listAudit: {
    method: "GET",
    path: "/admin/api/audit",
    permission: "audit:read",
    reach: "deployment",
    summary: "The audit log, oldest first.",
    query: object({
      after: {
        type: "integer",
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        default: 0,
        description: "`next` of the page before.",
      },
      limit: { type: "integer", minimum: 1, maximum: 1_000, default: 100, description: "How many at most." },
    }),
    body: null,
  },
  verifyAudit: {
    method: "GET",
    path: "/admin/api/audit/verify",
    permission: "audit:read",
    reach: "deployment",
    summary: "Follows the audit log's whole chain and says what is wrong with it first.",
    query: object({
      head: {
        type: "string",
        maxLength: 80,
        pattern: /^[0-9]{1,15}:[0-9a-f]{64}$/,
        description: "`SEQ:HASH`, from the header `x-fairlead-audit` of an earlier answer",
      },
    }),
    body: null,
  },
} as const satisfies Readonly<Record<string, AdminRoute>>;
