import { type Caller, toCaller } from "../../core/caller.ts";
import { FairleadError } from "../../core/errors.ts";
import { readWishes } from "../../core/http/read-wishes.ts";
import { surfaceOf } from "../../dialects/index.ts";
import { Asking } from "../../pipeline/asking.ts";
import { nameRequest } from "../../pipeline/stages/name-request.ts";
import { pin, resolvePolicy } from "../../pipeline/stages/resolve-policy.ts";
import type { AdminCall } from "./admin-deps.ts";
import { askAnswers, keptBy } from "./cache.ts";

const NO_HEADERS: ReadonlyMap<string, string> = new Map();
const IN_THE_BODY = { model: null, stream: false, query: "" } as const;

/** What a request's look-up in the store would give and look at. Nothing is given, counted or sent. */
export async function explainCache(call: AdminCall<"explainCache">): Promise<Response> {
  const { body, deps, run } = call;
  const surface = surfaceOf(body.dialect);
  const { caps } = deps.policies.current().gateway;
  const decoded = surface.decodeRequest("chat", body.request, { caps, address: IN_THE_BODY, headers: NO_HEADERS });
  const request = { asking: new Asking(decoded, surface, run), caller: callerOf(call), wishes: readWishes(NO_HEADERS) };
  const decision = resolvePolicy(request, pin(request.caller, deps), run);
  const slot = await nameRequest({ ...request, ...decision }, deps, run);
  const route = decision.route.id;
  if (slot === null) return Response.json({ route, scopeClass: null, tier: null, why: NOT_CACHED, near: [] });
  const question = { ...slot.question, region: body.region ?? slot.question.region };
  const explained = await askAnswers(keptBy(deps).explain(question, run.now()));
  return Response.json({ route, scopeClass: question.keys.scopeClass, ...explained });
}

const NOT_CACHED = { tier: null, veto: null, similarity: null, probability: null, note: "The route keeps no answers to it." };

/** Who calls with that credential, as far as it tells: a token's own roles and limits come with the token. @throws FairleadError `invalid_value` */
function callerOf({ body, deps, query }: AdminCall<"explainCache">): Caller {
  const consumer = deps.consumers.find(({ name, tenant }) => tenant === query.tenant && name === body.consumer);
  if (consumer !== undefined) return toCaller(consumer, { keyId: body.credential });
  throw new FairleadError("invalid_value", `The policy has no Consumer '${body.consumer}' in '${query.tenant}'.`, {
    param: "consumer",
  });
}
