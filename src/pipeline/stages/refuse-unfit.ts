import { accessOf } from "../../core/access/access.ts";
import { FairleadError } from "../../core/errors.ts";
import { selectRoute } from "../../core/routing/select-route.ts";
import type { DispatchInput } from "./dispatch.ts";
import { prepare, type Prepared, type Unfit } from "./prepare.ts";

/** Named in a refusal at most. */
const MODELS_NAMED = 5;
/** Looked at for one: a refusal is worth some work, and not more. */
const MODELS_TRIED = 50;

/** Why no target of the route could be asked: the first one's reason, and the caller's models that could. */
export function refuseUnfit(unfit: readonly Unfit[], input: DispatchInput): FairleadError {
  const [first] = unfit;
  if (first === undefined) return new FairleadError("no_target_available", "No target of this route can be used.");
  const { error, loss } = first;
  const able = modelsThatCan(input);
  // What is wrong for every model is the request's own fault, and is said as it is.
  if (able.length === 0 && loss === null) return error;
  const advice = able.length === 0 ? "None of your models can" : `Models that can: ${able.join(", ")}`;
  const param = error.param === null ? {} : { param: error.param };
  return new FairleadError(error.code, `${error.message} ${advice}; or leave the field out.`, param);
}

/** Virtual models this caller may use one of whose targets would be asked this very request. */
function modelsThatCan({ asking, facts, policy, settlement }: DispatchInput): readonly string[] {
  const { caller, route } = settlement.subject;
  const access = accessOf(caller, { roles: policy.roles, now: facts.now });
  const able: string[] = [];
  for (const name of policy.listModels(caller.tenant).slice(0, MODELS_TRIED)) {
    const rules = access.mayUse(name) ? policy.findRules(caller.tenant, name) : null;
    const other = rules === null ? null : selectRoute(rules.rules, facts, null);
    if (other === null || other.id === route.id) continue;
    if (other.targets.some((target) => carries(prepare(asking, target, other))) && able.push(name) === MODELS_NAMED) break;
  }
  return able;
}

/** Asked, and told everything that bears on the answer: a route that drops what it cannot tell is none that can. */
function carries(prepared: Prepared | Unfit): boolean {
  return prepared.kind !== "unfit" && prepared.losses.every(({ severity }) => severity === "hint");
}
