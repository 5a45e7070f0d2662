import type { RegisteredKey } from "../../core/registry/registered-key.ts";

/** A key as the admin API shows it. */
export type ShownKey = Omit<RegisteredKey, "hash" | "createdMs"> & {
  readonly source: "policy" | "registry";
  readonly revoked: boolean;
  /** Null where only the policy's history could tell. */
  readonly createdMs: number | null;
};

/** What people ask of a key: whose it is and whether it opens anything at `now`. Never its hash. */
export function describeKey(key: ShownKey, now: number): Readonly<Record<string, string | null>> {
  const { consumer, createdMs, expiresMs, id, name, notBeforeMs, replaces, revokedMs, source, tenant } = key;
  return {
    id,
    tenant,
    consumer,
    name,
    source,
    state: stateOf(key, now),
    notBefore: toText(notBeforeMs),
    expires: toText(expiresMs),
    revokedAt: toText(revokedMs),
    createdAt: toText(createdMs),
    replaces,
  };
}

function stateOf({ expiresMs, notBeforeMs, revoked }: ShownKey, now: number): string {
  if (revoked) return "revoked";
  if (expiresMs !== null && expiresMs <= now) return "expired";
  return notBeforeMs !== null && notBeforeMs > now ? "inactive" : "active";
}

/** RFC 3339, or null for none. */
export function toText(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
