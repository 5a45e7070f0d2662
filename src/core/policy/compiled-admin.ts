import type { AdminRoleName } from "../admin/admin-roles.ts";

/** Who may use the admin API. */
export interface CompiledAdmin {
  readonly keys: readonly CompiledAdminKey[];
  /** A rollout is begun by one administrator and carried on by another. */
  readonly isTwoPerson: boolean;
}

export interface CompiledAdminKey {
  readonly name: string;
  readonly id: string;
  /** `v1:<hex>`. */
  readonly hash: string;
  readonly roles: readonly AdminRoleName[];
  /** Null: all. */
  readonly tenants: readonly string[] | null;
  /** Epoch milliseconds; null: no such end. */
  readonly notBeforeMs: number | null;
  readonly expiresMs: number | null;
}
