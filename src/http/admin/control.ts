import type { Changed, ControlChange } from "../../core/control/control-state.ts";
import { whyNoKillId } from "../../core/control/kill-sets.ts";
import { FairleadError } from "../../core/errors.ts";
import type { AdminCall, AdminDeps } from "./admin-deps.ts";
import type { Deps } from "../../pipeline/deps.ts";

export async function showRollout({ deps }: AdminCall<"showRollout">): Promise<Response> {
  const { head, history, revision } = await deps.controlPlane.read();
  return Response.json({ bundled: deps.bundledDigest, serving: deps.policies.current().stamp, revision, head, history });
}

export async function changeRollout({ body, deps }: AdminCall<"changeRollout">): Promise<Response> {
  const { action, document, share } = body;
  const base = deps.bundledDigest;
  if (action === "promote" || action === "rollback") return answer(await deps.controlPlane.change({ action, base }));
  if (share === undefined) throw missing("share", `'${action}' needs 'share', a number from 0 to 1.`);
  if (action === "share") return answer(await deps.controlPlane.change({ action, base, share }));
  if (document === undefined) throw missing("document", "'start' needs 'document', a compiled policy as text.");
  return answer(await startRollout(document, share, deps));
}

async function startRollout(
  document: string,
  share: number,
  { bundledDigest, controlPlane, openDocument }: AdminDeps & Pick<Deps, "controlPlane">,
): Promise<Changed> {
  // Opened as every isolate will open it: what does not link here is never published.
  const opened = await openDocument(document);
  if (opened.kind === "refused") throw invalid("document", opened.message);
  await controlPlane.publish(opened.digest, document);
  return controlPlane.change({ action: "start", base: bundledDigest, digest: opened.digest, share });
}

export async function listKills({ deps }: AdminCall<"listKills">): Promise<Response> {
  return Response.json({ kills: (await deps.controlPlane.read()).kills });
}

/** `isKnown` says whether a live policy has such a thing: a kill by another name is kept and switches nothing off. */
export async function changeKills({ body, deps, run }: AdminCall<"changeKills">): Promise<Response> {
  const { id, kind } = body;
  return answer(await deps.controlPlane.change(toKill(body, run.startedAt)), {
    isKnown: deps.policies.live().some((policy) => policy.names(kind, id)),
  });
}

function toKill({ id, kind, lift, reason }: AdminCall<"changeKills">["body"], at: number): ControlChange {
  if (lift) return { action: "lift", kind, id };
  const why = whyNoKillId(id);
  if (why !== null) throw invalid("id", why);
  return { action: "kill", kill: { kind, id, reason, at } };
}

/** What the state does not allow now is a conflict with it. */
function answer(changed: Changed, beside: object = {}): Response {
  if (changed.kind === "refused") throw new FairleadError("conflict", changed.message);
  const { head, kills, revision } = changed.state;
  return Response.json({ revision, head, kills, ...beside });
}

function missing(param: string, message: string): FairleadError {
  return new FairleadError("missing_field", message, { param });
}

function invalid(param: string, message: string): FairleadError {
  return new FairleadError("invalid_value", message, { param });
}
