import type { Capability } from "../../core/capability.ts";
import type { CacheMark, Extra } from "../canonical/block.ts";
import type { ChatRequest } from "../canonical/chat-request.ts";
import { createToolNames, NAME_128, type ToolNames } from "../canonical/names.ts";
import type { Loss, UpstreamModel } from "../dialect.ts";
import { DIALECT } from "./identity.ts";
import type { Fields } from "./read-fields.ts";

/** A part of the body being written. */
export type Wire = Record<string, unknown>;

/** One request on its way to one model, and what it loses on it. */
export class Writing {
  readonly names: ToolNames = createToolNames(NAME_128);
  readonly request: ChatRequest;
  readonly upstream: UpstreamModel;
  /** The caller speaks this dialect too: its own words are kept where they can be. */
  readonly isOwn: boolean;
  /** The API version that came after 2023-06-01: no sampling, thinking by effort. */
  readonly isNew: boolean;
  readonly #losses: Loss[] = [];

  constructor(request: ChatRequest, upstream: UpstreamModel) {
    this.request = request;
    this.upstream = upstream;
    this.isOwn = request.extra.dialect === DIALECT;
    this.isNew = upstream.quirks.anthropicVersion !== "2023-06-01";
  }

  get losses(): readonly Loss[] {
    return this.#losses;
  }

  /** Whether the model has it, or nothing is known of the model. */
  has(capability: Capability): boolean {
    return this.upstream.capabilities?.has(capability) ?? true;
  }

  meaning(feature: string, reason: string, capability: Capability | null = null): void {
    this.#add({ feature, severity: "meaning", reason, capability });
  }

  hint(feature: string, reason: string): void {
    this.#add({ feature, severity: "hint", reason, capability: null });
  }

  /** The cache mark as this API takes it: it knows two lifetimes. */
  cacheControl(mark: CacheMark): Fields {
    if (mark.ttl === null) return { type: "ephemeral" };
    if (mark.ttl === "5m" || mark.ttl === "1h" || this.isOwn) return { type: "ephemeral", ttl: mark.ttl };
    this.hint("cache_marks", "anthropic caches for 5m or 1h only");
    return { type: "ephemeral", ttl: "1h" };
  }

  /** What a part carries beside its own fields. */
  common(part: { readonly cache?: CacheMark; readonly extra?: Extra }): Fields {
    return { ...ownFields(part.extra), ...(part.cache === undefined ? {} : { cache_control: this.cacheControl(part.cache) }) };
  }

  #add(loss: Loss): void {
    const isKnown = this.#losses.some(({ feature, reason }) => feature === loss.feature && reason === loss.reason);
    if (!isKnown) this.#losses.push(loss);
  }
}

/** Unknown fields that came in this dialect. */
export function ownFields(extra: Extra | undefined): Fields {
  return extra?.dialect === DIALECT ? extra.fields : {};
}

/** A part that came in this dialect and has no canonical form of its own: it goes back as it came. */
export function isVerbatim(extra: Extra | undefined): boolean {
  return typeof ownFields(extra)["type"] === "string";
}
