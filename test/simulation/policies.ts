import { FAILURE_CLASSES } from "../../src/core/failure.ts";
import type { GenerationRef } from "../../src/core/control/control-state.ts";
import type { CompiledBalance, CompiledGateway } from "../../src/core/policy/compiled.ts";
import type {
  LinkedCredential,
  LinkedGroup,
  LinkedPolicy,
  LinkedRoute,
  LinkedRule,
  LinkedTarget,
} from "../../src/core/policy/linked.ts";
import { target as targetNamed } from "../core/routing/routing-fixtures.ts";
import type { Random } from "./random.ts";

export const TENANT = "default";
/** The second one's last group is the first one's groups. */
export const MODELS = ["fast", "deep"] as const;
/** The policy that every isolate is built with. */
export const BUNDLED: GenerationRef = { epoch: 0, generation: 1, digest: "bundled" };

/** Which targets there are and how policies may put them together. */
export interface Fleet {
  /** By target: its provider. */
  readonly providers: readonly number[];
  /** By provider: how many credentials it has. */
  readonly credentials: readonly number[];
  readonly weights: readonly number[];
  /** Priority groups of targets, in order. */
  readonly groups: readonly (readonly number[])[];
  readonly hedges: boolean;
  readonly maxAttempts: number;
}

export function drawFleet(random: Random): Fleet {
  const targets = random.whole(2, 5);
  const providers = Array.from({ length: targets }, (_, target) => (random.chance(0.7) ? target : random.whole(0, target)));
  const groups = Array.from({ length: Math.min(targets, random.whole(1, 3)) }, (_, group) => [group]);
  for (let target = groups.length; target < targets; target++) random.pick(groups).push(target);
  return {
    providers,
    credentials: providers.map(() => random.whole(1, 3)),
    weights: providers.map(() => random.pick([1, 1, 1, 2, 3])),
    groups,
    hedges: random.chance(0.4),
    maxAttempts: random.chance(0.8) ? 3 : 2,
  };
}

const BALANCES: readonly CompiledBalance[] = [
  { kind: "weighted" },
  { kind: "least-latency", costExponent: 0 },
  { kind: "least-in-flight" },
  { kind: "hash", by: { kind: "caller" } },
];
const FAILOVER_ON = new Set(FAILURE_CLASSES.filter((name) => name !== "invalid_request" && name !== "deadline"));

/** The policies of a simulation as tables: generations differ in how they balance and split. */
export class Policies {
  readonly targets: readonly LinkedTarget[];
  /** Ids of those in the first group: most requests begin with them. */
  readonly front: ReadonlySet<string>;
  readonly #fleet: Fleet;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    const credentials = fleet.credentials.map((count, provider) =>
      Array.from({ length: count }, (_, index) => credentialOf(provider, index)),
    );
    this.targets = fleet.providers.map((provider, target) => ({
      ...targetOf(provider, target, credentials[provider] ?? []),
      weight: fleet.weights[target] ?? 1,
    }));
    this.front = new Set(fleet.groups[0]?.flatMap((target) => this.targets[target]?.id ?? []));
  }

  /** The policy that is published under a digest, as the generation it is live as. */
  link({ digest, epoch, generation }: GenerationRef): LinkedPolicy {
    const balances = BALANCES.map((_, index) => BALANCES[(index + digest.length + generation) % BALANCES.length]);
    const groups = this.#fleet.groups.map((members, group): LinkedGroup => {
      const targets = members.flatMap((member) => this.targets[member] ?? []);
      return { kind: "targets", name: `group-${group}`, balance: balances[group] ?? { kind: "weighted" }, targets };
    });
    const last = groups.at(-1);
    const rules = new Map([
      ["fast", [this.#rule("fast", [groups])]],
      [
        "deep",
        [this.#rule("deep", [[...(last === undefined ? [] : [last]), { kind: "model", name: "rest", model: "fast" }], groups])],
      ],
    ]);
    return {
      stamp: `${epoch}.${generation}-${digest}`,
      epoch,
      gateway: GATEWAY,
      embedder: null,
      hosts: new Set(),
      roles: new Map(),
      consumers: [],
      skipped: [],
      names: () => false,
      findRules: (_tenant, model) => {
        const found = rules.get(model);
        return found === undefined ? null : { rules: found, limits: [], shadows: [] };
      },
      listModels: () => [...rules.keys()],
    };
  }

  #rule(name: string, variants: readonly (readonly LinkedGroup[])[]): LinkedRule {
    const id = `${TENANT}/${name}/everyone`;
    return {
      id,
      matches: [],
      splitBy: variants.length === 1 ? null : { kind: "caller" },
      variants: variants.map((groups, index) => ({
        below: (index + 1) / variants.length,
        route: this.#route(`${id}/${index}`, groups),
      })),
    };
  }

  #route(id: string, groups: readonly LinkedGroup[]): LinkedRoute {
    return {
      id,
      tenant: TENANT,
      groups,
      targets: groups.flatMap((group) => (group.kind === "targets" ? group.targets : [])),
      locality: { prefer: null, spill: "when-unavailable", jurisdictions: [] },
      priority: "interactive",
      callerPreferences: false,
      mirror: null,
      failoverOn: FAILOVER_ON,
      maxAttempts: this.#fleet.maxAttempts,
      hedge: this.#fleet.hedges ? { afterPercentile: 90, minDelayMs: 300, maxExtraMicroUsd: null } : null,
      require: [],
      timeouts: { ttftMs: 4_000, idleMs: 3_000, totalMs: 30_000 },
      cache: null,
      unsupported: "Refuse",
      isSelective: false,
    };
  }
}

function credentialOf(provider: number, index: number): LinkedCredential {
  const id = `${TENANT}/p${provider}#k${index}`;
  return { id, name: `k${index}`, origin: "https://llm.example.com", secret: "", headers: {}, limits: [], signing: null };
}

function targetOf(provider: number, model: number, credentials: readonly LinkedCredential[]): LinkedTarget {
  const label = `p${provider}/m${model}`;
  return targetNamed(label, { id: `${TENANT}/${label}`, credentials });
}

export const GATEWAY: CompiledGateway = {
  name: "simulated",
  hosts: [],
  authentication: { keyEnvironments: ["live", "test"], jwt: [], transactionTokens: null },
  roles: [],
  caps: { chatBodyBytes: 0, embeddingsBodyBytes: 0, messages: 0, tools: 0, liveStreams: 256 },
  retryBudget: { percent: 10, floorPerSecond: 1 },
  location: { region: null, zone: null, jurisdiction: null },
  regions: [],
  explainRoles: [],
  ledger: { redis: null, leaseMs: 120_000 },
  admin: { keys: [], isTwoPerson: false },
  cache: { embedder: { kind: "hash" }, shards: 1 },
  idempotency: { concurrent: "Wait", keepMs: 86_400_000 },
};
