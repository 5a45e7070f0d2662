import type { Preferences } from "../routing/preferences.ts";
import { spell } from "../json/spell.ts";

/** What a request is called in the cache. Keyed hashes, hex: names reveal nothing, and no two tenants share any. */
export interface CacheKeys {
  /** Route, model, system turns, tools, embedder: requests that share a decision model and a shard. */
  readonly scopeClass: string;
  /** All of the canonical request but the last user text, inside the hard partition. */
  readonly scope: string;
  /** `scope` and the last user text, as it came. */
  readonly exact: string;
  /** `scope` and the canonical form of the last user text; null where only an exact answer may be given. */
  readonly canonical: string | null;
  /** Who asks. */
  readonly principal: string;
}

/** Who may be given one another's answers. */
export type SharedBy = "Principal" | "Consumer" | "Tenant";

/** Within what an answer may be given again. */
export interface CachePartition {
  readonly tenant: string;
  readonly consumer: string;
  /** Which credential of the consumer, as `Caller.keyId`. */
  readonly keyId: string;
  readonly sharedBy: SharedBy;
  readonly policyStamp: string;
  readonly routeId: string;
  /** The virtual model, as it was asked for. */
  readonly model: string;
  /** `TargetAccess.partition`; null where any target may answer. */
  readonly access: string | null;
  /** Null where there are none, or the route does not let its callers choose. */
  readonly preferences: Preferences | null;
  /** The policy's own; null where it names none. */
  readonly promptVersion: string | null;
  /** What texts are embedded by, as `embedderId` says it. */
  readonly embedder: string;
}

/** What is asked, as a dialect's `CacheForm` says it; `canonical` is the canonical form of its text. */
export interface AskedTexts {
  readonly kind: string;
  readonly scope: string;
  readonly text: string | null;
  readonly canonical: string | null;
  /** The end user, where the caller names one. */
  readonly user: string | null;
}

/** Counts changes of what a name is made of: names of another version are found by nobody. */
const VERSION = 1;

const encoder = new TextEncoder();

/** What a request is called, under its tenant's key of names. */
export async function cacheKeys(asked: AskedTexts, partition: CachePartition, key: CryptoKey): Promise<CacheKeys> {
  const { consumer, embedder, keyId, model, routeId, sharedBy, ...rest } = partition;
  const name = (purpose: string, ...parts: readonly unknown[]): Promise<string> =>
    hmacHex(key, spell([VERSION, purpose, ...parts]));
  // One credential may ask for many: what is about who asks is about one of them.
  const principal = sharedBy === "Principal" ? [keyId, asked.user] : null;
  const sharers = sharedBy === "Tenant" ? null : consumer;
  const whole = name("scope", routeId, model, embedder, sharers, principal, rest, asked.scope);
  const scopeClass = name("class", routeId, model, embedder, asked.kind);
  const scope = await whole;
  const [exact, canonical, ...others] = await Promise.all([
    name("exact", scope, asked.text),
    asked.canonical === null ? null : name("canonical", scope, asked.canonical),
    scopeClass,
    principalName(consumer, keyId, key),
  ]);
  const [className, who] = others;
  return { scopeClass: className, scope, exact, canonical, principal: who };
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Who asks, as `CacheKeys.principal`: one credential of a consumer. */
export function principalName(consumer: string, keyId: string, key: CryptoKey): Promise<string> {
  return hmacHex(key, spell([VERSION, "principal", consumer, keyId]));
}

async function hmacHex(key: CryptoKey, text: string): Promise<string> {
  let hex = "";
  for (const byte of new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)))) hex += HEX[byte] ?? "";
  return hex;
}
