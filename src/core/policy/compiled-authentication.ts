import type { KeyEnvironment } from "../api-key.ts";
import type { CompiledUses } from "./compiled-access.ts";
import type { CREDENTIAL_KINDS, TokenAlgorithm } from "./schema/authentication.ts";

/** Which credentials a deployment accepts. */
export interface CompiledAuthentication {
  /** API keys, by how they begin. */
  readonly keyEnvironments: readonly KeyEnvironment[];
  readonly jwt: readonly CompiledTokenIssuer[];
  /** Null: the header is not looked at. */
  readonly transactionTokens: CompiledTransactionTokens | null;
}

/** How a caller showed who it is. */
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

export interface CompiledTransactionTokens extends CompiledTokenRules {
  readonly trustDomain: string;
  readonly isRequired: boolean;
  readonly acceptWith: readonly CredentialKind[];
  /** `req_wl` must be one of them; null accepts any. */
  readonly workloads: readonly string[] | null;
  /** What scopes allow; empty: anything. */
  readonly scopes: readonly { readonly name: string; readonly allow: readonly CompiledUses[] }[];
  readonly tags: Readonly<Record<string, string>>;
  /** Claims that hold them; null: not read. */
  readonly restrictions: Readonly<Record<"maxTokens" | "budgetUsd" | "tools" | "models", string | null>>;
  /** Requests in one transaction; null: no limit. */
  readonly maxUses: number | null;
}

/** What a token must be to be believed. */
export interface CompiledTokenRules {
  /** Exactly what `iss` must say; null accepts any whose key is in the set. */
  readonly issuer: string | null;
  /** One of them must be in `aud`. */
  readonly audiences: readonly string[];
  readonly keys: CompiledKeyLocation;
  readonly algorithms: readonly TokenAlgorithm[];
  /** Media type that the header must state; null accepts any but a transaction token's. */
  readonly typ: string | null;
  readonly clockSkewSeconds: number;
  /** From `iat` to `exp`. */
  readonly maxLifetimeSeconds: number;
}

/** Where the public keys are: a JWK set, or a document that names one. */
export type CompiledKeyLocation =
  | { readonly kind: "jwks"; readonly url: string }
  /** `allowedOrigins`: private ones that the document may name. */
  | { readonly kind: "discovery"; readonly url: string; readonly allowedOrigins: readonly string[] };

export interface CompiledTokenIssuer extends CompiledTokenRules {
  readonly name: string;
  readonly issuer: string;
  readonly mappings: CompiledClaimMappings;
}

/** Where a token says what; a claim is its name, or a JSON pointer. */
export interface CompiledClaimMappings {
  /** The name of a Consumer of this tenant; null where tokens do not name one. */
  readonly consumer: { readonly claim: string; readonly tenant: string } | null;
  readonly roles: string | null;
  readonly tags: Readonly<Record<string, string>>;
}
