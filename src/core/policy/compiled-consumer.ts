import type { CompiledAccess } from "./compiled-access.ts";
import type { FailureMode, LedgerWindow, Meter } from "../ledger/account.ts";

/** A tenant's application: who it is, what it may use and how much. */
export interface CompiledConsumer {
  /** `namespace/name`. */
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
  readonly keys: readonly CompiledKey[];
  readonly tokens: readonly CompiledTokenMatch[];
  readonly certificates: readonly CompiledCertificateMatch[];
  readonly roles: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** What it may use, beside what its roles say. */
  readonly access: CompiledAccess;
  /** Its own, and those of the consumers above it. */
  readonly limits: readonly CompiledLimit[];
  /** Nothing is sent before the ledger has granted it. */
  readonly isStrict: boolean;
}

/** Tokens that are a consumer's: of this issuer, every claim with its value. */
export interface CompiledTokenMatch {
  /** `CompiledTokenIssuer.name`. */
  readonly issuer: string;
  readonly claims: Readonly<Record<string, string>>;
}

/** A client certificate, by its fingerprint (SHA-256, hex) or by its names (RFC 2253). */
export type CompiledCertificateMatch =
  | { readonly kind: "fingerprint"; readonly sha256: string }
  | { readonly kind: "names"; readonly subject: string; readonly issuer: string };

/** A limit or a budget. */
export interface CompiledLimit {
  /** Unique in the tenant: whose it is, what it counts, over what time, of which models. Its size is no part of it. */
  readonly id: string;
  /** For people. */
  readonly label: string;
  readonly meter: Meter;
  /** Whole units of the meter. */
  readonly limit: number;
  readonly window: LedgerWindow;
  /** Virtual models that count, `x-*` a prefix; empty means all. */
  readonly models: readonly string[];
  /** How much of it batch requests may fill. */
  readonly batchPercent: number;
  readonly failureMode: FailureMode;
  /** What a caller is told instead of that a limit is reached. */
  readonly refusal?: "txn_replayed";
}

/** One API key at rest. Times are epoch milliseconds. */
export interface CompiledKey {
  /** The public part of the key: 12 base62 characters. */
  readonly id: string;
  readonly name: string;
  /** `v1:<64 hex>`: pepper version and HMAC-SHA-256(pepper, whole key). */
  readonly hash: string;
  readonly notBeforeMs: number | null;
  readonly expiresMs: number | null;
  readonly revoked: boolean;
  readonly limits: readonly CompiledLimit[];
}
