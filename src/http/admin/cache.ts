import { principalName } from "../../core/cache/cache-keys.ts";
import type { PurgeScope } from "../../core/cache/answer-care.ts";
import { FairleadError } from "../../core/errors.ts";
import type { AnswerAdmin } from "../../ports/answer-admin.ts";
import type { AdminCall } from "./admin-deps.ts";

export async function showCache({ deps, query }: AdminCall<"showCache">): Promise<Response> {
  const classes = await askAnswers(keptBy(deps).stats(query.tenant, shardsOf(deps)));
  return Response.json({ classes });
}

export async function purgeCache(call: AdminCall<"purgeCache">): Promise<Response> {
  const { body, deps, query, run } = call;
  const { tenant } = query;
  const purge = { scope: scopeOf(body), shards: shardsOf(deps), isDryRun: body.dryRun };
  const answers = await askAnswers(keptBy(deps).purge(tenant, purge, run.now()));
  if (body.dryRun) return Response.json({ isDryRun: true, answers });
  await forgetInIsolates(call, tenant);
  return Response.json({ isDryRun: false, answers: null });
}

export async function eraseFromCache(call: AdminCall<"eraseFromCache">): Promise<Response> {
  const { body, deps, query } = call;
  const { tenant } = query;
  const principal = await principalName(body.consumer, body.credential, await deps.answerSecrets.names(tenant));
  const contentsKey = body.dryRun ? null : await deps.answerSecrets.contents(tenant);
  const answers = await askAnswers(keptBy(deps).erase(tenant, principal, contentsKey));
  if (!body.dryRun) await forgetInIsolates(call, tenant);
  return Response.json({ isDryRun: body.dryRun, answers });
}

/** What isolates remember goes when they hear of it: within seconds, like a kill. */
async function forgetInIsolates(
  { changed, deps, run }: Pick<AdminCall, "changed" | "deps" | "run">,
  tenant: string,
): Promise<void> {
  const result = await askAnswers(deps.controlPlane.change({ action: "purge", purged: { tenant, at: run.now() } }));
  if (result.kind === "refused") throw new FairleadError(result.reason, result.message);
  changed(null, { tenant, purges: result.state.purges.filter((purged) => purged.tenant === tenant) });
}

function scopeOf({ name, what }: AdminCall<"purgeCache">["body"]): PurgeScope {
  if (what === "all") return { kind: "all" };
  if (name === "") throw new FairleadError("missing_field", `A purge by '${what}' needs 'name'.`, { param: "name" });
  return what === "tag" ? { kind: "tag", tag: name } : { kind: "class", scopeClass: name };
}

/** @throws FairleadError `conflict` where answers are kept in isolates alone */
export function keptBy({ answerAdmin }: Pick<AdminCall["deps"], "answerAdmin">): AnswerAdmin {
  if (answerAdmin !== null) return answerAdmin;
  throw new FairleadError(
    "conflict",
    "Answers are kept in isolates alone here: without FAIRLEAD_CACHE_SECRET they are not shared.",
  );
}

function shardsOf({ policies }: Pick<AdminCall["deps"], "policies">): number {
  return policies.current().gateway.cache.shards;
}

/** @throws FairleadError `answers_unavailable` where a part of it cannot be reached */
export function askAnswers<Answer>(answer: Promise<Answer>): Promise<Answer> {
  return answer.catch((cause: unknown) => {
    const message = "Not every part of the store could be reached. What was purged or erased stays so: repeat it.";
    throw new FairleadError("answers_unavailable", message, { cause, retryAfterSeconds: 1 });
  });
}
