import { FairleadError } from "../../core/errors.ts";
import type { LinkedTarget } from "../../core/policy/link.ts";
import type { Loss } from "../../dialects/dialect.ts";
import type { DispatchInput } from "./dispatch.ts";
import type { Unfit } from "./prepare.ts";
import { mayUse } from "./resolve-policy.ts";

/** Named in a refusal at most. */
const MODELS_NAMED = 5;

/** Why no target of the route could be asked: the first one's reason, and the caller's models that could. */
export function refuseUnfit(unfit: readonly Unfit[], input: DispatchInput): FairleadError {
  const [first] = unfit;
  if (first === undefined) return new FairleadError("no_target_available", "No target of this route can be used.");
  const { error, loss } = first;
  if (loss === null) return error;
  const able = modelsThatCan(loss, input);
  const advice = able.length === 0 ? "None of your models can" : `Models that can: ${able.join(", ")}`;
  const param = error.param === null ? {} : { param: error.param };
  return new FairleadError(error.code, `${error.message} ${advice}; or leave the field out.`, param);
}

/** Virtual models this caller may use one of whose targets speaks the caller's dialect or is known to have the capability. */
function modelsThatCan(loss: Loss, { asking, policy, settlement }: DispatchInput): readonly string[] {
  const { caller } = settlement.subject;
  const isAble = (target: LinkedTarget): boolean =>
    loss.capability !== null && target.capabilities !== null
      ? target.capabilities.has(loss.capability)
      : target.natives.has(asking.decoded.surface);
  const names = policy.listModels(caller.tenant).filter((name) => {
    const route = mayUse(caller, name) ? policy.findRoute(caller.tenant, name) : null;
    return route !== null && route.id !== settlement.subject.route.id && route.groups.flat().some(isAble);
  });
  return names.slice(0, MODELS_NAMED);
}
