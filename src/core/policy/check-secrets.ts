import type { ProviderEntry } from "./compile-provider.ts";
import { placeIn } from "./object-place.ts";
import { createProblem, type Place, type Report } from "./problem.ts";
import { RESERVED_PREFIX, variableName } from "./variable-name.ts";

/** A secret, where it is named and where it goes. */
export interface SecretUse {
  readonly variable: string;
  /** `namespace/secret#key`: two uses of one secret may share its variable, two secrets may not. */
  readonly identity: string;
  readonly origin: string | null;
  readonly place: Place;
}

/** Every variable must mean one thing, and a secret should go to one origin. Reports what breaks that. */
export function checkSecrets(
  { entries, others }: { readonly entries: readonly ProviderEntry[]; readonly others: readonly SecretUse[] },
  report: Report,
): void {
  const overrides = new Map(
    entries.flatMap(({ object }) =>
      ["BASE_URL", "MODEL"].map(
        (suffix) => [variableName(object.name, suffix), `the override of provider ${object.name}`] as const,
      ),
    ),
  );
  const owners = new Map<string, SecretUse>();
  for (const use of [...entries.flatMap(secretUses), ...others]) {
    const { variable, place } = use;
    const owner = owners.get(variable);
    const taken = overrides.get(variable) ?? (owner === undefined || owner.identity === use.identity ? null : owner.identity);
    if (variable.startsWith(RESERVED_PREFIX)) report(createProblem("reserved_variable", place, { found: variable }));
    if (taken !== null) {
      const says = `${use.identity} and ${taken} both read the variable ${variable}`;
      report(createProblem("variable_collision", place, { says, allowed: ["names that differ in letters or digits"] }));
    } else if (owner !== undefined && owner.origin !== use.origin) {
      report(
        createProblem("shared_secret", place, { found: `${variable} for ${String(owner.origin)} and ${String(use.origin)}` }),
      );
    }
    if (owner === undefined) owners.set(variable, use);
  }
}

function secretUses({ object, compiled }: ProviderEntry): readonly SecretUse[] {
  return (object.body.spec.credentials ?? []).map(({ secretKeyRef: { name, key } }, index) => ({
    variable: variableName(name, key),
    identity: `${object.namespace}/${name}#${key}`,
    origin: compiled?.credentials[index]?.origin ?? null,
    place: placeIn(object, "spec", "credentials", index, "secretKeyRef"),
  }));
}
