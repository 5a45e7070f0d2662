import type { ProviderEntry } from "./compile-provider.ts";
import { listedModels, matchesModel } from "./find-model.ts";
import { nearestName } from "./nearest-name.ts";
import { placeIn } from "./object-place.ts";
import { createProblem, quoted, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import type { PathSegment } from "./source-node.ts";

/** Where a model of a provider is named. */
interface NamedTarget {
  readonly body: { readonly provider: string; readonly model: string };
  readonly path: readonly PathSegment[];
}

export interface TargetContext {
  /** By `namespace/name`. */
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  /** Sorted, by namespace. */
  readonly providerNames: ReadonlyMap<string, readonly string[]>;
  /** Some document could not be read at all: a provider that is not found may be in there. */
  readonly isIncomplete: boolean;
  readonly report: Report;
}

/** Reports a provider that there is not, and a model that it does not list. The provider, where there is one. */
export function checkTarget(object: PolicyObject, { body, path }: NamedTarget, context: TargetContext): ProviderEntry | null {
  const entry = context.providers.get(`${object.namespace}/${body.provider}`);
  if (entry === undefined) {
    if (context.isIncomplete) return null;
    const allowed = context.providerNames.get(object.namespace) ?? [];
    const suggestion = nearestName(body.provider, allowed);
    const place = placeIn(object, ...path, "provider");
    const found = `${quoted(body.provider)} in namespace ${object.namespace}`;
    context.report(createProblem("unknown_provider", place, { found, allowed, suggestion }));
    return null;
  }
  const listed = listedModels(entry);
  if (listed === null || entry.object.isPartial || listed.some((pattern) => matchesModel(pattern, body.model))) return entry;
  const suggestion = nearestName(body.model, listed);
  const place = placeIn(object, ...path, "model");
  context.report(createProblem("unknown_model", place, { found: quoted(body.model), allowed: listed, suggestion }));
  return entry;
}
