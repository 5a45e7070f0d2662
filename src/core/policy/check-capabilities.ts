import type { Capability } from "../capability.ts";
import type { ProviderEntry } from "./compile-provider.ts";
import { findFacts } from "./find-model.ts";
import { placeIn } from "./object-place.ts";
import { createProblem, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import type { RoutingPolicy } from "./schema/routing-policy.ts";
import type { PathSegment } from "./source-node.ts";

type Rule = RoutingPolicy["spec"]["rules"][number];

export interface RequiringRule {
  readonly rule: Rule;
  readonly path: readonly PathSegment[];
  /** By `namespace/name`. */
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  /** Every target of the rule, and where it is written. */
  readonly targets: readonly { readonly provider: string; readonly model: string; readonly path: readonly PathSegment[] }[];
}

/** A target of the rule, and what it lacks of what is required; null when nothing is known of its model. */
interface Judged {
  readonly name: string;
  readonly path: readonly PathSegment[];
  readonly lacks: readonly Capability[] | null;
}

const MOST_TARGETS_SHOWN = 4;

/** Reports required capabilities that no target has, and targets that lack one or of which nothing is known. */
export function checkRequired(
  object: PolicyObject<RoutingPolicy>,
  { rule, path, providers, targets }: RequiringRule,
  report: Report,
): void {
  const required = rule.require ?? [];
  if (required.length === 0 || targets.length === 0) return;
  const judged: Judged[] = [];
  for (const target of targets) {
    const entry = providers.get(`${object.namespace}/${target.provider}`);
    if (entry === undefined || entry.object.isPartial) return; // reported as such, and what it can do is open
    const model = entry.modelOverride ?? target.model;
    const { capabilities } = findFacts(entry, model);
    const lacks = capabilities === null ? null : required.filter((name) => !capabilities.includes(name));
    judged.push({ name: `${target.provider}/${model}`, path: [...target.path, "model"], lacks });
  }
  if (judged.every(({ lacks }) => lacks !== null && lacks.length > 0)) {
    const shown = judged.slice(0, MOST_TARGETS_SHOWN).map(lackText);
    const more = judged.length > shown.length ? ` and ${judged.length - shown.length} more` : "";
    report(createProblem("no_capable_target", placeIn(object, ...path, "require"), { found: shown.join("; ") + more }));
    return;
  }
  for (const target of judged) reportTarget(object, target, report);
}

function reportTarget(object: PolicyObject<RoutingPolicy>, target: Judged, report: Report): void {
  const place = placeIn(object, ...target.path);
  if (target.lacks === null) report(createProblem("unknown_capability", place, { found: target.name }));
  else if (target.lacks.length > 0) report(createProblem("incapable_target", place, { found: lackText(target) }));
}

function lackText({ name, lacks }: Judged): string {
  return `${name} without ${(lacks ?? []).join(" and ")}`;
}
