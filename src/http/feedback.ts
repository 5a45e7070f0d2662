import { VERDICTS, type Verdict } from "../core/cache/answer-care.ts";
import { principalName } from "../core/cache/cache-keys.ts";
import { FairleadError } from "../core/errors.ts";
import { parseRecord } from "../core/json/parse-record.ts";
import type { Deps, Run } from "../pipeline/deps.ts";
import { readBody } from "../pipeline/read-body.ts";
import { requireJson } from "../pipeline/require-json.ts";
import { authenticate } from "../pipeline/stages/authenticate.ts";

const MOST_BYTES = 4_096;

/**
 * `POST /v1/cache/feedback`: what somebody says of a stored answer that it was given, by the header `x-fairlead-cache-id` of that.
 * A wrong one is given to nobody any more. @throws FairleadError `invalid_value`, `not_found` for what was not given to this caller
 */
export async function giveFeedback(request: Request, deps: Deps, run: Run): Promise<Response> {
  const { consumer, keyId, tenant } = await authenticate(deps, run);
  const { id, verdict } = await readFeedback(request, run);
  const [names, contentsKey] = await Promise.all([deps.answerSecrets.names(tenant), deps.answerSecrets.contents(tenant)]);
  const principal = await principalName(consumer, keyId, names);
  const feedback = { contentsKey, id, principal, verdict, now: run.now() };
  const isKnown = (await deps.answers.store?.feedback(tenant, feedback)) ?? false;
  // It may be remembered by other ids, too; what else is remembered is found in the store again.
  if (isKnown && verdict === "wrong") deps.answers.memory.clear();
  if (isKnown) return Response.json({ id, verdict });
  throw new FairleadError("not_found", "You were given no answer by this id, or it is kept no longer.");
}

async function readFeedback(request: Request, run: Run): Promise<{ readonly id: string; readonly verdict: Verdict }> {
  requireJson(run.headers);
  const announced = run.headers.get("content-length");
  const { id, verdict } =
    parseRecord(await readBody(request, { limitBytes: MOST_BYTES, announced, watchdog: run.watchdog })) ?? {};
  if (typeof id !== "string")
    throw new FairleadError("invalid_value", "'id' must be the x-fairlead-cache-id of an answer.", { param: "id" });
  const known = VERDICTS.find((each) => each === verdict);
  if (known === undefined)
    throw new FairleadError("invalid_value", `'verdict' must be one of ${VERDICTS.join(", ")}.`, { param: "verdict" });
  return { id, verdict: known };
}
