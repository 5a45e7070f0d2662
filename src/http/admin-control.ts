import { type Changed, type ControlChange, type KillKind, KILL_KINDS } from "../core/control/control-state.ts";
import { isShare } from "../core/control/decode-control.ts";
import { whyNoKillId } from "../core/control/kill-sets.ts";
import { FairleadError } from "../core/errors.ts";
import { parseRecord } from "../core/json/parse-record.ts";
import type { OpenedDocument } from "../core/policy/open-document.ts";
import type { Deps, Run } from "../pipeline/deps.ts";
import { readBody } from "../pipeline/read-body.ts";
import { type AdminApiDeps, authoriseAdmin } from "./admin.ts";

const ADMIN_BODY_BYTES = 1024 * 1024;
const ACTIONS = ["start", "share", "promote", "rollback"] as const;
const LONGEST_ID = 512;

type KillChange = Extract<ControlChange, { readonly action: "kill" | "lift" }>;

/** What these routes use beside the other admin routes. */
export type ControlApiDeps = AdminApiDeps &
  Pick<Deps, "controlPlane" | "policies"> & {
    /** Digest of the policy that this Worker was built with. */
    readonly bundledDigest: string;
    readonly openDocument: (text: string) => Promise<OpenedDocument>;
  };

/** `GET /admin/api/rollout`: which generations are live, and what this router was built with. */
export async function showRollout(deps: ControlApiDeps, run: Run): Promise<Response> {
  await authoriseAdmin(run, deps);
  const { head, history, revision } = await deps.controlPlane.read();
  return Response.json({ bundled: deps.bundledDigest, serving: deps.policies.current().stamp, revision, head, history });
}

/** `POST /admin/api/rollout`: `{action: "start", document, share}`, `{action: "share", share}`, `promote` or `rollback`. */
export async function changeRollout(request: Request, deps: ControlApiDeps, run: Run): Promise<Response> {
  await authoriseAdmin(run, deps);
  const body = await readJson(request, run);
  const action = ACTIONS.find((name) => name === body["action"]);
  const share = body["share"];
  if (action === undefined) throw invalid("action", `'action' must be one of ${ACTIONS.join(", ")}.`);
  if ((action === "start" || action === "share") && !isShare(share))
    throw invalid("share", "'share' must be a number from 0 to 1.");
  if (action === "start") return answer(await startRollout(body["document"], Number(share), deps));
  const base = deps.bundledDigest;
  return answer(await deps.controlPlane.change(action === "share" ? { action, base, share: Number(share) } : { action, base }));
}

async function startRollout(
  document: unknown,
  share: number,
  { bundledDigest, controlPlane, openDocument }: ControlApiDeps,
): Promise<Changed> {
  if (typeof document !== "string") throw invalid("document", "'document' must be a compiled policy, as text.");
  // Opened as every isolate will open it: what does not link here is never published.
  const opened = await openDocument(document);
  if (opened.kind === "refused") throw invalid("document", opened.message);
  await controlPlane.publish(opened.digest, document);
  return controlPlane.change({ action: "start", base: bundledDigest, digest: opened.digest, share });
}

/** `GET /admin/api/kills`: what is switched off. */
export async function listKills(deps: ControlApiDeps, run: Run): Promise<Response> {
  await authoriseAdmin(run, deps);
  return Response.json({ kills: (await deps.controlPlane.read()).kills });
}

/**
 * `POST /admin/api/kills`: `{kind, id, reason}` switches off, `{kind, id, lift: true}` on again. `isKnown` in the answer says
 * whether a live policy has such a thing: a kill by another name is kept and switches nothing off.
 */
export async function changeKills(request: Request, deps: ControlApiDeps, run: Run): Promise<Response> {
  await authoriseAdmin(run, deps);
  const body = await readJson(request, run);
  const change = readKill(body, run.startedAt);
  const { id, kind } = change.action === "kill" ? change.kill : change;
  return answer(await deps.controlPlane.change(change), {
    isKnown: deps.policies.live().some((policy) => policy.names(kind, id)),
  });
}

function readKill(body: Readonly<Record<string, unknown>>, at: number): KillChange {
  const { id, lift, reason = "" } = body;
  const kind: KillKind | undefined = KILL_KINDS.find((name) => name === body["kind"]);
  if (kind === undefined) throw invalid("kind", `'kind' must be one of ${KILL_KINDS.join(", ")}.`);
  if (typeof id !== "string" || id === "" || id.length > LONGEST_ID)
    throw invalid("id", "'id' must be text, such as default/openai/gpt-4o.");
  if (lift === true) return { action: "lift", kind, id };
  if (typeof reason !== "string" || reason.length > LONGEST_ID)
    throw invalid("reason", `'reason' must be text of at most ${LONGEST_ID} characters.`);
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

async function readJson(request: Request, run: Run): Promise<Readonly<Record<string, unknown>>> {
  const announced = run.headers.get("content-length");
  const text = await readBody(request, { limitBytes: ADMIN_BODY_BYTES, announced, watchdog: run.watchdog });
  const value = parseRecord(text);
  if (value === null) throw new FairleadError("invalid_json", "The body must be a JSON object.");
  return value;
}

function invalid(param: string, message: string): FairleadError {
  return new FairleadError("invalid_value", message, { param });
}
