import type { CompiledMatch, CompiledRoute, CompiledVariant } from "../../core/policy/compiled.ts";
import type { CompiledConsumer } from "../../core/policy/compiled-consumer.ts";
import type { LinkedPolicy, LinkedRoute, RuleSet } from "../../core/policy/linked.ts";
import { variantId } from "../../core/policy/variant-id.ts";
import { type Way, waysThrough, type Written } from "./follow-models.ts";
import { lookAtRequests } from "./look-at-requests.ts";
import type { Circumstances } from "./witness.ts";

/** Of the ways that one kind of request may take, so many are drilled. */
const MOST_WAYS = 32;

/** A rule or one variant of it, as it is written and as it is linked, and where it leads. */
export interface Leading {
  readonly rule: CompiledRoute;
  readonly variant: CompiledVariant;
  readonly route: LinkedRoute;
  readonly written: Written;
  readonly rulesOf: (model: string) => RuleSet | null;
  /** Conditions of the rules of other virtual models that requests may come to, of several callers one each. */
  readonly others: readonly CompiledMatch[];
  readonly consumers: readonly CompiledConsumer[];
}

/** @throws Error for a rule that the linked policy does not have */
export function leadingOf(pair: Pick<Leading, "rule" | "variant">, policy: LinkedPolicy, written: Written): Leading {
  const { rule, variant } = pair;
  const { consumers } = policy;
  const rulesOf = (model: string): RuleSet | null => policy.findRules(rule.tenant, model);
  const id = variantId(rule, variant);
  const route = routesOf(rulesOf(rule.models[0] ?? "")).find((each) => each.id === id);
  if (route === undefined) throw new Error(`${id} is not in the linked policy.`);
  const behind = new Map<string, LinkedRoute>();
  collect(route, rulesOf, behind);
  const rules = new Set([...behind.keys()].flatMap((each) => written.get(each)?.rule ?? []));
  return { ...pair, route, written, rulesOf, others: [...rules].flatMap(({ matches }) => matches.flatMap(byCaller)), consumers };
}

function byCaller(match: CompiledMatch): readonly CompiledMatch[] {
  return match.callers.length < 2 ? [match] : match.callers.map((name) => ({ ...match, callers: [name] }));
}

function routesOf(rules: RuleSet | null): readonly LinkedRoute[] {
  return rules?.rules.flatMap(({ variants }) => variants.map(({ route }) => route)) ?? [];
}

/** Everything that other models may be served by, by id. */
function collect({ groups }: LinkedRoute, rulesOf: Leading["rulesOf"], behind: Map<string, LinkedRoute>): void {
  for (const route of groups.flatMap((group) => (group.kind === "model" ? routesOf(rulesOf(group.model)) : []))) {
    if (behind.has(route.id)) continue;
    behind.set(route.id, route);
    collect(route, rulesOf, behind);
  }
}

/** The ways that requests of a kind take, each once and at least one, and whether there may be more. */
export function waysOf(
  leading: Leading,
  match: CompiledMatch | null,
  asked: Circumstances,
): { readonly ways: readonly Way[]; readonly hasMore: boolean } {
  const { route, rulesOf } = leading;
  const ways = new Map<string, Way>();
  let isFull = false;
  const hasMore = lookAtRequests({ ...leading, match }, asked, (facts) => {
    const known = ways.size;
    for (const way of waysThrough(route, facts, { rulesOf })) {
      const text = textOf(way);
      isFull ||= ways.size === MOST_WAYS && !ways.has(text);
      if (isFull) break;
      ways.set(text, way);
    }
    return ways.size > known;
  });
  return { ways: [...ways.values()], hasMore: hasMore || isFull };
}

/** `namespace/policy/rule, namespace/policy/rule/variant`: by what the other models are served; empty where there are none. */
export function textOf(way: Way): string {
  return [...way].map(([model, route]) => route?.id ?? `no rule of ${model}`).join(", ");
}
