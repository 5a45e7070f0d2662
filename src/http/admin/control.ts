import { mayReach } from "../../core/admin/admin-roles.ts";
import type { Approval, Changed, ControlChange, ControlState, Kill } from "../../core/control/control-state.ts";
import { whyNoKillId } from "../../core/control/kill-sets.ts";
import { canonicalJson } from "../../core/policy/canonical-json.ts";
import { FairleadError } from "../../core/errors.ts";
import type { Deps } from "../../pipeline/deps.ts";
import type { AdminCall } from "./admin-deps.ts";
import { requireReach } from "./authorise-admin.ts";

export async function showRollout({ deps }: AdminCall<"showRollout">): Promise<Response> {
  const { head, history, revision } = await deps.controlPlane.read();
  return Response.json({ bundled: deps.bundledDigest, serving: deps.policies.current().stamp, revision, head, history });
}

export async function changeRollout(call: AdminCall<"changeRollout">): Promise<Response> {
  const { body, deps } = call;
  const { action, document, share } = body;
  const base = deps.bundledDigest;
  const before = (await deps.controlPlane.read()).head;
  const answer = (result: Changed): Response => {
    const { head, revision } = changed(result);
    call.changed(before, head);
    return Response.json({ revision, head });
  };
  const change = (wanted: ControlChange): Promise<Changed> => deps.controlPlane.change(wanted);
  if (action === "rollback") return answer(await change({ action, base }));
  if (action === "promote") return answer(await change({ action, base, ...approvalOf(call) }));
  if (share === undefined) throw missing("share", `'${action}' needs 'share', a number from 0 to 1.`);
  if (action === "share") return answer(await change({ action, base, share, ...approvalOf(call) }));
  if (document === undefined) throw missing("document", "'start' needs 'document', a compiled policy as text.");
  return answer(await startRollout(document, share, call));
}

/** Of the digest that was named: where it takes two, it must be, so that nobody agrees to what came in its place. */
function approvalOf({ administrator, body, deps }: AdminCall<"changeRollout">): { readonly approval?: Approval } {
  const { isTwoPerson } = deps.policies.current().gateway.admin;
  if (isTwoPerson && body.digest === undefined) {
    throw missing("digest", `'${body.action}' needs 'digest', that of the policy you have reviewed: it takes two here.`);
  }
  return body.digest === undefined ? {} : { approval: { digest: body.digest, by: isTwoPerson ? administrator.name : null } };
}

async function startRollout(document: string, share: number, call: Pick<AdminCall, "administrator" | "deps">): Promise<Changed> {
  const { administrator, deps } = call;
  const { admin } = deps.policies.current().gateway;
  if (admin.isTwoPerson && share > 0) {
    throw new FairleadError("forbidden", "It takes two here: start with a share of 0, somebody else raises it.", {
      param: "share",
    });
  }
  // Opened as every isolate will open it: what does not link here is never published.
  const opened = await deps.openDocument(document);
  if (opened.kind === "refused") throw invalid("document", opened.message);
  const isSameAdmin = canonicalJson(opened.policy.gateway.admin) === canonicalJson(admin);
  if (!isSameAdmin && !administrator.roles.includes("owner")) {
    throw new FairleadError(
      "forbidden",
      "This policy changes who administers (LLMGateway spec.admin): an owner has to start it.",
    );
  }
  await deps.controlPlane.publish(opened.digest, document);
  const { digest } = opened;
  return deps.controlPlane.change({ action: "start", base: deps.bundledDigest, digest, share, by: administrator.name });
}

export async function listKills({ administrator, deps }: AdminCall<"listKills">): Promise<Response> {
  return Response.json({ kills: await visible((await deps.controlPlane.read()).kills, { administrator, deps }) });
}

/** `isKnown` says whether a live policy has such a thing: a kill by another name is kept and switches nothing off. */
export async function changeKills(call: AdminCall<"changeKills">): Promise<Response> {
  const { administrator, body, deps, run } = call;
  const { id, kind } = body;
  const entryOf = (listed: readonly Kill[]): Kill | undefined => listed.find((kill) => kill.id === id && kill.kind === kind);
  requireReach(administrator, await tenantOfKill(id, deps));
  const before = entryOf((await deps.controlPlane.read()).kills);
  const { kills, revision } = changed(await deps.controlPlane.change(toKill(body, run.startedAt)));
  call.changed(before, entryOf(kills));
  const isKnown = deps.policies.live().some((policy) => policy.names(kind, id));
  return Response.json({ revision, kills: await visible(kills, { administrator, deps }), isKnown });
}

/** Those of the administrator's tenants. */
async function visible(kills: readonly Kill[], { administrator, deps }: Pick<AdminCall, "administrator" | "deps">) {
  if (administrator.tenants === null) return kills;
  const tenants = await Promise.all(kills.map(({ id }) => tenantOfKill(id, deps)));
  return kills.filter((_, index) => mayReach(administrator, tenants[index] ?? ""));
}

/** Ids begin with their tenant, but for that of a key, which belongs to its consumer's. Null: nobody's. */
async function tenantOfKill(id: string, { keys }: Pick<Deps, "keys">): Promise<string | null> {
  if (id.includes("/")) return id.split("/", 1)[0] ?? null;
  return (await keys.find(id))?.consumer?.tenant ?? null;
}

function toKill({ id, kind, lift, reason }: AdminCall<"changeKills">["body"], at: number): ControlChange {
  if (lift) return { action: "lift", kind, id };
  const why = whyNoKillId(id);
  if (why !== null) throw invalid("id", why);
  return { action: "kill", kill: { kind, id, reason, at } };
}

function changed(result: Changed): ControlState {
  if (result.kind === "refused") throw new FairleadError(result.reason, result.message);
  return result.state;
}

function missing(param: string, message: string): FairleadError {
  return new FairleadError("missing_field", message, { param });
}

function invalid(param: string, message: string): FairleadError {
  return new FairleadError("invalid_value", message, { param });
}
