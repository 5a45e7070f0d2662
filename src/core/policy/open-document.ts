import { sha256Hex } from "../sha256-hex.ts";
import type { GenerationRef } from "../control/control-state.ts";
import { isRecord } from "../json/is-record.ts";
import { parseRecord } from "../json/parse-record.ts";
import { canonicalJson } from "./canonical-json.ts";
import { COMPILED_FORMAT_VERSION, type CompiledPolicy } from "./compiled.ts";
import { linkPolicy, type LinkOptions } from "./link.ts";
import type { LinkedPolicy } from "./linked.ts";

const LISTS = ["providers", "routes", "consumers"] as const;

export type OpenedDocument =
  | { readonly kind: "opened"; readonly policy: LinkedPolicy; readonly digest: string }
  | { readonly kind: "refused"; readonly message: string };

/**
 * A compiled policy's document as tables: its format known, its content what its digest says, every route of it linked.
 * `place` puts it among the generations. Never throws.
 */
export async function openDocument(
  text: string,
  place: Pick<GenerationRef, "epoch" | "generation">,
  options: LinkOptions,
): Promise<OpenedDocument> {
  const document = parse(text);
  if (document === null) return refused("it is not a compiled policy: make one with `fairlead compile`");
  const format: number = document.formatVersion; // as it says of itself
  if (format !== COMPILED_FORMAT_VERSION) {
    return refused(`its format is ${format}, this router knows ${COMPILED_FORMAT_VERSION}: deploy first`);
  }
  const { consumers, gateway, providers, routes } = document;
  const digest = await sha256Hex(canonicalJson({ gateway, providers, routes, consumers }));
  if (digest !== document.digest) return refused("its content is not what its digest says");
  try {
    return { kind: "opened", policy: linkPolicy({ ...document, ...place }, options), digest };
  } catch (error) {
    return refused(error instanceof Error ? error.message : "it cannot be linked");
  }
}

/** Our own compiler's output, which the digest vouches for; here only its outline is looked at. */
function parse(text: string): CompiledPolicy | null {
  const value = parseRecord(text);
  const isOutline = value !== null && isRecord(value["gateway"]) && LISTS.every((name) => Array.isArray(value[name]));
  return isOutline ? (value as unknown as CompiledPolicy) : null; // the digest is checked next
}

function refused(why: string): OpenedDocument {
  return { kind: "refused", message: `The policy cannot be used: ${why}.` };
}
