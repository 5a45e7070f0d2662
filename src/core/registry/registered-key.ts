/** An API key that was made while the router runs, at rest. Times are epoch milliseconds. */
export interface RegisteredKey {
  /** The public part of the key: 12 base62 characters. */
  readonly id: string;
  readonly tenant: string;
  /** Name of the Consumer whose it is. */
  readonly consumer: string;
  /** For people: a key that replaces another has its name. */
  readonly name: string;
  /** `v1:<64 hex>`: pepper version and HMAC-SHA-256(pepper, whole key). */
  readonly hash: string;
  readonly notBeforeMs: number | null;
  readonly expiresMs: number | null;
  readonly revokedMs: number | null;
  readonly createdMs: number;
  /** Id of the key in whose place it was made. */
  readonly replaces: string | null;
}

/** A key as it is handed to the registry, which dates it. */
export type NewKey = Omit<RegisteredKey, "createdMs" | "revokedMs">;

/** What became of a key that stands in the policy: it ends at `endsMs`, whatever the policy says. */
export interface PolicyKeyEnd {
  readonly id: string;
  readonly endsMs: number;
  readonly revoked: boolean;
  /** From then on the policy refuses it by itself; null: never. */
  readonly expiresMs: number | null;
}

/** A key that stands in the policy, as far as the registry must know it to end it. */
export interface PolicyKey {
  readonly expiresMs: number | null;
}

interface Ending {
  readonly tenant: string;
  readonly id: string;
  /** Null: the key is the registry's own. */
  readonly inPolicy: PolicyKey | null;
}

export type KeyChange =
  | { readonly action: "create"; readonly key: NewKey }
  /** The old key stays valid for `overlapMs` beside its successor. */
  | ({ readonly action: "rotate"; readonly overlapMs: number; readonly successor: NewKey } & Ending)
  | ({ readonly action: "revoke" } & Ending);

export type KeyChanged =
  /** `isTold`: the hub has heard of it, from which all isolates do. */
  | { readonly kind: "changed"; readonly epoch: number; readonly endsMs: number | null; readonly isTold: boolean }
  | { readonly kind: "refused"; readonly reason: "unknown" | "conflict"; readonly message: string };

/** A look-up, and the epoch it was made in. */
export interface FoundKey {
  readonly key: RegisteredKey | null;
  readonly epoch: number;
}

export interface KeyQuery {
  readonly tenant: string;
  /** Null: of every consumer. */
  readonly consumer: string | null;
  /** Ids after this one; empty from the first. */
  readonly after: string;
  readonly limit: number;
}
