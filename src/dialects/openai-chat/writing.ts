import type { Capability } from "../../core/capability.ts";
import type { ChatRequest } from "../canonical/chat-request.ts";
import { createToolNames, mapCallId, NAME_64, type NameRule } from "../canonical/names.ts";
import type { Loss, UpstreamModel } from "../dialect.ts";

/** The API refuses ids of calls that are longer. Every printable character is allowed: some servers' ids have colons. */
const CALL_ID: NameRule = { pattern: /^[\u0021-\u007e]{1,40}$/, illegal: /[^\u0021-\u007e]/g, length: 40 };

/** One request being written: what all its parts need, and what could not be written. */
export class Writing {
  readonly request: ChatRequest;
  readonly upstream: UpstreamModel;
  readonly names = createToolNames(NAME_64);
  /** Custom tools written as functions, by the name sent. */
  readonly customTools = new Set<string>();
  readonly #losses = new Map<string, Loss>();

  constructor(request: ChatRequest, upstream: UpstreamModel) {
    this.request = request;
    this.upstream = upstream;
  }

  get losses(): readonly Loss[] {
    return [...this.#losses.values()];
  }

  /** The caller wrote it for this dialect: what it names, it knows the backend to have. */
  get isOwn(): boolean {
    return this.request.extra.dialect === "openai-chat";
  }

  /** Fields that few beside the API's author have may be sent: who knows its newest role knows them too. */
  get isExtended(): boolean {
    return this.isOwn || this.upstream.quirks.developerRole;
  }

  has(capability: Capability): boolean {
    return this.upstream.capabilities?.has(capability) ?? false;
  }

  callId(id: string): string {
    return mapCallId(id, this.upstream.quirks.callIds === "alnum9" ? "alnum9" : CALL_ID);
  }

  /** The answer could differ from what was asked. */
  loseMeaning(feature: string, reason: string, capability: Capability | null = null): void {
    this.#lose({ feature, severity: "meaning", reason, capability });
  }

  /** Only cost, speed or bookkeeping differ. */
  loseHint(feature: string, reason: string, capability: Capability | null = null): void {
    this.#lose({ feature, severity: "hint", reason, capability });
  }

  #lose(loss: Loss): void {
    const known = this.#losses.get(loss.feature);
    if (known === undefined || known.severity === "hint") this.#losses.set(loss.feature, loss);
  }
}
