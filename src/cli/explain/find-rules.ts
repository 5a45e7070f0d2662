import { accessOf, featuresUsed, type TargetAccess } from "../../core/access/access.ts";
import { FairleadError } from "../../core/errors.ts";
import type { Wishes } from "../../core/http/read-wishes.ts";
import type { LinkedPolicy, RuleSet } from "../../core/policy/linked.ts";
import type { AskedRequest } from "../decision/asked-request.ts";
import type { Situation } from "../decision/situation-file.ts";
import { killsOf } from "../decision/situation-view.ts";

interface FoundRules {
  readonly rules: RuleSet;
  readonly access: TargetAccess | null;
}

interface Finding {
  readonly policy: LinkedPolicy;
  readonly situation: Situation;
}

/**
 * The rules of the model that is asked for, where this caller may ask for it.
 * @throws FairleadError `forbidden`, `feature_not_allowed`, `model_not_found`, `caller_disabled`, `model_disabled`
 */
export function findRules({ facts, uses }: AskedRequest, wishes: Wishes, { policy, situation }: Finding): FoundRules {
  const { caller, model } = facts;
  const { explainRoles } = policy.gateway;
  if (wishes.explain && !explainRoles.some((role) => caller.roles.includes(role))) {
    throw new FairleadError("forbidden", "'x-fairlead-debug: explain' needs a role that LLMGateway.spec.explainRoles names.");
  }
  const found = policy.findRules(caller.tenant, model);
  if (found === null)
    throw new FairleadError("model_not_found", `No policy of tenant ${caller.tenant} serves the model '${model}'.`);
  const judged = accessOf(caller, { roles: policy.roles, now: facts.now }).judge({
    model,
    readFeatures: () => featuresUsed(facts, uses),
  });
  if (judged.kind === "model") {
    throw new FairleadError("model_not_found", `The consumer ${caller.consumer} may not use the model '${model}'.`);
  }
  const { callers, models } = killsOf(situation);
  if (callers.has(`${caller.tenant}/${caller.consumer}`) || callers.has(caller.keyId)) {
    throw new FairleadError("caller_disabled", "The caller was switched off.");
  }
  if (models.has(`${caller.tenant}/${model}`))
    throw new FairleadError("model_disabled", `The model '${model}' was switched off.`);
  if (judged.kind === "features") {
    const what = judged.features.length === 0 ? "these features together" : judged.features.join(", ");
    throw new FairleadError(
      "feature_not_allowed",
      `The consumer ${caller.consumer} may not use ${what} with the model '${model}'.`,
    );
  }
  return { rules: found, access: judged.targets };
}
