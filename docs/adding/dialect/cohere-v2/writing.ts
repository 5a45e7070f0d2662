import type { ChatRequest } from "../canonical/chat-request.ts";
import { createToolNames, type NameRule } from "../canonical/names.ts";
import type { Loss, UpstreamModel } from "../dialect.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** @see https://docs.cohere.com/docs/tool-use-overview */
const TOOL_NAME: NameRule = { pattern: /^[A-Za-z_][A-Za-z0-9_]{0,63}$/, illegal: /^\d|[^A-Za-z0-9_]/g, length: 64 };

/** One request being written: what its parts need, and what could not be said. */
export class Writing {
  readonly request: ChatRequest;
  readonly upstream: UpstreamModel;
  readonly names = createToolNames(TOOL_NAME);
  /** Free-form tools written as functions, by the name sent. */
  readonly customTools = new Set<string>();
  readonly #losses = new Map<string, Loss>();

  constructor(request: ChatRequest, upstream: UpstreamModel) {
    this.request = request;
    this.upstream = upstream;
  }

  get losses(): readonly Loss[] {
    return [...this.#losses.values()];
  }

  /** Notes what is lost, once a feature; `reason` goes on from the dialect's name. */
  lose(severity: Loss["severity"], feature: string, reason: string): void {
    if (this.#losses.get(feature)?.severity === "meaning") return;
    this.#losses.set(feature, { feature, severity, reason: `cohere-v2 ${reason}`, capability: null });
  }
}

/** The members that say something. */
export function filled(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
