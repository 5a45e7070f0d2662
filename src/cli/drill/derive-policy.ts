import { NO_AUTHENTICATION } from "../../core/policy/compile-authentication.ts";
import { OPEN_ACCESS } from "../../core/access/access.ts";
import type {
  CompiledGroup,
  CompiledLocation,
  CompiledPolicy,
  CompiledProvider,
  CompiledRoute,
  CompiledTarget,
} from "../../core/policy/compiled.ts";
import { defaultQuirks } from "../../core/policy/default-quirks.ts";
import { labelOf } from "../decision/label-of.ts";
import { type DrilledGroup, type DrilledPlace, idOf, type InnerRoute, type Situation } from "./drilled-route.ts";
import { failingModel } from "./failing-model.ts";
import { scaleTimeouts } from "./scale-timeouts.ts";
import { isHopeless } from "./why-unreachable.ts";

/** The variable that stands for every credential, and one that nobody sets. */
export const CREDENTIAL = "DRILL_CREDENTIAL";
const MISSING = "DRILL_MISSING_CREDENTIAL";

const TENANT = "default";
const BASE_URL = "http://simulator.invalid";
/** Where the drilled router runs: what is near in a situation is here. */
const HERE = "here";
const SMALLEST_BODY_BYTES = 64 * 1024;
const FREE_BUDGET = { percent: 100, floorPerSecond: 1_000 };
/** As the first requests of an isolate meet it: the drill's own would earn what those have not. */
const NO_BUDGET = { percent: 0, floorPerSecond: 0 };

/** The virtual model of a situation. */
export function modelOf(index: number): string {
  return `drill-${index}`;
}

export interface Derived {
  readonly policy: CompiledPolicy;
  /** `provider/model` of the simulator → what it stands for, as responses name it, and its id. */
  readonly standIns: ReadonlyMap<string, { readonly label: string; readonly id: string }>;
}

/**
 * One policy in which every situation is a virtual model: a copy of its rule whose targets are simulators, each of a provider
 * of its own, so that an answer tells which one gave it and no situation's failures count in another. `isSet` tells whether
 * a variable counts as set.
 */
export function derivePolicy(
  situations: readonly Situation[],
  compiled: CompiledPolicy,
  isSet: (variable: string) => boolean,
): Derived {
  const built = situations.map((situation, index) => new SituationBuilder(situation, { index, compiled, isSet }));
  const { gateway } = compiled;
  const { caps } = gateway;
  return {
    policy: {
      ...compiled,
      gateway: {
        ...gateway,
        hosts: [],
        caps: { ...caps, chatBodyBytes: Math.max(caps.chatBodyBytes, SMALLEST_BODY_BYTES) },
        retryBudget: isHopeless(compiled) ? NO_BUDGET : FREE_BUDGET,
        location: { region: HERE, zone: HERE, jurisdiction: null },
        regions: [],
        roles: [],
        authentication: NO_AUTHENTICATION,
        ledger: { ...gateway.ledger, redis: null },
      },
      providers: built.flatMap(({ providers }) => [...providers.values()]),
      routes: built.flatMap(({ routes }) => routes),
      consumers: compiled.consumers.filter(({ tenant }) => tenant === TENANT).map((each) => ({ ...each, access: OPEN_ACCESS })),
    },
    standIns: new Map(built.flatMap(({ standIns }) => [...standIns])),
  };
}

interface Building {
  readonly index: number;
  readonly compiled: CompiledPolicy;
  readonly isSet: (variable: string) => boolean;
}

/** What one situation adds to the drilled policy. */
class SituationBuilder {
  readonly providers = new Map<string, CompiledProvider>();
  readonly standIns = new Map<string, { readonly label: string; readonly id: string }>();
  readonly routes: CompiledRoute[] = [];
  readonly #situation: Situation;
  readonly #building: Building;

  constructor(situation: Situation, building: Building) {
    this.#situation = situation;
    this.#building = building;
    this.#addRoute(modelOf(building.index), { rule: situation.route.rule, groups: situation.groups });
  }

