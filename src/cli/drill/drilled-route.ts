import type { FailureClass } from "../../core/failure.ts";
import type { CompiledGroup, CompiledRoute, CompiledTarget } from "../../core/policy/compiled.ts";

/** Where requests are taken to come from; null where no rule looks at it. */
export interface DrilledPlace {
  readonly region: string;
  readonly zone: string | null;
}

/** One rule, or one variant of it, for one kind of request: what is drilled as a whole. */
export interface DrilledRoute {
  /** `namespace/policy/rule`, `/variant` where it is split, and where they matter the place and the rules of other models. */
  readonly name: string;
  readonly rule: CompiledRoute;
  readonly groups: readonly DrilledGroup[];
  readonly place: DrilledPlace | null;
  /** Whether answers are streamed; null: both ways are drilled. */
  readonly stream: boolean | null;
  /** Ids (`namespace/provider/model`) that such a request can reach, everybody being well. */
  readonly reachable: ReadonlySet<string>;
  /** Of these, the ones that cannot be told what the rule is for, by id, each with the reason: the router passes them over. */
  readonly unfit: ReadonlyMap<string, string>;
  /** The rules of other models make more of such requests than is drilled. */
  readonly hasMoreWays: boolean;
}

export type DrilledGroup =
  | { readonly kind: "targets"; readonly group: Extract<CompiledGroup, { readonly balance: unknown }> }
  /** Another virtual model; null where none of its rules applies to such a request. */
  | { readonly kind: "model"; readonly name: string; readonly model: string; readonly inner: InnerRoute | null };

export interface InnerRoute {
  readonly rule: CompiledRoute;
  readonly groups: readonly DrilledGroup[];
}

/** Targets that stand beside each other, whatever they stand in. */
export interface Stop {
  readonly name: string;
  readonly targets: readonly CompiledTarget[];
  /** The virtual model whose rules gave it, where it is not the rule's own. */
  readonly model: string | null;
}

/** The groups in order, other virtual models put in. */
export function stopsOf(groups: readonly DrilledGroup[]): readonly Stop[] {
  return groups.flatMap((each): readonly Stop[] => {
    if (each.kind === "targets") return [{ name: each.group.name, targets: each.group.targets, model: null }];
    const { inner, model, name } = each;
    if (inner === null) return [{ name, targets: [], model }];
    return stopsOf(inner.groups).map((stop) => ({ ...stop, name: `${name}/${stop.name}`, model: stop.model ?? model }));
  });
}

/** By this health knows a target, and so does a drill. */
export function idOf({ model, provider }: Pick<CompiledTarget, "provider" | "model">): string {
  return `${provider}/${model}`;
}

/** Whether such a request ever goes to a target. */
export function mayBeAsked({ reachable, unfit }: Pick<DrilledRoute, "reachable" | "unfit">, target: CompiledTarget): boolean {
  const id = idOf(target);
  return reachable.has(id) && !unfit.has(id);
}

/** What is expected of a situation. */
export type Expectation =
  /** One of these answers (ids), after at least one other attempt. */
  | { readonly kind: "answered"; readonly by: ReadonlySet<string> }
  /** A proper error before the deadline, which tells SDKs not to repeat it. */
  | { readonly kind: "refused" };

/** One request that is sent to the router, and what is promised of it. */
export interface Situation {
  readonly route: DrilledRoute;
  /** What the path is called: `cloud → reserve`. */
  readonly path: string;
  readonly on: FailureClass;
  readonly stream: boolean;
  /** Ids of the targets that fail; all others answer. */
  readonly failing: ReadonlySet<string>;
  /** The groups that stand in the situation's own virtual model. */
  readonly groups: readonly DrilledGroup[];
  readonly expects: Expectation;
}
