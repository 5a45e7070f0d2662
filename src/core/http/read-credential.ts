import type { ErrorCode } from "../errors.ts";
import type { HeaderReader } from "./canonical-request.ts";

export type ReadCredential =
  /** `isInAddress`: it stands in the query. */
  | { readonly kind: "ok"; readonly text: string; readonly isInAddress: boolean }
  | {
      readonly kind: "refused";
      readonly code: Extract<ErrorCode, "missing_credentials" | "ambiguous_credentials">;
      readonly message: string;
    };

const BEARER = /^bearer(?: +|$)/i;
/** Where the stock SDKs put a key: Anthropic, Google, Azure. OpenAI's stands in `authorization`. */
const KEY_HEADERS = ["x-api-key", "x-goog-api-key", "api-key"] as const;

const MISSING: ReadCredential = {
  kind: "refused",
  code: "missing_credentials",
  message: "No API key was sent. Send it as `Authorization: Bearer <key>`, or in `x-api-key`.",
};
const AMBIGUOUS: ReadCredential = {
  kind: "refused",
  code: "ambiguous_credentials",
  message: "More than one credential was sent. Send exactly one.",
};

/**
 * The one credential of a request, not yet looked at: in a header, or in `?key=` as Gemini's callers may send it. The same one
 * in several headers is one; two, or a second scheme beside one, are refused, because two readers could pick differently. Empty values count as absent.
 * A repeated header arrives joined by a comma, which no credential contains.
 * @see attacks D01, D06, D07
 */
export function readCredential(headers: HeaderReader, query = ""): ReadCredential {
  let text = readBearer(headers.get("authorization") ?? null);
  for (const name of KEY_HEADERS) text = merge(text, headers.get(name) ?? "");
  const inQuery = query === "" ? "" : readQueryKey(query);
  text = merge(text, inQuery);
  if (text === null) return AMBIGUOUS;
  return text === "" || text === OTHER_SCHEME ? MISSING : { kind: "ok", text, isInAddress: inQuery !== "" };
}

/** One credential from two places; null when they make two. */
function merge(text: string | null, value: string): string | null {
  if (value === "" || text === null) return text;
  return value.includes(",") || (text !== "" && text !== value) ? null : value;
}

/** Gemini's `?key=`: empty where there is none, two values where there are several. */
function readQueryKey(query: string): string {
  return new URLSearchParams(query).getAll("key").join(",");
}

/** Stands for a credential that is no bearer: beside a key it makes two, alone it is no API key. */
const OTHER_SCHEME = ",";

/** What follows `Bearer `; empty for no credential, null for several. */
function readBearer(authorization: string | null): string | null {
  if (authorization === null || authorization === "") return "";
  if (authorization.includes(",")) return null;
  const scheme = BEARER.exec(authorization)?.[0];
  return scheme === undefined ? OTHER_SCHEME : authorization.slice(scheme.length);
}