  #addRoute(model: string, { groups, rule }: InnerRoute): void {
    const { route, stream } = this.#situation;
    const { timeouts } = scaleTimeouts(rule.timeouts, rule.failover.maxAttempts, stream);
    this.routes.push({
      ...rule,
      id: `${TENANT}/${model}/drilled`,
      tenant: TENANT,
      models: [model],
      limits: [],
      mode: "Enforce",
      matches: [],
      splitBy: null,
      variants: [{ name: null, percent: 100, groups: groups.map((group) => this.#group(group)) }],
      locality: { ...rule.locality, prefer: route.place === null ? null : rule.locality.prefer },
      callerPreferences: false,
      mirror: null,
      cache: null,
      failover: { ...rule.failover, hedge: null },
      timeouts,
    });
  }

  #group(drilled: DrilledGroup): CompiledGroup {
    if (drilled.kind === "targets") {
      const { balance, name, targets } = drilled.group;
      // One that is passed over gets no attempt, and its stand-in could answer what it cannot.
      const fit = targets.filter((target) => !this.#situation.route.unfit.has(idOf(target)));
      return { name, balance, targets: fit.map((target) => this.#target(target)) };
    }
    const { inner, name } = drilled;
    const model = `${modelOf(this.#building.index)}-${this.routes.length}-${name}`;
    if (inner === null) this.#addNever(model);
    else this.#addRoute(model, inner);
    return { name, model };
  }

  /** A virtual model of whose rules none applies. */
  #addNever(model: string): void {
    this.#addRoute(model, { rule: this.#situation.route.rule, groups: [] });
  }

  #target(target: CompiledTarget): CompiledTarget {
    const id = idOf(target);
    const known = this.providers.get(id);
    const provider = known ?? this.#provider(target);
    this.providers.set(id, provider);
    const model = this.#modelFor(id);
    this.standIns.set(`${provider.name}/${model}`, { id, label: labelOf(target) });
    return { ...target, provider: provider.id, model, location: relocate(target.location, this.#situation.route.place) };
  }

  /** The simulator's model that does what the situation wants of a target. */
  #modelFor(id: string): string {
    const { failing, on, route, stream } = this.#situation;
    if (failing.has(id)) return failingModel(on, stream) ?? "sim-status-500";
    if (on !== "timeout_ttft" || !stream) return "sim-small";
    const { failover, timeouts } = route.rule;
    return `sim-slow-${scaleTimeouts(timeouts, failover.maxAttempts, stream).lateMs}`;
  }

  #provider(target: CompiledTarget): CompiledProvider {
    const { compiled, index, isSet } = this.#building;
    const real = compiled.providers.find(({ id }) => id === target.provider);
    const name = `d${index}-${this.providers.size}`;
    const credentials = real?.auth === null ? [] : (real?.credentials ?? []);
    return {
      id: `${TENANT}/${name}`,
      name,
      tenant: TENANT,
      dialect: "openai-chat",
      natives: ["openai-chat"],
      family: null,
      transport: "simulator",
      baseUrl: BASE_URL,
      paths: {},
      auth: { kind: "header", header: "authorization", prefix: "Bearer " },
      credentials: credentials.map((credential) => ({
        limits: [],
        name: credential.name,
        variable: isSet(credential.variable) ? CREDENTIAL : MISSING,
        origin: BASE_URL,
      })),
      trustDomain: null,
      health: real?.health ?? true,
      quirks: { ...defaultQuirks("openai-chat"), repair: false },
    };
  }
}

/** What is in the drilled place is here, everything else is elsewhere; what is unknown stays so. */
function relocate({ jurisdiction, region, zone }: CompiledLocation, place: DrilledPlace | null): CompiledLocation {
  const isNear = place !== null && region === place.region;
  const moved = region === null || isNear ? region && HERE : `not-${HERE}-${region}`;
  const isSameZone = isNear && place.zone !== null && zone === place.zone;
  return { jurisdiction, region: moved, zone: zone === null || isSameZone ? zone && HERE : `not-${HERE}-${zone}` };
}
