import type { CompiledGateway } from "./compiled.ts";
import { placeIn } from "./object-place.ts";
import { createProblem, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import type { RoutingPolicy } from "./schema/routing-policy.ts";
import type { PathSegment } from "./source-node.ts";

interface PreferringRule {
  readonly rule: RoutingPolicy["spec"]["rules"][number];
  readonly path: readonly PathSegment[];
  readonly gateway: CompiledGateway;
}

/** Reports a rule that prefers what is near, where the gateway does not say what that is near to. */
export function checkNearness(
  object: PolicyObject<RoutingPolicy>,
  { gateway, path, rule }: PreferringRule,
  report: Report,
): void {
  const says = whyNothingIsNear(rule.locality?.prefer, gateway);
  if (says !== null) report(createProblem("unknown_place", placeIn(object, ...path, "locality", "prefer"), { says }));
}

/** Null where the preference has something to go by. An entry of `regions` names no zone. */
function whyNothingIsNear(prefer: "Region" | "Zone" | undefined, { location, regions }: CompiledGateway): string | null {
  if (prefer === undefined) return null;
  const fields = prefer === "Zone" ? "spec.location.region and .zone" : "spec.location.region or spec.regions";
  const set = `set LLMGateway.${fields}`;
  if (location.region === null && regions.length === 0)
    return `the gateway does not say where the router is, so no target is near: ${set}`;
  if (prefer === "Region" || (location.region !== null && location.zone !== null)) return null;
  return `the gateway does not say in which zone the router is, so only the region counts: ${set}`;
}
