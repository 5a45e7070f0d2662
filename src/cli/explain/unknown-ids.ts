import type { Caller } from "../../core/caller.ts";
import type { KillKind } from "../../core/control/control-state.ts";
import type { CompiledPolicy } from "../../core/policy/compiled.ts";
import { isNamed, namedIds } from "../../core/policy/named-ids.ts";
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
  const idsOf = (kind: KillKind, otherwise: string): Known => ({ ids: namedIds(compiled, kind), otherwise });
  const throttled = Object.values(targets).flatMap(({ throttledForMs = {} }) => Object.keys(throttledForMs));
  return [
    ...unknown([...Object.keys(targets), ...killed("target")], idsOf("target", "which no rule asks")),
    ...unknown(
      [...Object.keys(credentials), ...throttled, ...killed("credential")],
      idsOf("credential", "which no provider has"),
    ),
    ...unknown(killed("model"), idsOf("model", "which is no model that a policy serves")),
    ...unknown(killed("caller"), callersOf(asked)),
    ...unknown(failing, { ids: compiled.providers.map(({ id }) => id), otherwise: "which is no provider" }),
  ];
}

function unknown(ids: readonly string[], known: Known): readonly string[] {
  return [...new Set(ids)]
    .filter((id) => !isNamed(known.ids, id))
    .map((id) => {
      const whole = known.ids.filter((each) => !each.endsWith("*"));
      // What is most often forgotten is the tenant before it.
      const suggestion = whole.find((each) => each.endsWith(`/${id}`)) ?? nearestName(id, whole);
      return `the state speaks of ${id}, ${known.otherwise}${suggestion === null ? "" : `; did you mean ${suggestion}?`}`;
    });
}

/** The one who asks may come by another way than a key of the policies. */
function callersOf({ caller: { consumer, keyId, tenant }, compiled }: Asked): Known {
  const ids = [...namedIds(compiled, "caller"), `${tenant}/${consumer}`, keyId];
  return { ids, otherwise: "which is no Consumer and no key" };
}
