import type { CompiledConsumer } from "./compiled.ts";
import { matchesModel } from "./find-model.ts";
import { nearestName } from "./nearest-name.ts";
import { placeIn, reportDuplicates } from "./object-place.ts";
import { compareText, createProblem, quoted, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import type { Consumer } from "./schema/consumer.ts";
import { toEpochMs } from "./schema/timestamp.ts";

export interface ConsumerContext {
  /** Virtual models by namespace. */
  readonly models: ReadonlyMap<string, readonly string[]>;
  readonly isIncomplete: boolean;
  readonly report: Report;
}

/** Reports keys that can never work and warns of models that nobody serves. */
export function compileConsumer(object: PolicyObject<Consumer>, context: ConsumerContext): CompiledConsumer {
  const { keys = [], roles = [], tags = {}, allow } = object.body.spec;
  reportDuplicates(object, { path: ["spec", "keys"], names: keys.map(({ name }) => name), field: "name" }, context.report);
  warnUnserved(object, context);
  return {
    id: object.id,
    name: object.name,
    tenant: object.namespace,
    keys: keys.map((key, index) => {
      const notBeforeMs = key.notBefore === undefined ? null : toEpochMs(key.notBefore);
      const expiresMs = key.expires === undefined ? null : toEpochMs(key.expires);
      if (notBeforeMs !== null && expiresMs !== null && expiresMs <= notBeforeMs) {
        const place = placeIn(object, "spec", "keys", index, "expires");
        context.report(
          createProblem("key_never_valid", place, { found: key.expires ?? null, allowed: [`later than ${key.notBefore}`] }),
        );
      }
      return { id: key.id, name: key.name, hash: key.hash, notBeforeMs, expiresMs, revoked: key.revoked ?? false };
    }),
    roles: [...new Set(roles)].toSorted(compareText),
    tags: Object.fromEntries(Object.entries(tags).toSorted(([left], [right]) => compareText(left, right))),
    allowModels: allow?.models ?? null,
  };
}

/** Reports keys whose id another key has: the id is how a key is found, over all consumers. */
export function checkKeyIds(objects: readonly PolicyObject<Consumer>[], report: Report): void {
  const owners = new Map<string, string>();
  for (const object of objects) {
    for (const [index, { id }] of (object.body.spec.keys ?? []).entries()) {
      const owner = owners.get(id);
      if (owner === undefined) {
        owners.set(id, object.id);
        continue;
      }
      const place = placeIn(object, "spec", "keys", index, "id");
      report(createProblem("duplicate_key_id", place, { found: `${id}, which consumer ${owner} has` }));
    }
  }
}

function warnUnserved(object: PolicyObject<Consumer>, { models, isIncomplete, report }: ConsumerContext): void {
  const served = models.get(object.namespace) ?? [];
  for (const [index, name] of (object.body.spec.allow?.models ?? []).entries()) {
    const isServed = served.some((pattern) => matchesModel(pattern, name) || matchesModel(name, pattern));
    if (isServed || isIncomplete) continue;
    const place = placeIn(object, "spec", "allow", "models", index);
    report(
      createProblem("unserved_model", place, { found: quoted(name), allowed: served, suggestion: nearestName(name, served) }),
    );
  }
}
