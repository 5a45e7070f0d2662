import type { Seal } from "./block.ts";

/**
 * A seal of one family travels through a caller of another in this envelope, which the caller's SDK echoes untouched:
 * `fairlead1.<family>.<form>.<id>.<data>`, the last two in base64url of UTF-8. The families' own data are base64 or JSON
 * and never begin so.
 */
const PREFIX = "fairlead1.";
/** The envelope inside base64, where a dialect's field takes nothing else. */
const PREFIX_IN_BASE64 = "ZmFpcmxlYWQxL";

const FORMS: ReadonlySet<string> = new Set<Seal["form"]>(["signature", "encrypted", "redacted", "thought_signature", "details"]);

/** What stands in a field of `native`'s own for this seal: its data where they are of that family, else the envelope. */
export function wrapSeal(seal: Seal, native: string): string {
  if (seal.family === native && seal.id === null) return seal.data;
  return PREFIX + [seal.family, seal.form, toBase64Url(seal.id ?? ""), toBase64Url(seal.data)].join(".");
}

/** The seal behind a field's text; a text that is no envelope is taken for the dialect's own. */
export function unwrapSeal(text: string, native: Pick<Seal, "family" | "form">): Seal {
  if (!text.startsWith(PREFIX)) return { ...native, data: text, id: null };
  const [family = "", form = "", id = "", data = ""] = text.slice(PREFIX.length).split(".");
  if (!FORMS.has(form)) return { ...native, data: text, id: null };
  const idText = fromBase64Url(id);
  return { family, form: form as Seal["form"], data: fromBase64Url(data), id: idText === "" ? null : idText }; // checked above
}

/** Whether a field's text is an envelope. */
export function isEnvelope(text: string): boolean {
  return text.startsWith(PREFIX) || text.startsWith(PREFIX_IN_BASE64);
}

/**
 * Whether a request's text may hold an envelope: then it cannot be forwarded as it came. One stands at the beginning of its
 * JSON string; the quote, which is rare in what makes bodies large, is what the search leaps to.
 */
export function mayHoldEnvelope(text: string): boolean {
  return text.includes(`"${PREFIX}`) || text.includes(`"${PREFIX_IN_BASE64}`);
}

function toBase64Url(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Empty for what is not base64url: an envelope that was tampered with holds nothing. */
function fromBase64Url(text: string): string {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
  } catch {
    return "";
  }
}
