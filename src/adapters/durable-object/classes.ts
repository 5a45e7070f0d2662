/**
 * Every Durable Object class of `bindings.ts` but `AnswerStore`, of which there are two: what the Worker exports, and the host that local
 * processes share.
 */
export { UsageLog } from "./usage-log.ts";
export { HealthHub } from "./health-hub-object.ts";
export { IdempotencyKeys } from "./idempotency-keys.ts";
export { TenantLedger } from "./tenant-ledger.ts";
export { KeyRegistry } from "./key-registry-object.ts";
export { AuditLog } from "./audit-log-object.ts";
