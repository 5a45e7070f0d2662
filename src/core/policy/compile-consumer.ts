import { compileValidity } from "./compile-validity.ts";
import { compileLimits } from "./compile-limits.ts";
import type { CompiledConsumer, CompiledLimit } from "./compiled-consumer.ts";
import { compileAccess, warnUnknownProviders } from "./compile-access.ts";
import { compileCertificates, compileTokenMatch } from "./compile-authentication.ts";
import { matchesModel } from "./find-model.ts";
import { nearestName } from "./nearest-name.ts";
import { placeIn, reportDuplicates } from "./object-place.ts";
import { compareText, createProblem, quoted, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import type { Consumer } from "./schema/consumer.ts";
import type { PathSegment } from "./source-node.ts";

export interface ConsumerContext {
  /** Every consumer, by id. */
  readonly consumers: ReadonlyMap<string, PolicyObject<Consumer>>;
  /** Virtual models by namespace. */
  readonly models: ReadonlyMap<string, readonly string[]>;
  /** LLMProviders by namespace. */
  readonly providers: ReadonlyMap<string, readonly string[]>;
  readonly isIncomplete: boolean;
  readonly report: Report;
}

/** Reports keys that can never work, limits that are none and parents that do not exist; warns of models that nobody serves. */
export function compileConsumer(object: PolicyObject<Consumer>, context: ConsumerContext): CompiledConsumer {
  const { keys = [], roles = [], tags = {}, tokens = [] } = object.body.spec;
  reportDuplicates(object, { path: ["spec", "keys"], names: keys.map(({ name }) => name), field: "name" }, context.report);
  warnUnserved(object, context);
  if (!context.isIncomplete) warnUnknownProviders(object, context.providers.get(object.namespace) ?? [], context.report);
  return {
    id: object.id,
    name: object.name,
    tenant: object.namespace,
    keys: keys.map((key, index) => {
      const { budgets, expires, limits, notBefore } = key;
      const own = { object, path: ["spec", "keys", index], limits, budgets, owner: `key/${key.id}` };
      return {
        id: key.id,
        name: key.name,
        hash: key.hash,
        ...compileValidity({ object, path: ["spec", "keys", index], notBefore, expires }, context.report),
        revoked: key.revoked ?? false,
        limits: compileLimits(own, context.report),
      };
    }),
    tokens: tokens.map(compileTokenMatch),
    certificates: compileCertificates(object, context.report),
    roles: [...new Set(roles)].toSorted(compareText),
    tags: Object.fromEntries(Object.entries(tags).toSorted(([left], [right]) => compareText(left, right))),
    access: compileAccess(object.body.spec),
    limits: [...limitsOf(object, context.report), ...inheritedLimits(object, context)],
    isStrict: object.body.spec.admission === "Strict",
  };
}

function limitsOf(object: PolicyObject<Consumer>, report: Report): readonly CompiledLimit[] {
  const { budgets, limits } = object.body.spec;
  return compileLimits({ object, path: ["spec"], limits, budgets, owner: `consumer/${object.name}` }, report);
}

/** Those of all consumers above, nearest first. They are reported where they stand. */
function inheritedLimits(
  object: PolicyObject<Consumer>,
  { consumers, isIncomplete, report }: ConsumerContext,
): readonly CompiledLimit[] {
  const above: PolicyObject<Consumer>[] = [];
  for (let child = object; child.body.spec.parent !== undefined;) {
    const parent = consumers.get(`${child.namespace}/${child.body.spec.parent}`);
    const place = placeIn(object, "spec", "parent");
    if (parent === undefined) {
      if (child === object && !isIncomplete) reportUnknownParent(object, consumers, report);
      break;
    }
    if (parent === object || above.includes(parent)) {
      if (parent === object)
        report(createProblem("parent_cycle", place, { found: [object, ...above, object].map(({ name }) => name).join(" → ") }));
      break;
    }
    above.push(parent);
    child = parent;
  }
  return above.flatMap((parent) => limitsOf(parent, () => undefined));
}

function reportUnknownParent(object: PolicyObject<Consumer>, consumers: ConsumerContext["consumers"], report: Report): void {
  const others = [...consumers.values()].filter(({ id, namespace }) => namespace === object.namespace && id !== object.id);
  const allowed = others.map(({ name }) => name).toSorted(compareText);
  const parent = object.body.spec.parent ?? "";
  const suggestion = nearestName(parent, allowed);
  report(createProblem("unknown_parent", placeIn(object, "spec", "parent"), { found: quoted(parent), allowed, suggestion }));
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

/** Models in `allow` and in limits that no policy serves. */
function warnUnserved(object: PolicyObject<Consumer>, { models, isIncomplete, report }: ConsumerContext): void {
  const served = models.get(object.namespace) ?? [];
  for (const { name, path } of modelsNamed(object)) {
    const isServed = served.some((pattern) => matchesModel(pattern, name) || matchesModel(name, pattern));
    if (isServed || isIncomplete) continue;
    const place = placeIn(object, ...path);
    report(
      createProblem("unserved_model", place, { found: quoted(name), allowed: served, suggestion: nearestName(name, served) }),
    );
  }
}

function modelsNamed(
  object: PolicyObject<Consumer>,
): readonly { readonly name: string; readonly path: readonly PathSegment[] }[] {
  const { allow, block, keys = [], ...own } = object.body.spec;
  const places = [{ holder: own, path: ["spec"] }, ...keys.map((key, index) => ({ holder: key, path: ["spec", "keys", index] }))];
  const limited = places.flatMap(({ holder, path }) =>
    (["limits", "budgets"] as const).flatMap((field) =>
      (holder[field] ?? []).flatMap(({ models = [] }, index) =>
        models.map((name, at) => ({ name, path: [...path, field, index, "models", at] })),
      ),
    ),
  );
  const accessed = Object.entries({ allow, block }).flatMap(([field, uses]) =>
    (uses?.models ?? []).map((name, index) => ({ name, path: ["spec", field, "models", index] })),
  );
  return [...accessed, ...limited];
}
