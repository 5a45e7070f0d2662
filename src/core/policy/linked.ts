import type { KillKind } from "../control/control-state.ts";
import type { Embedder } from "../cache/embedder.ts";
import type { Capability } from "../capability.ts";
import type { FailureClass } from "../failure.ts";
import type { RouteFacts } from "../routing/route-facts.ts";
import type { Price } from "../usage.ts";
import type { CompiledRole } from "./compiled-access.ts";
import type { CompiledCache } from "./compiled-cache.ts";
import type {
  CompiledAffinity,
  CompiledAuth,
  CompiledBalance,
  CompiledGateway,
  CompiledHedge,
  CompiledLocality,
  CompiledLocation,
  CompiledProvider,
  CompiledQuirks,
  CompiledRoute,
  CompiledTimeouts,
  DialectName,
  Operation,
  Priority,
} from "./compiled.ts";
import type { CompiledConsumer, CompiledLimit } from "./compiled-consumer.ts";

/** A credential ready to be sent: the headers of one upstream call. Bound to one origin. */
export interface LinkedCredential {
  /** `namespace/provider#name`: by this its health is kept. */
  readonly id: string;
  readonly name: string;
  readonly origin: string;
  /** The secret itself, so that it can be removed from what an upstream says. Empty for open endpoints. */
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What the provider lets it do, over all callers and isolates. */
  readonly limits: readonly CompiledLimit[];
  /** How a credential that must be computed for each call is; null where `headers` hold it. */
  readonly signing: Exclude<CompiledAuth, { readonly kind: "header" }> | null;
}

export interface LinkedTarget {
  /** `namespace/provider/model`: by this its health is kept. */
  readonly id: string;
  /** `provider/model`, as responses name it. */
  readonly label: string;
  /** The wire format it is asked in by callers of one it does not speak. */
  readonly dialect: DialectName;
  readonly natives: ReadonlySet<DialectName>;
  readonly transport: CompiledProvider["transport"];
  /** Whose transaction tokens it is passed; null: nobody's. */
  readonly trustDomain: string | null;
  /** What its answers show keeps later requests away. */
  readonly isWatched: boolean;
  /** Where an operation is in a wire format; null where that has none. */
  readonly urlOf: (dialect: DialectName, operation: Operation, stream: boolean) => string | null;
  readonly model: string;
  /** Whose opaque state it reads. */
  readonly family: string;
  readonly quirks: CompiledQuirks;
  /** Null when nothing is known. */
  readonly capabilities: ReadonlySet<Capability> | null;
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
  readonly location: CompiledLocation;
  readonly weight: number;
  readonly price: Price | null;
  /** Its price relative to the median of its group; 1 where that is not known. */
  readonly costFactor: number;
  /** In the order of rotation; never empty. */
  readonly credentials: readonly LinkedCredential[];
}

/** Targets among which a balance chooses, or another virtual model whose groups stand here. */
export type LinkedGroup =
  | {
      readonly kind: "targets";
      readonly name: string;
      readonly balance: CompiledBalance;
      readonly targets: readonly LinkedTarget[];
    }
  | { readonly kind: "model"; readonly name: string; readonly model: string };

/** What one request is planned over: a rule, or one variant of it. */
export interface LinkedRoute {
  /** `namespace/policy/rule`, and `/variant` where the rule is split. */
  readonly id: string;
  readonly tenant: string;
  readonly groups: readonly LinkedGroup[];
  /** Those of its own groups, in order. */
  readonly targets: readonly LinkedTarget[];
  /** What holds for targets of virtual models that its groups name, too: jurisdictions and `require`. */
  readonly locality: CompiledLocality;
  readonly require: readonly Capability[];
  readonly priority: Priority;
  readonly callerPreferences: boolean;
  readonly mirror: { readonly share: number; readonly target: LinkedTarget } | null;
  readonly failoverOn: ReadonlySet<FailureClass>;
  readonly maxAttempts: number;
  readonly hedge: CompiledHedge | null;
  readonly timeouts: CompiledTimeouts;
  readonly cache: CompiledCache | null;
  readonly unsupported: CompiledRoute["unsupported"];
  /** Its targets differ in what they are known to be able to do: then a request's needs choose among them. */
  readonly isSelective: boolean;
}

/** A condition of a rule. */
export interface Condition {
  holds(facts: RouteFacts): boolean;
  /** What was wanted and what was found, for people. */
  describe(facts: RouteFacts): string;
}

/** A rule: when it applies, and what it then is for which request. */
export interface LinkedRule {
  readonly id: string;
  /** All conditions of one of them must hold; empty means always. */
  readonly matches: readonly (readonly Condition[])[];
  readonly splitBy: CompiledAffinity | null;
  /** `below`: the end of the variant's part of [0, 1). */
  readonly variants: readonly { readonly below: number; readonly route: LinkedRoute }[];
}

/** The rules of a virtual model, in order. */
export interface RuleSet {
  readonly rules: readonly LinkedRule[];
  /** What all callers of the model together may use. */
  readonly limits: readonly CompiledLimit[];
  /** Of policies that are evaluated and not enforced, one list each. */
  readonly shadows: readonly (readonly LinkedRule[])[];
}

/** A provider that cannot be used until a credential is set. */
export interface SkippedProvider {
  readonly provider: string;
  readonly variables: readonly string[];
}

/** A compiled policy as tables: what one request is pinned to. */
export interface LinkedPolicy {
  /** `<epoch>.<generation>-<first 8 of the digest>`, for the response header. */
  readonly stamp: string;
  readonly epoch: number;
  readonly gateway: CompiledGateway;
  /** What finds questions of the same meaning; null while its provider cannot be used. */
  readonly embedder: Embedder | null;
  readonly hosts: ReadonlySet<string>;
  /** What roles allow and block, by name. */
  readonly roles: ReadonlyMap<string, CompiledRole>;
  readonly consumers: readonly CompiledConsumer[];
  readonly skipped: readonly SkippedProvider[];
  /** What serves a virtual model for a tenant; exact names first, then the longest prefix. */
  findRules(tenant: string, model: string): RuleSet | null;
  /** Whether it has something of that kind by this id, as kills name it. */
  names(kind: KillKind, id: string): boolean;
  /** Virtual models of a tenant, sorted, wildcards as written. */
  listModels(tenant: string): readonly string[];
}
