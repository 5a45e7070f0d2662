import type { CompiledAccess, CompiledRole, CompiledUses } from "./compiled-access.ts";
import { nearestName } from "./nearest-name.ts";
import { placeIn, reportDuplicates } from "./object-place.ts";
import { createProblem, quoted, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import type { Uses } from "./schema/access.ts";
import type { Consumer } from "./schema/consumer.ts";
import type { LLMGateway } from "./schema/llm-gateway.ts";
import { toEpochMs } from "./schema/timestamp.ts";
import { compareText } from "./problem.ts";

/** What a consumer itself may use. */
export function compileAccess({ allow, block }: Consumer["spec"]): CompiledAccess {
  return { allow: allow === undefined ? [] : [compileUses(allow)], block: block === undefined ? [] : [compileUses(block)] };
}

/** Roles, in the order of their names. Reports those named twice. */
export function compileRoles(object: PolicyObject<LLMGateway>, report: Report): readonly CompiledRole[] {
  const { roles = [] } = object.body.spec;
  reportDuplicates(object, { path: ["spec", "roles"], names: roles.map(({ name }) => name), field: "name" }, report);
  const compiled = roles.map(({ allow = [], block = [], name }) => ({
    name,
    allow: allow.map(compileUses),
    block: block.map(compileUses),
  }));
  return compiled.toSorted((left, right) => compareText(left.name, right.name));
}

export function compileUses({ expires, features, models, providers, regions, tags = {} }: Uses): CompiledUses {
  return {
    models: models ?? null,
    features: features ?? null,
    providers: providers ?? null,
    regions: regions ?? null,
    tags: Object.fromEntries(Object.entries(tags).toSorted(([left], [right]) => compareText(left, right))),
    expiresMs: expires === undefined ? null : toEpochMs(expires),
  };
}

/** Warns of providers in a consumer's `allow` and `block` that its namespace does not have. */
export function warnUnknownProviders(object: PolicyObject<Consumer>, providers: readonly string[], report: Report): void {
  for (const field of ["allow", "block"] as const) {
    for (const [index, name] of (object.body.spec[field]?.providers ?? []).entries()) {
      if (providers.includes(name)) continue;
      const place = placeIn(object, "spec", field, "providers", index);
      report(
        createProblem("absent_provider", place, {
          found: quoted(name),
          allowed: providers,
          suggestion: nearestName(name, providers),
        }),
      );
    }
  }
}
