import { accessOf, featuresUsed, type Judged, type TargetAccess } from "../../core/access/access.ts";
import type { Caller } from "../../core/caller.ts";
import { FairleadError } from "../../core/errors.ts";
import type { Wishes } from "../../core/http/read-wishes.ts";
import type { LinkedPolicy, LinkedRoute, RuleSet } from "../../core/policy/linked.ts";
import type { Feature } from "../../core/policy/schema/access.ts";
import { routeFor } from "../../core/routing/preferences.ts";
import { decisionHeaders } from "../../core/routing/render-decision.ts";
import type { RouteFacts } from "../../core/routing/route-facts.ts";
import { selectRoute } from "../../core/routing/select-route.ts";
import type { Kills } from "../../core/routing/target-view.ts";
import { Trace } from "../../core/routing/trace.ts";
import type { Asking } from "../asking.ts";
import type { Deps, Run } from "../deps.ts";
import { keepWithinTransaction } from "./keep-within-transaction.ts";
import { RequestFacts } from "../request-facts.ts";

/** What policy makes of a request, and by which policy. */
export interface Decision {
  readonly policy: LinkedPolicy;
  readonly kills: Kills;
  readonly facts: RouteFacts;
  /** Which targets this caller may use for it; null: all. */
  readonly access: TargetAccess | null;
  readonly route: LinkedRoute;
  /** What all callers of the model together may use. */
  readonly limits: RuleSet["limits"];
  /** Of policies that are not enforced. */
  readonly shadows: RuleSet["shadows"];
  /** How it was decided; null unless the caller asked. */
  readonly trace: Trace | null;
}

/** What one request is decided by, however long it takes. */
export interface Pinned extends Pick<Decision, "policy" | "kills"> {
  /** When answers of its tenant were purged last. Epoch milliseconds. */
  readonly purgedAt: number;
}

type PinDeps = Pick<Deps, "policies" | "control">;

interface Asked {
  readonly caller: Caller;
  readonly asking: Asking;
  readonly wishes: Wishes;
}

/**
 * Stage: (caller, virtual model, request) → route. A model the caller may not use answers exactly as one that does not exist.
 * @throws FairleadError `model_not_found`, `feature_not_allowed`, `insufficient_scope`, `exceeds_transaction`,
 * `no_matching_rule`, `caller_disabled`, `model_disabled`, `forbidden`
 */
export function resolvePolicy({ asking, caller, wishes }: Asked, { kills, policy }: Pinned, run: Run): Decision {
  const facts = new RequestFacts(asking, caller, { gateway: policy.gateway, run });
  const trace = wishes.explain ? createTrace(caller, policy) : null;
  const { model } = facts;
  const readFeatures = (): ReadonlySet<Feature> => featuresUsed(facts, asking.uses);
  const judged = accessOf(caller, { roles: policy.roles, now: facts.now }).judge({ model, readFeatures });
  const rules = judged.kind === "model" ? null : policy.findRules(caller.tenant, model);
  if (rules === null) {
    throw new FairleadError(
      "model_not_found",
      `The model '${model}' does not exist or your key may not use it. GET /v1/models lists those it may.`,
      { param: "model" },
    );
  }
  refuseKilled(caller, model, kills);
  if (judged.kind !== "allowed") throw notAllowed(judged, model);
  const { targets } = judged;
  const { transaction } = caller;
  const access =
    transaction === undefined ? targets : keepWithinTransaction(transaction, { asking, facts, readFeatures, targets });
  const route = selectRoute(rules.rules, facts, trace);
  if (route === null) {
    const message = `No rule of the model '${model}' applies to this request. Ask your platform team which requests it serves.`;
    throw new FairleadError("no_matching_rule", message, { param: "model", headers: decisionHeaders(trace) });
  }
  return {
    policy,
    kills,
    facts,
    access,
    route: routeFor(route, wishes.preferences),
    limits: rules.limits,
    shadows: rules.shadows,
    trace,
  };
}

/** By what this caller's request is decided now. */
export function pin(caller: Caller, deps: PinDeps): Pinned {
  const { control, policies } = deps;
  return { policy: policies.forCaller(callerName(caller)), kills: control.kills(), purgedAt: control.purgedAt(caller.tenant) };
}

/** Whether it would still be decided by the same. */
export function holds({ kills, policy }: Pinned, caller: Caller, deps: PinDeps): boolean {
  const now = pin(caller, deps);
  return now.kills === kills && now.policy === policy;
}

/** What an answer rests on; `target` and `credential` are ids, null where nobody was asked. */
export interface Grounds {
  readonly caller: Caller;
  readonly target: string | null;
  readonly credential: string | null;
  /** It came from the cache. */
  readonly isStored: boolean;
}

/** Whether an answer that was decided by `before` may be given: nothing that it rests on was switched off or replaced since. */
export function stillAllows(before: Pinned, now: Pinned, { caller, credential, isStored, target }: Grounds): boolean {
  if (now.policy !== before.policy || (isStored && now.purgedAt !== before.purgedAt)) return false;
  if (now.kills === before.kills) return true;
  const { callers, credentials, models, targets } = now.kills;
  if (callers.has(callerName(caller)) || callers.has(caller.keyId)) return false;
  if ((target !== null && targets.has(target)) || (credential !== null && credentials.has(credential))) return false;
  // Any model of the tenant may have given the target to the one that was asked for.
  return ![...models].some((id) => id.startsWith(`${caller.tenant}/`) && !before.kills.models.has(id));
}

export function callerName({ consumer, tenant }: Caller): string {
  return `${tenant}/${consumer}`;
}

function notAllowed(judged: Judged, model: string): FairleadError {
  const features = judged.kind === "features" ? judged.features : [];
  const what = features.length === 0 ? "this combination of features" : features.join(", ");
  const message = `Your access to the model '${model}' does not cover ${what}. Ask your platform team, or leave it out.`;
  return new FairleadError("feature_not_allowed", message);
}

function createTrace({ roles }: Caller, { gateway }: LinkedPolicy): Trace {
  if (gateway.explainRoles.some((role) => roles.includes(role))) return new Trace();
  throw new FairleadError("forbidden", "'x-fairlead-debug: explain' needs a role that LLMGateway.spec.explainRoles names.");
}

function refuseKilled({ consumer, keyId, tenant }: Caller, model: string, { callers, models }: Kills): void {
  if (callers.size > 0 && (callers.has(`${tenant}/${consumer}`) || callers.has(keyId))) {
    throw new FairleadError("caller_disabled", "Your access was switched off. Ask your platform team.");
  }
  if (models.size > 0 && models.has(`${tenant}/${model}`)) {
    throw new FairleadError("model_disabled", `The model '${model}' was switched off. Ask your platform team.`, {
      param: "model",
    });
  }
}
