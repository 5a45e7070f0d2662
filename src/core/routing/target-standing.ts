import type { TargetAccess } from "../access/access.ts";
import type { Priority } from "../policy/compiled.ts";
import type { LinkedCredential, LinkedTarget } from "../policy/linked.ts";
import { type Preferences, whyNotPreferred } from "./preferences.ts";
import type { Kills, TargetView } from "./target-view.ts";

/** Why there is nobody to ask, the most hopeful reason first. Milliseconds. */
export type NoTarget =
  | { readonly kind: "throttled"; readonly waitMs: number }
  | { readonly kind: "full" }
  | { readonly kind: "credentials" }
  | { readonly kind: "killed" }
  | { readonly kind: "preferences" }
  | { readonly kind: "access" }
  | { readonly kind: "none" };

/** How a target stands for one request. */
export type Standing =
  | { readonly kind: "ready" | "probe" | "ejected" }
  | { readonly kind: "out"; readonly reason: string; readonly why: NoTarget };

export const WHY_OUT_OF_ROTATION = {
  ejected: "it failed again and again and is out of rotation",
  probe: "it is out of rotation until a probe shows that it answers again",
} as const;

/** What is known and what is switched off. */
interface Known {
  readonly view: TargetView;
  readonly kills: () => Kills;
}

interface Request {
  readonly ordering: Known & { readonly access: TargetAccess | null; readonly preferences: Preferences | null };
  readonly now: number;
  readonly priority: Priority;
}

/** Whether a target may be asked now, and why not. */
export function standingOf(target: LinkedTarget, { now, ordering, priority }: Request): Standing {
  const { view } = ordering;
  const kills = ordering.kills();
  const excluded = whyExcluded(target, ordering, kills);
  if (excluded !== null) return excluded;
  if (!target.isWatched && kills.credentials.size === 0) return { kind: "ready" };
  const blocked = whyBlocked(target, { kills, view }, now);
  if (blocked !== null) return blocked;
  if (!target.isWatched) return { kind: "ready" };
  const standing = view.standing(target.id, now);
  if (standing === "ejected") return { kind: "ejected" };
  if (standing === "half-open") return { kind: "probe" };
  if (!view.hasRoom(target.id, priority)) return out("it has all the requests it can take", { kind: "full" });
  return { kind: "ready" };
}

/** Why it is not asked however well it is; null when nothing speaks against it. */
function whyExcluded(target: LinkedTarget, { access, preferences }: Request["ordering"], kills: Kills): Standing | null {
  if (kills.targets.has(target.id)) return out("it was switched off", { kind: "killed" });
  if (access?.mayAsk(target) === false) return out("the caller may not use it", { kind: "access" });
  const unwanted = preferences === null ? null : whyNotPreferred(target, preferences);
  return unwanted === null ? null : out(unwanted, { kind: "preferences" });
}

interface Seen {
  readonly view: TargetView;
  readonly kills: Kills;
}

/** Why none of its credentials can be used now; null when one can. */
function whyBlocked({ credentials, id, isWatched }: LinkedTarget, { kills, view }: Seen, now: number): Standing | null {
  let isRefused = false;
  let soonest = Number.POSITIVE_INFINITY;
  for (const credential of credentials) {
    if (kills.credentials.has(credential.id)) continue;
    const until = isWatched ? view.blockedUntil(id, credential.id, now) : 0;
    if (until <= now) return null;
    if (view.isRefused(credential.id, now)) isRefused = true;
    else soonest = Math.min(soonest, until);
  }
  if (soonest < Number.POSITIVE_INFINITY) {
    const seconds = Math.ceil((soonest - now) / 1_000);
    return out(`it asked to be left alone for another ${seconds} s`, { kind: "throttled", waitMs: soonest - now });
  }
  return isRefused
    ? out("it refuses its credentials", { kind: "credentials" })
    : out("its credentials were switched off", { kind: "killed" });
}

function out(reason: string, why: NoTarget): Standing {
  return { kind: "out", reason, why };
}

const HOPE: readonly NoTarget["kind"][] = ["throttled", "full", "credentials", "killed", "preferences", "access", "none"];

/** The reason of the two that the caller is told. */
export function moreHopeful(left: NoTarget, right: NoTarget): NoTarget {
  if (left.kind === "throttled" && right.kind === "throttled") return left.waitMs <= right.waitMs ? left : right;
  return HOPE.indexOf(left.kind) <= HOPE.indexOf(right.kind) ? left : right;
}

/** The first credential of a target that may be used now; null when none may. */
export function usableCredential(
  target: LinkedTarget,
  { kills, now, view }: Known & { readonly now: number },
  isDead: (credential: LinkedCredential) => boolean,
): LinkedCredential | null {
  const off = kills().credentials;
  const usable = target.credentials.find(
    (credential) =>
      !off.has(credential.id) &&
      !isDead(credential) &&
      (!target.isWatched || view.blockedUntil(target.id, credential.id, now) <= now),
  );
  return usable ?? null;
}
