import type { ObjectSchema } from "./json-schema.ts";

/** What a role may do, by the thing and the verb. */
export type AdminPermission =
  | "usage:read"
  | "health:read"
  | "rollouts:read"
  | "rollouts:write"
  | "kills:read"
  | "kills:write"
  | "keys:read"
  | "keys:write"
  | "ledger:read"
  | "ledger:write"
  | "audit:read"
  | "cache:read"
  | "cache:write";

/** One operation of the admin API: what its OpenAPI entry, its check of permissions and its reading of input follow. */
export interface AdminRoute {
  /** `GET` changes nothing; every other method does, and is recorded. */
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** The whole path; `:name` stands for a segment. */
  readonly path: string;
  readonly permission: AdminPermission;
  /**
   * `tenant`: acts in the one that its parameter `tenant` names. `objects`: the handler shows and changes only what is of
   * tenants that the caller may administer. `deployment`: concerns all tenants at once.
   */
  readonly reach: "tenant" | "objects" | "deployment";
  readonly summary: string;
  /** Of the path. */
  readonly params?: ObjectSchema;
  /** Of the query string. */
  readonly query?: ObjectSchema;
  /** Null: it takes none. */
  readonly body: ObjectSchema | null;
}
