import type { Caller } from "../core/caller.ts";
import type { CompiledGateway, Operation } from "../core/policy/compiled.ts";
import type { RequestFeatures, RouteFacts } from "../core/routing/route-facts.ts";
import { estimateUsage } from "../core/usage.ts";
import { conversationPrefix, featuresOf, NO_FEATURES } from "../dialects/canonical/request-features.ts";
import type { Asking } from "./asking.ts";
import type { Run } from "./deps.ts";

/** What rules may ask of this request, found out when it is asked. */
export class RequestFacts implements RouteFacts {
  readonly caller: Caller;
  readonly model: string;
  readonly operation: Operation;
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly stream: boolean;
  readonly now: number;
  readonly #asking: Asking;
  readonly #run: Run;
  readonly #gateway: CompiledGateway;
  #features: RequestFeatures | null = null;

  constructor(asking: Asking, caller: Caller, { gateway, run }: { readonly gateway: CompiledGateway; readonly run: Run }) {
    const { decoded } = asking;
    this.#asking = asking;
    this.#run = run;
    this.#gateway = gateway;
    this.caller = caller;
    this.model = decoded.model;
    this.operation = decoded.operation;
    this.path = run.path;
    this.headers = run.headers;
    this.stream = decoded.stream;
    this.now = run.startedAt;
  }

  get tokens(): number {
    return estimateUsage(this.#asking.decoded.text.length, 0).inputTokens;
  }

  get features(): RequestFeatures {
    this.#features ??= knownFeatures(this.#asking);
    return this.#features;
  }

  get prefix(): string {
    return conversationPrefix(this.#asking.decoded.text);
  }

  /** The region that the gateway gives to where the request came from, else where this router runs. */
  get place(): RouteFacts["place"] {
    const { location, regions } = this.#gateway;
    if (regions.length === 0) return location;
    const { continent, country } = this.#run.origin;
    const named = regions.find(({ continents, countries }) => countries.includes(country) || continents.includes(continent));
    return named === undefined ? location : { region: named.region, zone: null };
  }
}

/** Of what is no chat, or cannot be read as one, nothing is known. */
function knownFeatures({ decoded, reading }: Asking): RequestFeatures {
  return decoded.operation !== "chat" || reading.kind === "unreadable" ? NO_FEATURES : featuresOf(reading.chat);
}
