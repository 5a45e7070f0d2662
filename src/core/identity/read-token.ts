import { isRecord } from "../json/is-record.ts";
import { parseRecord } from "../json/parse-record.ts";
import type { Claims } from "./claims.ts";

/** A token as it came: nothing of it has been verified. */
export interface UnverifiedToken {
  readonly header: Claims;
  readonly claims: Claims;
}

export type ReadToken =
  | { readonly kind: "read"; readonly token: UnverifiedToken }
  | { readonly kind: "refused"; readonly reason: string };

const LONGEST_TOKEN = 16 * 1024;
const SEGMENT = /^[A-Za-z0-9_-]+$/;
const KEY_ID = /^[!-~]{1,256}$/;
/** Where a token would bring or name the key it is checked with, and what changes how it is read. */
const FORBIDDEN_PARAMETERS = ["jku", "x5u", "jwk", "x5c", "crit", "b64"] as const;

/** Whether a credential is a token by its form: three parts, where an API key has no dot. */
export function isToken(credential: string): boolean {
  return credential.split(".", 4).length === 3;
}

/**
 * A JWS in compact form, taken apart and refused for its form alone. One token has one spelling: base64url without padding
 * and without spare bits. @see attacks D13, D15, D16, D21; RFC 7515 3.1
 */
export function readToken(text: string): ReadToken {
  const segments = text.split(".");
  if (text.length > LONGEST_TOKEN) return refused(`it is longer than ${LONGEST_TOKEN} characters`);
  if (segments.length !== 3 || !segments.every(isCanonical)) return refused("it is not three parts of base64url");
  const [header, claims] = segments.slice(0, 2).map(parseSegment);
  if (header === undefined || claims === undefined || header === null || claims === null) {
    return refused("its header or its claims are not a JSON object");
  }
  const reason = whyOdd(header);
  return reason === null ? { kind: "read", token: { header, claims } } : refused(reason);
}

function whyOdd(header: Claims): string | null {
  const forbidden = FORBIDDEN_PARAMETERS.find((name) => Object.hasOwn(header, name));
  if (forbidden !== undefined) return `its header has '${forbidden}'`;
  const { kid, typ } = header;
  if (kid !== undefined && !(typeof kid === "string" && KEY_ID.test(kid))) return "its 'kid' is no key's id";
  return typ === undefined || typeof typ === "string" ? null : "its 'typ' is no text";
}

/** No padding, no length that cannot be, and no bits beyond the last byte: those could be spelt in several ways. */
function isCanonical(segment: string): boolean {
  if (!SEGMENT.test(segment) || segment.length % 4 === 1) return false;
  const spare = SPARE_BITS[segment.length % 4] ?? 0;
  return (ALPHABET.indexOf(segment.charAt(segment.length - 1)) & spare) === 0;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** Bits of the last character that no byte holds, by the length modulo four. */
const SPARE_BITS: readonly number[] = [0, 0, 0b1111, 0b11];

function parseSegment(segment: string): Claims | null {
  try {
    const bytes = Uint8Array.from(atob(segment.replaceAll("-", "+").replaceAll("_", "/")), (byte) => byte.charCodeAt(0));
    const value = parseRecord(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function refused(reason: string): ReadToken {
  return { kind: "refused", reason };
}
