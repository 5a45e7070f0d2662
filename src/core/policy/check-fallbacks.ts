import { matchesModel } from "./find-model.ts";
import { nearestName } from "./nearest-name.ts";
import { placeIn } from "./object-place.ts";
import { createProblem, type Problem, quoted, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import type { RoutingPolicy } from "./schema/routing-policy.ts";
import type { PathSegment } from "./source-node.ts";

type Policy = PolicyObject<RoutingPolicy>;

interface Reference {
  readonly policy: Policy;
  readonly model: string;
  readonly path: readonly PathSegment[];
}

/** Reports groups that name a virtual model that nobody serves, and those that lead back to their own policy. */
export function checkFallbacks(
  policies: readonly Policy[],
  { isIncomplete }: { readonly isIncomplete: boolean },
  report: Report,
): void {
  for (const reference of policies.flatMap(referencesOf)) {
    const { path, policy } = reference;
    const target = servedBy(reference, policies);
    if (target === undefined) {
      if (!isIncomplete) report(unknownModel(reference, policies));
      continue;
    }
    const loop = findLoop([policy, target], policies, new Set());
    if (loop === null) continue;
    const found = loop.map(({ id }) => id).join(" → ");
    report(createProblem("fallback_cycle", placeIn(policy, ...path), { found }));
  }
}

function unknownModel({ model, path, policy }: Reference, policies: readonly Policy[]): Problem {
  const allowed = modelsOf(policy.namespace, policies);
  const suggestion = nearestName(model, allowed);
  return createProblem("unknown_virtual_model", placeIn(policy, ...path), { found: quoted(model), allowed, suggestion });
}

/** The way from the first policy of `walk` back to it, by depth first; null where there is none. `passed` leads nowhere. */
function findLoop(walk: readonly Policy[], policies: readonly Policy[], passed: Set<Policy>): readonly Policy[] | null {
  const [first] = walk;
  const last = walk.at(-1);
  if (first === undefined || last === undefined) return null;
  if (walk.length > 1 && last === first) return walk;
  if (passed.has(last)) return null;
  passed.add(last);
  for (const reference of referencesOf(last)) {
    const next = servedBy(reference, policies);
    const loop = next === undefined ? null : findLoop([...walk, next], policies, passed);
    if (loop !== null) return loop;
  }
  return null;
}

function referencesOf(policy: Policy): readonly Reference[] {
  return policy.body.spec.rules.flatMap(({ groups = [], split }, rule) => {
    const at: readonly PathSegment[] = ["spec", "rules", rule];
    const lists = [
      { groups, path: [...at, "groups"] },
      ...(split?.variants ?? []).map((variant, index) => ({
        groups: variant.groups,
        path: [...at, "split", "variants", index, "groups"],
      })),
    ];
    return lists.flatMap((list) =>
      list.groups.flatMap(({ model }, index) =>
        model === undefined ? [] : [{ policy, model, path: [...list.path, index, "model"] }],
      ),
    );
  });
}

/** As requests are served: an exact name before the longest prefix. */
function servedBy({ model, policy }: Reference, policies: readonly Policy[]): Policy | undefined {
  const [best] = policies
    .filter((candidate) => candidate.namespace === policy.namespace && isEnforced(candidate))
    .flatMap((candidate) => candidate.body.spec.models.map(({ name }) => ({ candidate, name })))
    .filter(({ name }) => matchesModel(name, model))
    .toSorted((left, right) => specificity(right.name) - specificity(left.name));
  return best?.candidate;
}

/** A shadow serves nobody. */
function isEnforced({ body }: Policy): boolean {
  return body.spec.mode !== "Shadow";
}

function specificity(pattern: string): number {
  return pattern.endsWith("*") ? pattern.length - 1 : Number.POSITIVE_INFINITY;
}

function modelsOf(namespace: string, policies: readonly Policy[]): readonly string[] {
  return policies
    .filter((policy) => policy.namespace === namespace && isEnforced(policy))
    .flatMap(({ body }) => body.spec.models.map(({ name }) => name))
    .toSorted();
}
