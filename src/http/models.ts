import { FairleadError } from "../core/errors.ts";
import { authenticate } from "../pipeline/stages/authenticate.ts";
import { mayUse } from "../pipeline/stages/resolve-policy.ts";
import type { Caller } from "../core/caller.ts";
import type { Deps, Run } from "../pipeline/deps.ts";

/** A virtual model as the OpenAI API shows one. Policies have no creation time, so it is the epoch's. */
interface ModelObject {
  readonly id: string;
  readonly object: "model";
  readonly created: 0;
  readonly owned_by: "fairlead";
}

/** `GET /v1/models`: what this caller's key may use. */
export async function listModels(deps: Deps, run: Run): Promise<Response> {
  const caller = await authenticate(deps, run);
  return Response.json({ object: "list", data: modelsOf(caller, deps).map(toModel) });
}

/** `GET /v1/models/{id}`. @throws FairleadError `model_not_found`, also for models the key may not use */
export async function getModel(id: string, deps: Deps, run: Run): Promise<Response> {
  const caller = await authenticate(deps, run);
  const isKnown = mayUse(caller, id) && deps.policies.current().findRoute(caller.tenant, id) !== null;
  if (!isKnown)
    throw new FairleadError("model_not_found", `The model '${id}' does not exist or your key may not use it.`, {
      param: "model",
    });
  return Response.json(toModel(id));
}

function modelsOf(caller: Caller, deps: Deps): readonly string[] {
  const names = deps.policies.current().listModels(caller.tenant);
  return names.filter((name) => mayUse(caller, name));
}

function toModel(id: string): ModelObject {
  return { id, object: "model", created: 0, owned_by: "fairlead" };
}
