/** A Durable Object class and the name under which the Worker reaches it. */
export interface ObjectBinding {
  readonly binding: string;
  readonly className: string;
  /** What ids are derived from outside Cloudflare. Changing it orphans every stored object. */
  readonly uniqueKey: string;
}

/** A step of storage migrations. Deployed steps are never edited or removed: a change is a new step at the end. */
export interface Migration {
  readonly tag: string;
  readonly newSqliteClasses: readonly string[];
}

export interface WorkerTable {
  readonly name: string;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly objects: readonly ObjectBinding[];
  /** In the order in which they are applied. */
  readonly migrations: readonly Migration[];
}

/**
 * What the Worker is bound to, once: `wrangler.toml` is checked against it, the plain-workerd configuration is generated
 * from it. Secrets are not listed here: they are variables of the environment that policies name.
 */
export const WORKER: WorkerTable = {
  name: "fairlead",
  compatibilityDate: "2026-11-01",
  compatibilityFlags: ["enable_request_signal"],
  objects: [
    { binding: "USAGE_LOG", className: "UsageLog", uniqueKey: "fairlead-UsageLog" },
    { binding: "HEALTH_HUB", className: "HealthHub", uniqueKey: "fairlead-HealthHub" },
    { binding: "TENANT_LEDGER", className: "TenantLedger", uniqueKey: "fairlead-TenantLedger" },
    { binding: "KEY_REGISTRY", className: "KeyRegistry", uniqueKey: "fairlead-KeyRegistry" },
    { binding: "IDEMPOTENCY_KEYS", className: "IdempotencyKeys", uniqueKey: "fairlead-IdempotencyKeys" },
    { binding: "AUDIT_LOG", className: "AuditLog", uniqueKey: "fairlead-AuditLog" },
    { binding: "ANSWER_STORE", className: "AnswerStore", uniqueKey: "fairlead-AnswerStore" },
  ],
  migrations: [
    { tag: "v1", newSqliteClasses: ["UsageLog"] },
    { tag: "v2", newSqliteClasses: ["HealthHub"] },
    { tag: "v3", newSqliteClasses: ["TenantLedger"] },
    { tag: "v4", newSqliteClasses: ["KeyRegistry"] },
    { tag: "v5", newSqliteClasses: ["IdempotencyKeys"] },
    { tag: "v6", newSqliteClasses: ["AuditLog"] },
    { tag: "v7", newSqliteClasses: ["AnswerStore"] },
  ],
};
