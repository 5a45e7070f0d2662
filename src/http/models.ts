import { accessOf } from "../core/access/access.ts";
import { FairleadError } from "../core/errors.ts";
import { authenticate } from "../pipeline/stages/authenticate.ts";
import { keepFresh } from "../pipeline/stages/keep-fresh.ts";
import { callerName } from "../pipeline/stages/resolve-policy.ts";
import { surfaceOf } from "../dialects/index.ts";
import type { LinkedPolicy } from "../core/policy/linked.ts";
import type { Caller } from "../core/caller.ts";
import type { Deps, Run } from "../pipeline/deps.ts";

/** `GET /v1/models`, `/v1beta/models`: what this caller's key may use, in the shape of the caller's dialect. */
export async function listModels(deps: Deps, run: Run): Promise<Response> {
  const caller = await identify(deps, run);
  return Response.json(surfaceOf(run.dialect).models.list(modelsOf(caller, deps, run).map((id) => ({ id }))));
}

/** `GET /v1/models/{id}`. @throws FairleadError `model_not_found`, also for models the key may not use */
export async function getModel(id: string, deps: Deps, run: Run): Promise<Response> {
  const caller = await identify(deps, run);
  const policy = policyOf(caller, deps);
  const access = accessOf(caller, { roles: policy.roles, now: run.now() });
  const isKnown = access.mayUse(id) && policy.findRules(caller.tenant, id) !== null;
  if (!isKnown)
    throw new FairleadError("model_not_found", `The model '${id}' does not exist or your key may not use it.`, {
      param: "model",
    });
  return Response.json(surfaceOf(run.dialect).models.one({ id }));
}

/** Whose key this is, after what an idle isolate may have missed was heard. */
async function identify(deps: Deps, run: Run): Promise<Caller> {
  const { epoch } = deps.keys;
  const caller = await authenticate(deps, run);
  await keepFresh(deps, run);
  return deps.keys.epoch === epoch ? caller : await authenticate(deps, run);
}

function modelsOf(caller: Caller, deps: Deps, run: Run): readonly string[] {
  const policy = policyOf(caller, deps);
  const access = accessOf(caller, { roles: policy.roles, now: run.now() });
  return policy.listModels(caller.tenant).filter((name) => access.mayUse(name));
}

/** The one that the caller's requests are decided by, which may be a new generation on trial. */
function policyOf(caller: Caller, { policies }: Deps): LinkedPolicy {
  return policies.forCaller(callerName(caller));
}
