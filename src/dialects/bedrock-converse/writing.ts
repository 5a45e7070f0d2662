import { createToolNames, NAME_64, type ToolNames } from "../canonical/names.ts";
import type { ChatRequest } from "../canonical/chat-request.ts";
import type { UpstreamModel } from "../dialect.ts";
import { createDocumentNames } from "./document-names.ts";
import { Losses } from "./losses.ts";
import { vendorOf } from "./model-vendor.ts";
import { traitsOf, type VendorTraits } from "./vendor-traits.ts";

/** A block as Converse has it: one member that names it. */
export type WireBlock = Readonly<Record<string, unknown>>;

/** One request being written: what every part of the writer looks at, and what they note. */
export interface Writing {
  readonly request: ChatRequest;
  readonly upstream: UpstreamModel;
  /** Null when not known. */
  readonly vendor: string | null;
  readonly traits: VendorTraits;
  readonly names: ToolNames;
  readonly documentName: (wish: string | null) => string;
  readonly losses: Losses;
}

export function beginWriting(request: ChatRequest, upstream: UpstreamModel): Writing {
  const vendor = vendorOf(upstream.family);
  const names = createToolNames(NAME_64);
  const documentName = createDocumentNames();
  return { request, upstream, vendor, traits: traitsOf(vendor), names, documentName, losses: new Losses() };
}
