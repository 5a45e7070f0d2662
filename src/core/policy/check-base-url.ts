import { classifyHost } from "./classify-host.ts";
import type { ProblemCode } from "./problem.ts";

/** A destination that policy may name. `isPlainPublic`: unencrypted and not evidently private. */
export interface AcceptedUrl {
  readonly kind: "accepted";
  /** Without trailing slash. */
  readonly baseUrl: string;
  readonly origin: string;
  readonly isPlainPublic: boolean;
}

export interface RefusedUrl {
  readonly kind: "refused";
  readonly code: ProblemCode;
  readonly allowed: readonly string[];
}

const HTTP_URL_PARTS = /^(https?):\/\/([^/?#]+)([^?#]*)$/i;
const PRINTABLE_ASCII = /^[!-~]+$/;
const URL_ALLOWED = "an absolute URL such as https://llm.example.com/v1, of printable ASCII, without query, fragment and \\";

/**
 * Decides whether a base URL may be a destination. The text must be what the URL parser would write back: full-width
 * digits, octal addresses, `%2e`, tabs and user names are how one host is dressed up as another.
 */
export function checkBaseUrl(text: string, allowedOrigins: ReadonlySet<string>): AcceptedUrl | RefusedUrl {
  const parsed = parseUrl(text);
  if (parsed.kind === "refused") return parsed;
  const { url } = parsed;
  const hostClass = classifyHost(url.hostname);
  const isNamed = allowedOrigins.has(url.origin);
  if (hostClass === "metadata") return refuse("metadata_address");
  if (!isNamed && hostClass === "private")
    return refuse("private_address", `${url.origin} in allowPrivate, or a public https URL`);
  if (!isNamed && url.protocol !== "https:") return refuse("insecure_url", "https");
  if (!isNamed && url.port !== "") return refuse("port_not_allowed", `port 443, or ${url.origin} in allowPrivate`);
  const baseUrl = url.origin + url.pathname.replace(/\/+$/, "");
  return { kind: "accepted", baseUrl, origin: url.origin, isPlainPublic: hostClass === "public" && url.protocol === "http:" };
}

/** An entry of `allowPrivate`: scheme, host and port, nothing else. */
export function checkOrigin(text: string): { readonly kind: "accepted"; readonly origin: string } | RefusedUrl {
  const parsed = parseUrl(text);
  if (parsed.kind === "refused") return parsed;
  const { url } = parsed;
  if (classifyHost(url.hostname) === "metadata") return refuse("metadata_address");
  if (url.pathname !== "/" || /^[^/]*\/\/[^/]*\/./.test(text))
    return refuse("invalid_url", `an origin without path: ${url.origin}`);
  return { kind: "accepted", origin: url.origin };
}

function parseUrl(text: string): { readonly kind: "parsed"; readonly url: URL } | RefusedUrl {
  const parts = HTTP_URL_PARTS.exec(text);
  if (parts === null) return refuse("invalid_url", URL_ALLOWED);
  const [, scheme = "", authority = "", path = ""] = parts;
  if (authority.includes("@"))
    return refuse("url_credentials", "a URL without user name and password; credentials are secretKeyRefs");
  const url = URL.parse(`${scheme}://${authority}${path}`);
  if (url === null || url.port === "0") return refuse(isPlainHost(authority) ? "invalid_url" : "ambiguous_host", URL_ALLOWED);
  if (!isPlainHost(authority)) return refuse("ambiguous_host", canonicalHint(url));
  if (!isCanonicalHost(authority, url)) return refuse(codeOfDisguise(url), canonicalHint(url));
  if (isCanonicalPath(path, url)) return { kind: "parsed", url };
  return refuse("invalid_url", `a canonical path without "..", "//" and escapes`);
}

/** No characters that one parser maps, drops or decodes and another does not. */
function isPlainHost(authority: string): boolean {
  return PRINTABLE_ASCII.test(authority) && !/[%\\]/.test(authority);
}

function isCanonicalHost(authority: string, url: URL): boolean {
  return authority.toLowerCase().replace(/:\d*$/, "") === url.hostname && !url.hostname.endsWith(".");
}

function isCanonicalPath(path: string, url: URL): boolean {
  const written = path === "" ? "/" : path;
  return written === url.pathname && !/%2e|%2f|%5c|\/\//i.test(path);
}

/** `http://127.1/` is refused for what it is, a private address, before it is refused for how it is written. */
function codeOfDisguise(url: URL): ProblemCode {
  const hostClass = classifyHost(url.hostname);
  if (hostClass === "metadata") return "metadata_address";
  return hostClass === "private" ? "private_address" : "ambiguous_host";
}

function canonicalHint(url: URL): string {
  return `the host as ${url.hostname.replace(/\.$/, "")}`;
}

function refuse(code: ProblemCode, ...allowed: readonly string[]): RefusedUrl {
  return { kind: "refused", code, allowed };
}
