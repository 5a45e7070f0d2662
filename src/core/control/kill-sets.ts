import { type Kills, NO_KILLS } from "../routing/target-view.ts";
import type { Kill, KillKind } from "./control-state.ts";

/** What was switched off as sets for look-ups; the shared empty ones where nothing was. */
export function toKillSets(kills: readonly Kill[]): Kills {
  if (kills.length === 0) return NO_KILLS;
  const idsOf = (kind: KillKind): ReadonlySet<string> => new Set(kills.filter((kill) => kill.kind === kind).map(({ id }) => id));
  return { targets: idsOf("target"), models: idsOf("model"), credentials: idsOf("credential"), callers: idsOf("caller") };
}

/** Why nothing can be switched off by this id; null when it can. Ids are looked up as they are: none stands for several. */
export function whyNoKillId(id: string): string | null {
  if (!id.includes("*")) return null;
  return `'${id}' would match nothing: kills go by whole names. Name each model; where a policy serves a prefix, each name it is called by.`;
}
