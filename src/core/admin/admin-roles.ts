import type { AdminPermission } from "./admin-route.ts";

const LOOKS: readonly AdminPermission[] = ["usage:read", "health:read", "rollouts:read", "kills:read", "keys:read", "cache:read"];

interface AdminRole {
  readonly summary: string;
  readonly permissions: readonly AdminPermission[];
}

/** Who may do what in the admin API. What a role does not list, it may not do. */
export const ADMIN_ROLES = {
  viewer: { summary: "Sees usage, health, rollouts, kills, what is cached and the ids of keys.", permissions: LOOKS },
  operator: {
    summary: "What a viewer sees; switches things off and on; rolls policies out; purges what is cached.",
    permissions: [...LOOKS, "kills:write", "rollouts:write", "cache:write"],
  },
  "key-admin": { summary: "Makes, rotates and revokes keys.", permissions: ["keys:read", "keys:write"] },
  auditor: {
    summary: "Sees everything, with the audit log and the books; changes nothing.",
    permissions: [...LOOKS, "ledger:read", "audit:read"],
  },
  owner: {
    summary: "Everything.",
    permissions: [
      ...LOOKS,
      "kills:write",
      "rollouts:write",
      "keys:write",
      "ledger:read",
      "ledger:write",
      "audit:read",
      "cache:write",
    ],
  },
} as const satisfies Readonly<Record<string, AdminRole>>;

export type AdminRoleName = keyof typeof ADMIN_ROLES;
export const ADMIN_ROLE_NAMES = Object.keys(ADMIN_ROLES) as readonly AdminRoleName[];

/** An administrator: the result of authentication at the admin API. */
export interface Administrator {
  /** Of the key, as policy calls it. */
  readonly name: string;
  /** The public part of the key. */
  readonly keyId: string;
  readonly roles: readonly AdminRoleName[];
  /** The tenants it is for; null means all of them, and what concerns all at once. */
  readonly tenants: readonly string[] | null;
}

export function isPermitted({ roles }: Pick<Administrator, "roles">, permission: AdminPermission): boolean {
  return roles.some((role) => (ADMIN_ROLES[role].permissions as readonly AdminPermission[]).includes(permission));
}

/** Whether a tenant's things are there at all for an administrator. */
export function mayReach({ tenants }: Pick<Administrator, "tenants">, tenant: string): boolean {
  return tenants === null || tenants.includes(tenant);
}
