import type { TargetAccess } from "../../core/access/access.ts";
import { FairleadError } from "../../core/errors.ts";
import { readWishes, type Wishes } from "../../core/http/read-wishes.ts";
import type { CompiledPolicy } from "../../core/policy/compiled.ts";
import type { LinkedPolicy, LinkedRoute, RuleSet } from "../../core/policy/linked.ts";
import { rulesOfOthers } from "../../core/routing/expand-groups.ts";
import { routeFor } from "../../core/routing/preferences.ts";
import { createRetryBudget } from "../../core/routing/retry-budget.ts";
import { selectRoute } from "../../core/routing/select-route.ts";
import { type Ordering, TargetOrder } from "../../core/routing/target-order.ts";
import { Trace } from "../../core/routing/trace.ts";
import type { AskedRequest } from "../decision/asked-request.ts";
import { type Ending, endingOf, endingWithoutTarget } from "../decision/ending.ts";
import { fitOf } from "../decision/fit-of.ts";
import { createSeededDraw } from "../decision/seeded-draw.ts";
import type { Situation } from "../decision/situation-file.ts";
import { createSituationView, killsOf } from "../decision/situation-view.ts";
import { describeBeside } from "./describe-beside.ts";
import { describeHedge } from "./describe-hedge.ts";
import type { Explanation, RoutePlan } from "./explanation.ts";
import { findRules } from "./find-rules.ts";
import { neverAsked } from "./never-asked.ts";
import { planAttempts } from "./plan-attempts.ts";
import { rehearse, SPENT_BUDGET, type Stage } from "./rehearsal.ts";

/** What a decision is made with. */
export interface Deciding {
  readonly policy: LinkedPolicy;
  /** What that was made of. */
  readonly compiled: CompiledPolicy;
  readonly situation: Situation;
  /** What all draws are; null: always the middle, 0.5. */
  readonly seed: string | null;
}

type Decided = Pick<Explanation, "rules" | "plan" | "ending">;

const MANY_DRAWS = 1_000;

/** How a request is decided, whoever then answers. */
export function decide(asked: AskedRequest, deciding: Deciding): Decided {
  const trace = new Trace();
  const refuse = (error: FairleadError): Decided => ({ rules: trace.steps, plan: null, ending: endingOf(error) });
  try {
    const wishes = readWishes(asked.facts.headers);
    const { access, rules } = findRules(asked, wishes, deciding);
    const selected = selectRoute(rules.rules, asked.facts, trace);
    if (selected !== null) {
      const route = routeFor(selected, wishes.preferences);
      return { rules: trace.steps, ...planRoute(route, { access, asked, deciding, rules, wishes }) };
    }
    const { model } = asked.facts;
    return refuse(new FairleadError("no_matching_rule", `No rule of the model '${model}' applies to this request.`));
  } catch (error) {
    if (error instanceof FairleadError) return refuse(error);
    throw error;
  }
}

interface Routed {
  readonly access: TargetAccess | null;
  readonly asked: AskedRequest;
  readonly deciding: Deciding;
  readonly rules: RuleSet;
  readonly wishes: Wishes;
}

function planRoute(route: LinkedRoute, routed: Routed): { readonly plan: RoutePlan; readonly ending: Ending } {
  const { asked, deciding, wishes } = routed;
  const { gateway } = deciding.policy;
  const { now } = asked.facts;
  const trace = new Trace();
  const order = new TargetOrder(route, { ...orderingOf(route, routed, deciding.seed), trace });
  while (order.next() !== null);
  const { maxAttempts, timeouts } = route;
  const isTight = wishes.timeoutMs < timeouts.totalMs;
  const stage: Stage = {
    route,
    told: asked.told,
    createSequencing: () => ({
      ...orderingOf(route, routed, deciding.seed),
      budget: deciding.situation.retryBudget === "Spent" ? SPENT_BUDGET : createRetryBudget(gateway.retryBudget),
      deadline: now + Math.min(timeouts.totalMs, wishes.timeoutMs),
    }),
  };
  const { attempts, ending, unfit } = planAttempts(stage);
  return {
    plan: {
      route: route.id,
      standIns: standInsOf(route, deciding.situation),
      order: trace.steps,
      neverAsked: neverAsked(route, deciding),
      firstAsked: shareFirst(route, routed),
      limits: { ...timeouts, maxAttempts, askedTotalMs: isTight ? wishes.timeoutMs : null },
      hedge: describeHedge(stage),
      attempts,
      unfit,
      beside: describeBeside(route, { ...routed, orderingOf: (of) => orderingOf(of, routed, deciding.seed) }),
    },
    ending: ending ?? endingAtOnce(stage, deciding.policy),
  };
}

function standInsOf({ groups, tenant }: LinkedRoute, situation: Situation): RoutePlan["standIns"] {
  const { models } = killsOf(situation);
  return groups.flatMap((group) => {
    if (group.kind === "targets") return [];
    return [{ group: group.name, model: group.model, isOff: models.has(`${tenant}/${group.model}`) }];
  });
}

/** Nobody can be asked: because nobody is there, or because nobody can be told the request. */
function endingAtOnce(stage: Stage, policy: LinkedPolicy): Ending {
  const { createSequencing, route, told } = stage;
  const order = new TargetOrder(route, createSequencing());
  const first = order.next();
  const fit = first === null ? null : fitOf(told, first, route);
  if (fit?.kind === "unfit") return endingOf(fit.error);
  return endingWithoutTarget(rehearse(stage, []).noTarget, route.id, policy);
}

/** Everything that the order of targets is found with, made anew: a permit for a probe can be taken once. */
function orderingOf(route: LinkedRoute, { access, asked, deciding, wishes }: Routed, seed: string | null): Ordering {
  const { policy, situation } = deciding;
  const { facts } = asked;
  const kills = killsOf(situation);
  return {
    access,
    facts,
    rulesOf: rulesOfOthers(policy, kills, route.tenant),
    preferences: route.callerPreferences ? wishes.preferences : null,
    trace: null,
    view: createSituationView(situation, facts.now),
    kills: () => kills,
    now: facts.now,
    draw: seed === null ? () => 0.5 : createSeededDraw(seed),
    mayProbe: true,
  };
}

/** Who is asked first, and how often over many draws. */
function shareFirst(route: LinkedRoute, routed: Routed): RoutePlan["firstAsked"] {
  const counts = new Map<string | null, number>();
  for (let index = 0; index < MANY_DRAWS; index++) {
    const order = new TargetOrder(route, { ...orderingOf(route, routed, String(index)), mayProbe: false });
    const first = firstFit(order, route, routed);
    if (first !== undefined) counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  if (counts.size < 2) return [];
  const shares = [...counts].map(([target, count]) => ({ target, share: count / MANY_DRAWS }));
  return shares.toSorted((left, right) => right.share - left.share);
}

/** Null where the router counts tokens itself, undefined where nobody can be asked. */
function firstFit(order: TargetOrder, route: LinkedRoute, { asked }: Routed): string | null | undefined {
  for (let target = order.next(); target !== null; target = order.next()) {
    const { kind } = fitOf(asked.told, target, route);
    if (kind !== "unfit") return kind === "asked" ? target.label : null;
  }
  return undefined;
}
