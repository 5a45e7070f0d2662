import type { KillKind } from "../control/control-state.ts";
import type { CompiledPolicy } from "./compiled.ts";
import { matchesModel } from "./find-model.ts";

/** What a policy has of each kind, by the ids that kills go by; a final `*` stands for any end. */
export function namedIds(policy: CompiledPolicy, kind: KillKind): readonly string[] {
  switch (kind) {
    case "target":
      return targetsOf(policy);
    case "model":
      return policy.routes
        .filter(({ mode }) => mode === "Enforce")
        .flatMap(({ models, tenant }) => models.map((model) => `${tenant}/${model}`));
    case "credential":
      return credentialsOf(policy);
    case "caller":
      return [
        ...policy.consumers.flatMap(({ keys, name, tenant }) => [`${tenant}/${name}`, ...keys.map(({ id }) => id)]),
        ...policy.gateway.authentication.jwt.map(({ name }) => `jwt:${name}:*`),
        ...policy.consumers.flatMap(({ certificates }) => (certificates.length === 0 ? [] : ["mtls:*"])),
      ];
  }
}

/** Whether one of `ids` is, or stands for, this one; an id that stands for several is none. */
export function isNamed(ids: readonly string[], id: string): boolean {
  return !id.endsWith("*") && ids.some((pattern) => matchesModel(pattern, id));
}

function targetsOf({ routes }: CompiledPolicy): readonly string[] {
  const targets = routes.flatMap(({ mirror, variants }) => [
    ...variants.flatMap(({ groups }) => groups.flatMap((group) => ("model" in group ? [] : group.targets))),
    ...(mirror === null ? [] : [mirror.target]),
  ]);
  return [...new Set(targets.map(({ model, provider }) => `${provider}/${model}`))];
}

function credentialsOf({ providers }: CompiledPolicy): readonly string[] {
  return providers.flatMap(({ auth, credentials, id }) => {
    const names = auth === null || credentials.length === 0 ? ["none"] : credentials.map(({ name }) => name);
    return names.map((name) => `${id}#${name}`);
  });
}
