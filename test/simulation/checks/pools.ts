import type { LinkedTarget } from "../../../src/core/policy/linked.ts";
import { expandGroups } from "../../../src/core/routing/expand-groups.ts";
import type { Isolate } from "../isolate.ts";
import { TENANT } from "../policies.ts";
import type { Decision } from "../request.ts";

/** How a target stands in an isolate's eyes, for one decision: told anew from what the isolate knows of it. */
export type Standing = "usable" | "out of rotation" | "not allowed" | "full";

/** The targets of a decision, priority group after priority group, each where it comes first. */
export function poolsOf({ facts, kills, policy, route }: Decision): readonly (readonly LinkedTarget[])[] {
  const rulesOf = (model: string) => (kills.models.has(`${TENANT}/${model}`) ? null : policy.findRules(TENANT, model));
  const seen = new Set<string>();
  return expandGroups(route, { facts, rulesOf, preferences: null, trace: null }).map(({ targets }) =>
    targets.filter(({ id }) => !seen.has(id) && seen.add(id)),
  );
}

/** `refused`: ids of credentials that have been refused to the request in question. */
export function standingOf(target: LinkedTarget, isolate: Isolate, refused: ReadonlySet<string> = NOBODY): Standing {
  const { control, now, view } = isolate;
  const kills = control.kills();
  if (kills.targets.has(target.id)) return "not allowed";
  const hasCredential = target.credentials.some(
    ({ id }) => !kills.credentials.has(id) && !refused.has(id) && view.blockedUntil(target.id, id, now) <= now,
  );
  if (!hasCredential) return "not allowed";
  if (view.standing(target.id, now) !== "ready") return "out of rotation";
  return view.hasRoom(target.id, "interactive") ? "usable" : "full";
}

/**
 * Targets out of rotation that may be asked all the same: all of them where nobody is usable, else those of the last group
 * where somebody is usable and less than half of its weight is in rotation.
 */
export function inPanic(isolate: Isolate, decision: Decision): ReadonlySet<string> {
  const { now, view } = isolate;
  if (isolate.targets.every(({ id }) => view.standing(id, now) === "ready")) return NOBODY;
  const pools = poolsOf(decision)
    .filter((targets) => targets.length > 0)
    .map((targets) => targets.map((target) => ({ target, standing: standingOf(target, isolate) })));
  const all = pools.flat();
  if (!all.some(isOut)) return NOBODY;
  if (!all.some(isUsable)) return idsOf(all.filter(isOut));
  const last = pools.at(-1) ?? [];
  const out = last.filter(isOut);
  return last.some(isUsable) && 2 * weightOf(out) > weightOf(last) ? idsOf(out) : NOBODY;
}

const NOBODY: ReadonlySet<string> = new Set();

interface Seen {
  readonly target: LinkedTarget;
  readonly standing: Standing;
}

function isOut({ standing }: Seen): boolean {
  return standing === "out of rotation";
}

function isUsable({ standing }: Seen): boolean {
  return standing === "usable";
}

function idsOf(seen: readonly Seen[]): ReadonlySet<string> {
  return new Set(seen.map(({ target }) => target.id));
}

function weightOf(seen: readonly Seen[]): number {
  return seen.reduce((sum, { target }) => sum + target.weight, 0);
}
