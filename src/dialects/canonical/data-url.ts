import { refuse } from "./check-fields.ts";

interface DataUrl {
  /** In lower case, without parameters; null where base64 came without one. */
  readonly mimeType: string | null;
  /** Base64. */
  readonly data: string;
}

const SCHEME = /^data:/i;
const HEAD = /^data:([^,]*),/i;

/** The type and bytes of a `data:` URL; null for any other text, and for one that is malformed. @see https://www.rfc-editor.org/rfc/rfc2397 */
export function parseDataUrl(url: string): DataUrl | null {
  const found = HEAD.exec(url);
  if (found === null) return null;
  const [head, described = ""] = found;
  const [type = "", ...parameters] = described.split(";").map((word) => word.trim().toLowerCase());
  const data = url.slice(head.length);
  if (parameters.at(-1) === "base64") return { mimeType: type === "" ? null : type, data };
  try {
    return { mimeType: type === "" ? "text/plain" : type, data: toBase64(decodeURIComponent(data)) };
  } catch {
    return null;
  }
}

/** A caller's `data:` URL; null for any other text. `at` names the part. @throws FairleadError `invalid_value` for a malformed one */
export function readDataUrl(url: string, at: string): DataUrl | null {
  const parsed = parseDataUrl(url);
  if (parsed === null && SCHEME.test(url)) refuse("invalid_value", `'${at}' must be a well-formed data: URL.`, at);
  return parsed;
}

/** A `data:` URL of base64 text. */
export function toDataUrl(mimeType: string, data: string): string {
  return `data:${mimeType};base64,${data}`;
}

/** The UTF-8 bytes of a text in base64. */
export function toBase64(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
