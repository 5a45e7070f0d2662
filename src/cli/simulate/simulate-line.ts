import { isHit } from "../../core/cache/cache-state.ts";
import { accessOf, featuresUsed, type TargetAccess } from "../../core/access/access.ts";
import type { ErrorCode } from "../../core/errors.ts";
import type { CompiledRoute } from "../../core/policy/compiled.ts";
import type { LinkedPolicy, LinkedRoute, LinkedRule, LinkedTarget, RuleSet } from "../../core/policy/linked.ts";
import { selectRoute } from "../../core/routing/select-route.ts";
import { TargetOrder } from "../../core/routing/target-order.ts";
import { NO_KILLS, type TargetView } from "../../core/routing/target-view.ts";
import { costMicroUsd } from "../../core/usage.ts";
import { createSeededDraw } from "../decision/seeded-draw.ts";
import { fitOf } from "../decision/fit-of.ts";
import type { TraceLine } from "../trace/trace-line.ts";
import { identify } from "./identify.ts";
import { judgeRule } from "./judge-rule.ts";
import { toldOf } from "./told-of.ts";
import { type Lacking, TraceFacts } from "./trace-facts.ts";

/** One of the two policies that a trace is replayed against. */
export interface Side {
  readonly policy: LinkedPolicy;
  /** The rules it was made of, by id, and their conditions as one text: rules with the same ones apply to the same requests. */
  readonly rules: ReadonlyMap<string, { readonly compiled: CompiledRoute; readonly conditions: string }>;
  /** Consumers that the other one has and this one has not. */
  readonly gone: ReadonlySet<string>;
}

/** What one policy makes of a request. */
export type Simulated =
  | { readonly kind: "asks"; readonly route: string; readonly target: string; readonly costMicroUsd: number | null }
  /** An identical request was answered from memory, and would be again. */
  | { readonly kind: "cached"; readonly route: string }
  | { readonly kind: "refused"; readonly code: ErrorCode }
  /** It depends on what the trace does not hold. */
  | { readonly kind: "open"; readonly rule: string; readonly lacking: readonly Lacking[] };

export interface Replaying {
  readonly view: TargetView;
  /** What the trace itself tells of rules: by their conditions, whether they applied to this request. */
  readonly told: ReadonlyMap<string, boolean>;
}

/** Replays one request: who would be asked first, everybody being well. The same line always gets the same draws. */
export function simulateLine(line: TraceLine, side: Side, replaying: Replaying): Simulated {
  const identified = identify(line, side);
  if (identified.kind === "refused") return identified;
  const facts = new TraceFacts(line, side.policy.gateway, identified.caller);
  const { roles = [], tags = {} } = identified.caller;
  const access = accessOf({ ...identified.caller, roles, tags }, { roles: side.policy.roles, now: facts.now });
  const judged = access.judge({ model: line.model, readFeatures: () => featuresUsed(facts, []) });
  const rules = judged.kind === "model" ? null : side.policy.findRules(line.tenant, line.model);
  if (rules === null) return { kind: "refused", code: "model_not_found" };
  if (judged.kind !== "allowed") return { kind: "refused", code: "feature_not_allowed" };
  const selected = select(rules, facts, { side, told: replaying.told });
  if ("kind" in selected) return selected;
  if (line.cache !== undefined && isHit(line.cache) && selected.cache !== null) return { kind: "cached", route: selected.id };
  return ask(selected, { access: judged.targets, line, facts, side, view: replaying.view });
}

interface Selecting {
  readonly side: Side;
  readonly told: Replaying["told"];
}

function select(rules: RuleSet, facts: TraceFacts, { side, told }: Selecting): LinkedRoute | Simulated {
  for (const rule of rules.rules) {
    const written = side.rules.get(rule.id);
    if (written === undefined) continue;
    const judged = judgeRule(rule, written.compiled, facts);
    const known = judged.kind === "unknown" ? told.get(written.conditions) : judged.kind === "applies";
    if (judged.kind === "unknown" && known === undefined) return { kind: "open", rule: rule.id, lacking: judged.lacking };
    if (known !== true) continue;
    const route = selectRoute([{ ...rule, matches: [] }], facts, null);
    const missed = [...facts.takeMissed()];
    if (missed.length > 0) return { kind: "open", rule: rule.id, lacking: missed };
    if (route !== null) return route;
  }
  return { kind: "refused", code: "no_matching_rule" };
}

interface Asking {
  readonly access: TargetAccess | null;
  readonly line: TraceLine;
  readonly facts: TraceFacts;
  readonly side: Side;
  readonly view: TargetView;
}

function ask(route: LinkedRoute, { access, facts, line, side, view }: Asking): Simulated {
  const order = new TargetOrder(route, {
    access,
    facts,
    rulesOf: (model) => side.policy.findRules(route.tenant, model),
    preferences: null,
    trace: null,
    view,
    kills: () => NO_KILLS,
    now: facts.now,
    draw: createSeededDraw(line.id),
    mayProbe: false,
  });
  const lacking = lackingForFirst(route, facts.takeMissed());
  const first = firstFit(order, route, line);
  for (const fact of facts.takeMissed()) lacking.add(fact);
  if (lacking.size > 0) return { kind: "open", rule: route.id, lacking: [...lacking] };
  if (typeof first === "string") return { kind: "refused", code: first };
  return { kind: "asks", route: route.id, target: first.label, costMicroUsd: costOf(line, first) };
}

/** What matters to who is asked first, of what the whole order was found with: not what later groups stand for. */
function lackingForFirst(route: LinkedRoute, expanded: ReadonlySet<Lacking>): Set<Lacking> {
  if (route.groups[0]?.kind === "model") return new Set(expanded);
  return new Set(route.locality.prefer !== null && expanded.has("region") ? ["region"] : []);
}

function firstFit(order: TargetOrder, route: LinkedRoute, line: TraceLine): LinkedTarget | ErrorCode {
  const told = toldOf(line);
  let code: ErrorCode = "no_target_available";
  for (let target = order.next(); target !== null; target = order.next()) {
    const fit = told === null ? null : fitOf(told, target, route);
    if (fit?.kind !== "unfit") return target;
    code = fit.error.code;
  }
  return code;
}

function costOf({ tokens }: TraceLine, { price }: LinkedTarget): number | null {
  if (tokens === undefined || tokens === null || price === null) return null;
  const usage = {
    inputTokens: tokens.in,
    cachedInputTokens: tokens.cached ?? 0,
    cacheWriteTokens: tokens.written ?? 0,
    outputTokens: tokens.out,
    reasoningTokens: 0,
    estimated: false,
  };
  return costMicroUsd(usage, price);
}

/** What a line tells of the rules of the policy that decided it: the one that it names applied, those before it did not. */
export function toldByRoute({ model, route, tenant }: TraceLine, { policy, rules }: Side): ReadonlyMap<string, boolean> {
  const served: readonly LinkedRule[] = policy.findRules(tenant, model)?.rules ?? [];
  const decided = served.findIndex(({ id, variants }) => id === route || variants.some((variant) => variant.route.id === route));
  return new Map(served.slice(0, decided + 1).map(({ id }, index) => [rules.get(id)?.conditions ?? id, index === decided]));
}
