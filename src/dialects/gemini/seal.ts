import type { Seal } from "../canonical/block.ts";
import { unwrapSeal, wrapSeal } from "../canonical/seal-envelope.ts";

/** The family that a `thoughtSignature` belongs to where none is named. */
export const FAMILY = "gemini";

const NATIVE: Pick<Seal, "family" | "form"> = { family: FAMILY, form: "thought_signature" };
/** `fairlead1.` in base64, up to where the next character decides. */
const ENVELOPE_IN_BASE64 = "ZmFpcmxlYWQxL";

/**
 * The seal in a caller's `thoughtSignature`. The field takes base64 alone, so another family's seal stands there as the base64
 * of its envelope; SDKs may have rewritten that as base64url.
 */
export function readSignature(signature: string): Seal {
  const envelope = signature.startsWith(ENVELOPE_IN_BASE64) ? decode(signature) : "";
  const seal = unwrapSeal(envelope, NATIVE);
  // A text that is no envelope comes back as the data: then the signature was Gemini's own.
  return seal.data === envelope ? { ...NATIVE, data: signature, id: null } : seal;
}

/** What stands in `thoughtSignature` for a caller: Gemini's own as it came, every other family's envelope in base64. */
export function writeSignature(seal: Seal): string {
  return seal.family === FAMILY && seal.id === null ? seal.data : btoa(wrapSeal(seal, FAMILY));
}

function decode(base64: string): string {
  try {
    return atob(base64.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return "";
  }
}
