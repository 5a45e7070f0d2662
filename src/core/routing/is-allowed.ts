import type { CompiledRoute } from "../policy/compiled.ts";
import type { LinkedTarget } from "../policy/linked.ts";

/** Whether a rule ever lets this target be asked: inside its jurisdictions, and not known to lack what it requires. */
export function isAllowed(
  { capabilities, location }: Pick<LinkedTarget, "capabilities" | "location">,
  { locality: { jurisdictions }, require }: Pick<CompiledRoute, "locality" | "require">,
): boolean {
  const isCapable = capabilities === null || require.every((required) => capabilities.has(required));
  const isInside =
    jurisdictions.length === 0 || (location.jurisdiction !== null && jurisdictions.includes(location.jurisdiction));
  return isCapable && isInside;
}
