import { createLocalJWKSet } from "jose/jwks/local";
import { jwtVerify } from "jose/jwt/verify";
import type { CompiledTokenRules } from "../policy/compiled-authentication.ts";
import { isRecord } from "../json/is-record.ts";
import type { Claims } from "./claims.ts";
import { TRANSACTION_TOKEN_TYPE } from "./transaction-type.ts";

/** An issuer's public keys, ready to check with. */
export type KeySet = ReturnType<typeof createLocalJWKSet>;

export type Verification =
  /** `expiresMs`: when it expires by its own words. */
  | { readonly kind: "verified"; readonly claims: Claims; readonly expiresMs: number }
  | { readonly kind: "expired" }
  /** The set has no key of this id: a newer one may. */
  | { readonly kind: "unknown-key" }
  | { readonly kind: "refused"; readonly reason: string };

const MOST_KEYS = 50;
/** Times beyond are no times: the year 5138. */
const LATEST_SECONDS = 1e11;
const SUBJECT = /^[ -~]{1,255}$/;
const REQUIRED = ["exp", "iat", "sub"] as const;

/** The keys of a JWK set's document; null where it is none, or holds more than an issuer has. */
export function readKeySet(document: unknown): KeySet | null {
  const keys: unknown = isRecord(document) ? document["keys"] : null;
  if (!Array.isArray(keys) || keys.length > MOST_KEYS || !keys.every(isRecord)) return null;
  try {
    return createLocalJWKSet({ keys });
  } catch {
    return null;
  }
}

interface Circumstances {
  readonly keys: KeySet;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Whether a token is what `rules` say, now: signature, issuer, audience, times, media type. */
export async function verifyToken(token: string, rules: CompiledTokenRules, { keys, now }: Circumstances): Promise<Verification> {
  const { algorithms, audiences, clockSkewSeconds, issuer, typ } = rules;
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      algorithms: [...algorithms],
      audience: [...audiences],
      clockTolerance: clockSkewSeconds,
      currentDate: new Date(now),
      requiredClaims: [...REQUIRED],
      ...(issuer === null ? {} : { issuer }),
      ...(typ === null ? {} : { typ }),
    });
    const reason =
      typ === null && isTransactionType(protectedHeader.typ)
        ? "a transaction token is no access token"
        : whyOdd(payload, rules, now);
    if (reason !== null) return { kind: "refused", reason };
    return { kind: "verified", claims: payload, expiresMs: Number(payload.exp) * 1_000 };
  } catch (error) {
    return explain(error);
  }
}

function isTransactionType(typ: string | undefined): boolean {
  return typ?.toLowerCase().replace(/^application\//, "") === TRANSACTION_TOKEN_TYPE;
}

/** What the library lets pass: times that are none, tokens from the future, and those that live too long. */
function whyOdd(claims: Claims, { clockSkewSeconds, maxLifetimeSeconds }: CompiledTokenRules, now: number): string | null {
  const { exp, iat, nbf, sub } = claims;
  if (![exp, iat, nbf ?? 0].every(isTime)) return "'exp', 'iat' or 'nbf' is no time";
  if (typeof sub !== "string" || !SUBJECT.test(sub)) return "'sub' is no text of at most 255 printable ASCII characters";
  if (Number(iat) > now / 1_000 + clockSkewSeconds) return "it is from the future";
  if (Number(exp) - Number(iat) > maxLifetimeSeconds) return `it is valid for more than ${maxLifetimeSeconds} s`;
  return null;
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value < LATEST_SECONDS;
}

/** Codes of the library's errors that mean something else than a bad token. */
function explain(error: unknown): Verification {
  const code = isRecord(error) ? error["code"] : null;
  if (code === "ERR_JWT_EXPIRED") return { kind: "expired" };
  if (code === "ERR_JWKS_NO_MATCHING_KEY") return { kind: "unknown-key" };
  if (code === "ERR_JWT_CLAIM_VALIDATION_FAILED" && isRecord(error))
    return { kind: "refused", reason: `'${String(error["claim"])}' is not what is wanted` };
  if (code === "ERR_JOSE_ALG_NOT_ALLOWED") return { kind: "refused", reason: "its algorithm is not accepted" };
  return { kind: "refused", reason: "its signature cannot be verified" };
}
