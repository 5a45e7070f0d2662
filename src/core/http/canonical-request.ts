import type { ErrorCode } from "../errors.ts";

export interface AddressRefusal {
  readonly kind: "refused";
  readonly code: Extract<ErrorCode, "invalid_host" | "misdirected_host" | "invalid_path" | "uri_too_long" | "headers_too_large">;
  readonly message: string;
}

/** `path` is raw: without the query, escapes only in a model id. Routes match on it; nothing is decided on it again. */
export type CheckedAddress =
  | {
      readonly kind: "ok";
      readonly path: string;
      /** What follows `?`, as it came. */
      readonly query: string;
    }
  | AddressRefusal;

const MAX_URL_LENGTH = 16_384;
const MAX_HEADERS = 100;
const MAX_HEADERS_LENGTH = 32_768;

const PORT = String.raw`(?::(?:[0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?`;
const AUTHORITY = String.raw`(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])${PORT}`;
/** A segment is not empty and not `.` or `..`; no `\`, `;`, escape, control or non-ASCII character. Only the last may be empty. */
const SEGMENT = String.raw`/(?!\.{1,2}(?:[/?]|$))[A-Za-z0-9._~:@!$&'()*+,=-]+`;
const ADDRESS = new RegExp(String.raw`^https?://(${AUTHORITY})((?:${SEGMENT})*/?)(?:\?|$)`);
/** Few segments stand before the models: a longer path would be searched again from each `/models/` in it. */
const ESCAPED_MODEL = new RegExp(
  String.raw`^https?://(${AUTHORITY})((?:${SEGMENT}){1,4}/models/[A-Za-z0-9._~:@!$&'()*+,=/%-]+)(?:\?|$)`,
);
const STARTS_WITH_AUTHORITY = new RegExp(`^https?://${AUTHORITY}(?:/|$)`);
const HOST = new RegExp(`^${AUTHORITY}$`);
/** What an escape may not hide: controls, a backslash, and `%` itself, which a second decoding would open. */
const HIDDEN = /[\p{Cc}\\%]/u;

/**
 * Checks `request.url` as workerd gives it: the path is raw, and the Host header stands in it unchecked, so that
 * `Host: evil.com?/v1#` makes one URL parser see `/v1` and another `/`. What passes here has one reading only.
 * With an empty `hosts` every well-formed host is ours; entries are lower case, and a name without a port in it stands for all ports.
 * Do not hand an unchecked URL to `new URL`: it normalises, and throws on some.
 * @see attacks A01–A09, A11, A19
 */
export function checkAddress(url: string, hosts: ReadonlySet<string>): CheckedAddress {
  if (url.length > MAX_URL_LENGTH) return refuse("uri_too_long", `The URL is longer than ${MAX_URL_LENGTH} characters.`);
  const match = ADDRESS.exec(url) ?? matchEscapedModel(url);
  if (match === null) return refuseAddress(url);
  const [, authority = "", path = ""] = match;
  if (path === "") return refuseAddress(url);
  if (hosts.size > 0 && !isListed(authority, hosts)) {
    return refuse("misdirected_host", "This server does not answer for that host.");
  }
  const question = url.indexOf("?");
  return { kind: "ok", path, query: question === -1 ? "" : url.slice(question + 1) };
}

/** A caller's headers, read once: names in lower case, repeated ones joined by a comma. */
export interface HeaderReader {
  get(name: string): string | null | undefined;
}

export type ReadHeaders = { readonly kind: "ok"; readonly values: ReadonlyMap<string, string> } | AddressRefusal;

/**
 * Reads all of a caller's headers in one pass, which costs less than asking for a few by name, counts them and checks the
 * Host header by itself (`Host: x/v1` is invisible in the URL).
 * @see attacks A09, A18, D08
 */
export function readHeaders(headers: Headers): ReadHeaders {
  const values = new Map<string, string>();
  let length = 0;
  for (const [name, value] of headers) {
    length += name.length + value.length;
    values.set(name, value);
  }
  if (values.size > MAX_HEADERS) return refuse("headers_too_large", `The request has more than ${MAX_HEADERS} headers.`);
  if (length > MAX_HEADERS_LENGTH)
    return refuse("headers_too_large", `The request headers are larger than ${MAX_HEADERS_LENGTH} bytes.`);
  const host = values.get("host");
  if (host !== undefined && !HOST.test(host)) return refuse("invalid_host", "The Host header is not a host name.");
  return { kind: "ok", values };
}

function isListed(authority: string, hosts: ReadonlySet<string>): boolean {
  if (hosts.has(authority)) return true;
  const lower = authority.toLowerCase();
  return hosts.has(lower) || hosts.has(lower.replace(/:[0-9]+$/, ""));
}

/** What follows `…/models/` is the only place where escapes are allowed, since ids of models hold slashes and colons. */
function matchEscapedModel(url: string): RegExpExecArray | null {
  const match = ESCAPED_MODEL.exec(url);
  const path = match?.[2];
  return path !== undefined && isPlainModelPath(path) ? match : null;
}

function isPlainModelPath(path: string): boolean {
  try {
    const decoded = decodeURIComponent(path);
    return (
      !HIDDEN.test(decoded) &&
      decoded
        .slice(1)
        .split("/")
        .every((segment) => segment !== "" && segment !== "." && segment !== "..")
    );
  } catch {
    return false;
  }
}

function refuseAddress(url: string): AddressRefusal {
  return STARTS_WITH_AUTHORITY.test(url)
    ? refuse("invalid_path", "The path is not in canonical form.")
    : refuse("invalid_host", "The Host header is not a host name.");
}

function refuse(code: AddressRefusal["code"], message: string): AddressRefusal {
  return { kind: "refused", code, message };
}
