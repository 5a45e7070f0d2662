import { NAME_64, type NameRule } from "../canonical/names.ts";

/** How models of one vendor take what Converse lets a request say to any of them. */
export interface VendorTraits {
  readonly takesCachePoints: boolean;
  /** Keeps a cache for an hour where that is asked for. */
  readonly takesLongCache: boolean;
  /** The strongest `toolChoice` that is not refused. */
  readonly toolChoice: "tool" | "any" | "auto";
  /** Blocks of media that a tool result may hold; all others stand after the results. */
  readonly resultMedia: ReadonlySet<string>;
  readonly callId: NameRule;
}

/** Some models write a tool's name into the ids of its calls, and read it there again. */
const DOTTED_ID: NameRule = { pattern: /^[A-Za-z0-9_.:-]{1,64}$/, illegal: /[^A-Za-z0-9_.:-]/g, length: 64 };

const PLAIN: VendorTraits = {
  takesCachePoints: false,
  takesLongCache: false,
  toolChoice: "any",
  resultMedia: new Set(),
  callId: NAME_64,
};

/** A model whose vendor is not known is sent everything. */
const UNKNOWN: VendorTraits = {
  takesCachePoints: true,
  takesLongCache: true,
  toolChoice: "tool",
  resultMedia: new Set(["image", "document", "video"]),
  callId: NAME_64,
};

const TRAITS: ReadonlyMap<string, VendorTraits> = new Map([
  ["anthropic", { ...UNKNOWN, resultMedia: new Set(["image", "document"]) }],
  ["amazon", { ...UNKNOWN, takesLongCache: false, resultMedia: new Set(["image"]) }],
  ["meta", { ...PLAIN, toolChoice: "auto", resultMedia: new Set(["document"]) }],
  ["mistral", { ...PLAIN, resultMedia: new Set(["document"]) }],
  ["moonshot", { ...PLAIN, callId: DOTTED_ID }],
  ["moonshotai", { ...PLAIN, callId: DOTTED_ID }],
]);

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html */
export function traitsOf(vendor: string | null): VendorTraits {
  return vendor === null ? UNKNOWN : (TRAITS.get(vendor) ?? PLAIN);
}
