import { placeIn } from "./object-place.ts";
import { createProblem, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import type { RoutingPolicy } from "./schema/routing-policy.ts";

/** Reports objects that have the kind, namespace and name of an earlier one. */
export function checkObjects(objects: readonly PolicyObject[], report: Report): void {
  const seen = new Map<string, PolicyObject>();
  for (const object of objects) {
    const identity = `${object.kind} ${object.id}`;
    const first = seen.get(identity);
    if (first === undefined) seen.set(identity, object);
    else {
      const { file, document } = first.source.origin;
      const found = `${identity}, which is also document ${document} of ${file}`;
      report(createProblem("duplicate_object", placeIn(object, "metadata", "name"), { found }));
    }
  }
}

/** Reports virtual models that two enforced policies of one namespace claim. */
export function checkVirtualModels(policies: readonly PolicyObject<RoutingPolicy>[], report: Report): void {
  const owners = new Map<string, PolicyObject>();
  for (const object of policies.filter(({ body }) => body.spec.mode !== "Shadow")) {
    for (const [index, { name }] of object.body.spec.models.entries()) {
      const key = `${object.namespace} ${name}`;
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, object);
      else if (owner.id !== object.id) {
        const place = placeIn(object, "spec", "models", index, "name");
        report(createProblem("duplicate_virtual_model", place, { found: `${name}, which policy ${owner.id} serves` }));
      }
    }
  }
}

/** Virtual models by namespace. */
export function virtualModels(policies: readonly PolicyObject<RoutingPolicy>[]): ReadonlyMap<string, readonly string[]> {
  const models = new Map<string, string[]>();
  for (const { namespace, body } of policies) {
    const list = models.get(namespace) ?? [];
    models.set(namespace, list);
    list.push(...body.spec.models.map(({ name }) => name));
  }
  return models;
}
