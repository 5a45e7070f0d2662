import { FairleadError } from "../../core/errors.ts";
import type { LinkedPolicy, LinkedRoute } from "../../core/policy/link.ts";
import type { Caller } from "../../core/caller.ts";

/**
 * Stage: (caller, virtual model) → route. A model the caller may not use answers exactly as one that does not exist.
 * @throws FairleadError `model_not_found`
 */
export function resolvePolicy(policy: LinkedPolicy, caller: Caller, model: string): LinkedRoute {
  const route = mayUse(caller, model) ? policy.findRoute(caller.tenant, model) : null;
  if (route === null) {
    throw new FairleadError(
      "model_not_found",
      `The model '${model}' does not exist or your key may not use it. GET /v1/models lists those it may.`,
      {
        param: "model",
      },
    );
  }
  return route;
}

/** Whether the consumer's grants name the model; a grant may end in `*`. */
export function mayUse(caller: Caller, model: string): boolean {
  const { allowModels } = caller;
  if (allowModels === null || allowModels.has(model)) return true;
  for (const allowed of allowModels) {
    if (allowed.endsWith("*") && model.startsWith(allowed.slice(0, -1))) return true;
  }
  return false;
}
