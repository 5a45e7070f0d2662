import type { AdminRoute } from "./admin-route.ts";
import { object } from "./json-schema.ts";
import { TENANT } from "./tenant-parameter.ts";

/** A day, from its first moment on, or an instant. */
const INSTANT = {
  type: "string",
  maxLength: 30,
  pattern: /^(?:\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?)?$/,
  default: "",
  description: "a day such as 2026-11-22, or an instant such as 2026-11-22T10:00:00Z",
} as const;

/** Characters; a body as a whole is bounded in bytes. */
const LONGEST_RECORDS = 1_048_576;

/** What was used, and the books themselves. */
export const LEDGER_ROUTES = {
  listRequests: {
    method: "GET",
    path: "/admin/api/requests",
    permission: "usage:read",
    reach: "tenant",
    summary: "The newest requests of a tenant, newest first.",
    query: object({
      tenant: TENANT,
      limit: { type: "integer", minimum: 1, maximum: 1_000, default: 100, description: "How many at most." },
    }),
    body: null,
  },
  reportUsage: {
    method: "GET",
    path: "/admin/api/usage",
    permission: "usage:read",
    reach: "tenant",
    summary: "What a tenant's requests used and cost, by key, consumer, model, provider, tag, day.",
    query: object({
      tenant: TENANT,
      by: {
        type: "string",
        maxLength: 200,
        default: "day",
        description:
          "Up to three of key, consumer, model, provider, target, route, operation, state, day, tag:NAME, with commas.",
      },
      from: { ...INSTANT, description: `${INSTANT.description}; 30 days before \`to\` by default` },
      to: { ...INSTANT, description: `${INSTANT.description}, not included; now by default` },
      timeZone: { type: "string", maxLength: 64, default: "UTC", description: "Whose days are meant, such as Europe/Berlin." },
      format: { type: "string", enum: ["json", "csv"], default: "json" },
    }),
    body: null,
  },
  listLedgerRows: {
    method: "GET",
    path: "/admin/api/ledger/rows",
    permission: "ledger:read",
    reach: "tenant",
    summary: "Rows of a tenant's books, one for each request that was sent, in the order in which requests came in.",
    query: object({
      tenant: TENANT,
      from: { ...INSTANT, description: `${INSTANT.description}; the first row by default` },
      to: { ...INSTANT, description: `${INSTANT.description}, not included; now by default` },
      after: { type: "string", maxLength: 220, default: "", description: "`next` of the page before." },
      limit: { type: "integer", minimum: 1, maximum: 1_000, default: 100, description: "How many at most." },
    }),
    body: null,
  },
  showLedgerState: {
    method: "GET",
    path: "/admin/api/ledger/state",
    permission: "ledger:read",
    reach: "tenant",
    summary: "How a tenant's accounts stand, and what requests under way hold: with the rows, its books.",
    query: object({ tenant: TENANT }),
    body: null,
  },
  restoreLedger: {
    method: "POST",
    path: "/admin/api/ledger/restore",
    permission: "ledger:write",
    reach: "tenant",
    summary: "Puts part of saved books back; the first part only into empty ones, unless it replaces what is there.",
    query: object({ tenant: TENANT }),
    body: object(
      {
        begin: {
          type: "string",
          enum: ["no", "empty", "replace"],
          description: "What the first part does; `no` in every other.",
        },
        records: {
          type: "string",
          maxLength: LONGEST_RECORDS,
          description: 'Lines of JSON: `{"piece"}`, `{"lease"}` and `{"row"}`, as `fairlead ledger export` writes them.',
        },
      },
      ["begin", "records"],
    ),
  },
} as const satisfies Readonly<Record<string, AdminRoute>>;
