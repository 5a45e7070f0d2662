import { KEY_ENVIRONMENTS } from "../api-key.ts";
import type { AdminRoute } from "./admin-route.ts";
import { object } from "./json-schema.ts";
import { TENANT } from "./tenant-parameter.ts";

const NAME = {
  type: "string",
  maxLength: 63,
  pattern: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  description: "lower-case letters, digits and '-'",
} as const;
const ID = {
  type: "string",
  maxLength: 12,
  pattern: /^[0-9A-Za-z]{12}$/,
  description: "the 12 letters and digits of a key's id",
} as const;
const EXPIRES = {
  type: "string",
  maxLength: 40,
  description: "RFC 3339, or `never`; default: in a year.",
} as const;
const ENVIRONMENT = {
  type: "string",
  enum: KEY_ENVIRONMENTS,
  default: "live",
  description: "What the key begins with: `fl_live_` or `fl_test_`.",
} as const;
const IN_TENANT = object({ tenant: TENANT });
const WITH_ID = object({ id: ID }, ["id"]);
const WEEK_SECONDS = 604_800;

/** API keys while the router runs. */
export const KEY_ROUTES = {
  listKeys: {
    method: "GET",
    path: "/admin/api/keys",
    permission: "keys:read",
    reach: "tenant",
    summary: "The keys of a tenant, of its policy and made here, in the order of their ids.",
    query: object({
      tenant: TENANT,
      consumer: NAME,
      after: { type: "string", maxLength: 12, default: "", description: "`next` of the page before." },
      limit: { type: "integer", minimum: 1, maximum: 1_000, default: 100, description: "How many at most." },
    }),
    body: null,
  },
  createKey: {
    method: "POST",
    path: "/admin/api/keys",
    permission: "keys:write",
    reach: "tenant",
    summary: "Makes a key of a Consumer that the policy has. The answer is the only place where it is ever shown.",
    query: IN_TENANT,
    body: object(
      {
        consumer: NAME,
        name: { ...NAME, default: "key" },
        notBefore: { type: "string", maxLength: 40, description: "RFC 3339; default: valid at once." },
        expires: EXPIRES,
        environment: ENVIRONMENT,
      },
      ["consumer"],
    ),
  },
  rotateKey: {
    method: "POST",
    path: "/admin/api/keys/:id/rotate",
    permission: "keys:write",
    reach: "tenant",
    summary: "Makes a key's successor, shown once. The old key stays valid beside it for a while.",
    params: WITH_ID,
    query: IN_TENANT,
    body: object({
      overlapSeconds: {
        type: "integer",
        minimum: 0,
        maximum: WEEK_SECONDS,
        default: 86_400,
        description: "How long the old key stays valid.",
      },
      expires: EXPIRES,
      environment: ENVIRONMENT,
    }),
  },
  revokeKey: {
    method: "POST",
    path: "/admin/api/keys/:id/revoke",
    permission: "keys:write",
    reach: "tenant",
    summary: "Ends a key for good, wherever it stands. `isTold`: every isolate hears of it within seconds.",
    params: WITH_ID,
    query: IN_TENANT,
    body: object({}),
  },
} as const satisfies Readonly<Record<string, AdminRoute>>;
