import type { Caller } from "../../core/caller.ts";
import { toEpochMs } from "../../core/policy/schema/timestamp.ts";
import type { CompiledGateway } from "../../core/policy/compiled.ts";
import type { RouteFacts } from "../../core/routing/route-facts.ts";
import { NO_FEATURES } from "../../dialects/canonical/request-features.ts";
import type { TraceLine } from "../trace/trace-line.ts";

/** A fact that a line may lack. */
export type Lacking = "headers" | "features" | "path" | "tokens" | "prefix" | "region" | "roles" | "tags";

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** A request as rules see it that remembers which facts were asked for and are not in the trace. */
export class TraceFacts implements RouteFacts {
  readonly caller: Caller;
  readonly model: string;
  readonly operation: TraceLine["operation"];
  readonly stream: boolean;
  readonly now: number;
  readonly #line: TraceLine;
  readonly #gateway: CompiledGateway;
  #missed = new Set<Lacking>();

  /** `caller` without roles or tags has those the trace does not tell. */
  constructor(line: TraceLine, gateway: CompiledGateway, known: Omit<Caller, "roles" | "tags"> & Partial<Caller>) {
    this.#line = line;
    this.#gateway = gateway;
    this.model = line.model;
    this.operation = line.operation;
    this.stream = line.stream;
    this.now = toEpochMs(line.at) ?? 0;
    const or = <Value>(lacking: Lacking, value: Value | undefined, instead: Value): Value => this.#or(lacking, value, instead);
    this.caller = {
      ...known,
      get roles() {
        return or("roles", known.roles, []);
      },
      get tags() {
        return or("tags", known.tags, {});
      },
    };
  }

  get path(): string {
    return this.#or("path", this.#line.path, "");
  }

  get headers(): ReadonlyMap<string, string> {
    const { headers } = this.#line;
    return this.#or("headers", headers === undefined ? undefined : new Map(Object.entries(headers)), NO_HEADERS);
  }

  get tokens(): number {
    return this.#or("tokens", this.#line.tokens?.in, 0);
  }

  get features(): RouteFacts["features"] {
    return this.#or("features", this.#line.features, NO_FEATURES);
  }

  /** No trace holds what was said. */
  get prefix(): string {
    return this.#or("prefix", undefined, "");
  }

  get place(): RouteFacts["place"] {
    const { region } = this.#line;
    const { location, regions } = this.#gateway;
    if (region !== undefined) return { region, zone: region === location.region ? location.zone : null };
    return regions.length === 0 ? location : this.#or("region", undefined, location);
  }

  /** Facts that were asked for in vain since the last time. */
  takeMissed(): ReadonlySet<Lacking> {
    const missed = this.#missed;
    if (missed.size > 0) this.#missed = new Set();
    return missed;
  }

  #or<Value>(lacking: Lacking, value: Value | undefined, instead: Value): Value {
    if (value !== undefined) return value;
    this.#missed.add(lacking);
    return instead;
  }
}
