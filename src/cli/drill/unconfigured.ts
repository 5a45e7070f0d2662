import type { CompiledPolicy } from "../../core/policy/compiled.ts";
import type { Finding } from "./static-checks.ts";

/** Providers that rules name and that no credential is set for on this machine: one warning each. */
export function unconfiguredTargets(
  { providers, routes }: CompiledPolicy,
  variables: Readonly<Record<string, string>>,
): readonly Finding[] {
  const groups = routes.flatMap(({ variants }) => variants.flatMap((variant) => variant.groups));
  const used = new Set(groups.flatMap((group) => ("model" in group ? [] : group.targets.map(({ provider }) => provider))));
  return providers.flatMap(({ auth, credentials, id }): readonly Finding[] => {
    const isMissing =
      auth !== null && credentials.length > 0 && credentials.every(({ variable }) => (variables[variable] ?? "") === "");
    if (!isMissing || !used.has(id)) return [];
    const names = credentials.map(({ variable }) => variable).join(" or ");
    return [{ route: id, path: "credentials", why: `${names} is not set here; drilled as if it were`, severity: "warning" }];
  });
}
