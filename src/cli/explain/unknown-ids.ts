import type { Caller } from "../../core/caller.ts";
import type { KillKind } from "../../core/control/control-state.ts";
import type { CompiledPolicy } from "../../core/policy/compiled.ts";
import { matchesModel } from "../../core/policy/find-model.ts";
import { nearestName } from "../../core/policy/nearest-name.ts";
import type { Situation } from "../decision/situation-file.ts";

/** Who asks, of which policies. */
interface Asked {
  readonly caller: Caller;
  readonly compiled: CompiledPolicy;
}

/** What ids of one kind can be; a final `*` stands for any end. */
interface Known {
  readonly ids: readonly string[];
  /** What one that is none of these is, after `the state speaks of …, `. */
  readonly otherwise: string;
}

/** Ids of the situation that mean nothing here, a line each: a slip in one would be a target that is well. */
export function unknownIds(
  { credentials = {}, failing = [], kills = [], targets = {} }: Situation,
  asked: Asked,
): readonly string[] {
  const { compiled } = asked;
  const killed = (kind: KillKind): readonly string[] => kills.filter((kill) => kill.kind === kind).map(({ id }) => id);
  const throttled = Object.values(targets).flatMap(({ throttledForMs = {} }) => Object.keys(throttledForMs));
  return [
    ...unknown([...Object.keys(targets), ...killed("target")], targetsOf(compiled)),
    ...unknown([...Object.keys(credentials), ...throttled, ...killed("credential")], credentialsOf(compiled)),
    ...unknown(killed("model"), modelsOf(compiled)),
    ...unknown(killed("caller"), callersOf(asked)),
    ...unknown(failing, { ids: compiled.providers.map(({ id }) => id), otherwise: "which is no provider" }),
  ];
}

function unknown(ids: readonly string[], known: Known): readonly string[] {
  const isKnown = (id: string): boolean => !id.endsWith("*") && known.ids.some((pattern) => matchesModel(pattern, id));
  return [...new Set(ids)]
    .filter((id) => !isKnown(id))
    .map((id) => {
      const whole = known.ids.filter((each) => !each.endsWith("*"));
      // What is most often forgotten is the tenant before it.
      const suggestion = whole.find((each) => each.endsWith(`/${id}`)) ?? nearestName(id, whole);
      return `the state speaks of ${id}, ${known.otherwise}${suggestion === null ? "" : `; did you mean ${suggestion}?`}`;
    });
}

function targetsOf({ routes }: CompiledPolicy): Known {
  const targets = routes.flatMap(({ mirror, variants }) => [
    ...variants.flatMap(({ groups }) => groups.flatMap((group) => ("model" in group ? [] : group.targets))),
    ...(mirror === null ? [] : [mirror.target]),
  ]);
  return { ids: [...new Set(targets.map(({ model, provider }) => `${provider}/${model}`))], otherwise: "which no rule asks" };
}

function credentialsOf({ providers }: CompiledPolicy): Known {
  const ids = providers.flatMap(({ auth, credentials, id }) => {
    const names = auth === null || credentials.length === 0 ? ["none"] : credentials.map(({ name }) => name);
    return names.map((name) => `${id}#${name}`);
  });
  return { ids, otherwise: "which no provider has" };
}

function modelsOf({ routes }: CompiledPolicy): Known {
  const served = routes.filter(({ mode }) => mode === "Enforce");
  return {
    ids: served.flatMap(({ models, tenant }) => models.map((model) => `${tenant}/${model}`)),
    otherwise: "which is no model that a policy serves",
  };
}

/** The one who asks may come by another way than a key of the policies. */
function callersOf({ caller: { consumer, keyId, tenant }, compiled }: Asked): Known {
  const ids = compiled.consumers.flatMap(({ keys, name, tenant: own }) => [`${own}/${name}`, ...keys.map(({ id }) => id)]);
  return { ids: [...ids, `${tenant}/${consumer}`, keyId], otherwise: "which is no Consumer and no key" };
}
