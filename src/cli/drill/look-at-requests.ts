import type { CompiledMatch, CompiledRoute } from "../../core/policy/compiled.ts";
import type { CompiledConsumer } from "../../core/policy/compiled-consumer.ts";
import type { RuleSet } from "../../core/policy/linked.ts";
import { linkConditions } from "../../core/routing/conditions.ts";
import type { RouteFacts } from "../../core/routing/route-facts.ts";
import { selectRoute } from "../../core/routing/select-route.ts";
import { variationsOf } from "./vary-request.ts";
import { type Circumstances, valueOf, witnessOf } from "./witness.ts";

/** Looked at for one rule and one kind of request at most. */
const MOST_LOOKED_AT = 1_000;

/** A rule, what it asks for, and what the rules that it leads to look at. */
export interface Witnessing {
  readonly rule: CompiledRoute;
  readonly match: CompiledMatch | null;
  /** Conditions of rules of other virtual models. */
  readonly others: readonly CompiledMatch[];
  readonly consumers: readonly CompiledConsumer[];
  readonly rulesOf: (model: string) => RuleSet | null;
}

/**
 * Looks at requests of a rule that the rules of other virtual models may tell apart: one, those of each other caller, model
 * and role that it states, and of these, and of all that `isNew` calls so, such that another rule's conditions apply, or do
 * not. All but the first are such as the rule really serves, and who is a consumer has its roles and tags. True when there
 * was more to look at.
 */
export function lookAtRequests(witnessing: Witnessing, asked: Circumstances, isNew: (facts: RouteFacts) => boolean): boolean {
  const { consumers, match, others, rule } = witnessing;
  const isServed = servedBy(witnessing);
  const first = witnessOf(rule, match, asked);
  const own = others.length === 0 ? [first] : [first, ...stated(first, rule, match)];
  const waiting = [...own];
  for (const [index, written] of waiting.entries()) {
    if (index === MOST_LOOKED_AT) return true;
    const facts = asConsumer(written, consumers);
    if (index > 0 && (facts === null || !isServed(facts))) continue;
    const known = facts ?? written;
    const isVaried = isNew(known) || index < own.length;
    if (isVaried) waiting.push(...others.flatMap((other) => variationsOf(known, other, isServed)));
  }
  return false;
}

/** The request with what the policies say of its consumer; null where they say otherwise. */
function asConsumer(facts: RouteFacts, consumers: readonly CompiledConsumer[]): RouteFacts | null {
  const { caller } = facts;
  const known = consumers.find(({ name, tenant }) => name === caller.consumer && tenant === caller.tenant);
  if (known === undefined) return facts;
  const { roles, tags } = known;
  const isSo =
    caller.roles.every((role) => roles.includes(role)) &&
    Object.entries(caller.tags).every(([name, value]) => Object.hasOwn(tags, name) && tags[name] === value);
  return isSo ? { ...facts, caller: { ...caller, roles, tags } } : null;
}

/** Where a rule names several callers, models or roles, one request for each of the others. */
function stated(first: RouteFacts, rule: CompiledRoute, match: CompiledMatch | null): readonly RouteFacts[] {
  const { caller } = first;
  const { callers = [], models = [], roles = [] } = match ?? {};
  const names = models.length > 0 ? models : rule.models;
  return [
    ...callers.slice(1).map((consumer) => ({ ...first, caller: { ...caller, consumer } })),
    ...names.slice(1).map((model) => ({ ...first, model: valueOf(model) })),
    ...(roles.length > 1 ? roles.map((role) => ({ ...first, caller: { ...caller, roles: [valueOf(role)] } })) : []),
  ];
}

/** Whether a request comes to the rule: its own conditions hold, those in CEL taken to, and no rule before it applies. */
function servedBy({ match, rule, rulesOf }: Witnessing): (facts: RouteFacts) => boolean {
  const conditions = match === null ? [] : linkConditions({ ...match, cel: null });
  return (facts) => {
    const rules = rulesOf(facts.model)?.rules ?? [];
    const place = rules.findIndex(({ id }) => id === rule.id);
    const isOwn = place !== -1 && conditions.every((each) => each.holds(facts));
    return isOwn && selectRoute(rules.slice(0, place), facts, null) === null;
  };
}
