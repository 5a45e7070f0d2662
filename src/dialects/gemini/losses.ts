import type { Capability } from "../../core/capability.ts";
import type { Loss } from "../dialect.ts";

/** What a request loses on its way, each thing once. */
export interface Losses {
  readonly list: readonly Loss[];
  meaning(feature: string, reason: string, capability?: Capability): void;
  hint(feature: string, reason: string): void;
}

/** An empty list of losses. */
export function createLosses(): Losses {
  const list: Loss[] = [];
  const seen = new Set<string>();
  const add = (loss: Loss): void => {
    const key = `${loss.feature}: ${loss.reason}`;
    if (!seen.has(key)) list.push(loss);
    seen.add(key);
  };
  return {
    list,
    meaning: (feature, reason, capability) => add({ feature, severity: "meaning", reason, capability: capability ?? null }),
    hint: (feature, reason) => add({ feature, severity: "hint", reason, capability: null }),
  };
}
