/** What a stored key is for; every cache, ledger and object key starts with its tenant. */
export type StorageSpace = "answers" | "cache" | "idempotency" | "ledger" | "usage";

/**
 * The one builder of cache, ledger and object keys: `<tenant>|<space>|<part>|…`. Parts are percent-encoded where they
 * hold the separator, so no caller-chosen text can reach into another tenant or space.
 */
export function storageKey(tenant: string, space: StorageSpace, ...parts: readonly string[]): string {
  return [tenant, space, ...parts].map((part) => part.replaceAll("%", "%25").replaceAll("|", "%7C")).join("|");
}
