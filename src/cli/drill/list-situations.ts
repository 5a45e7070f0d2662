import type { FailureClass } from "../../core/failure.ts";
import type { CompiledTarget } from "../../core/policy/compiled.ts";
import { labelOf } from "../decision/label-of.ts";
import { type DrilledGroup, type DrilledRoute, idOf, mayBeAsked, type Situation, type Stop, stopsOf } from "./drilled-route.ts";
import { failingModel } from "./failing-model.ts";

type Common = Pick<Situation, "route" | "on" | "stream">;

/** Every situation of a route in which something fails, with what is promised of it; none where nobody can be asked at all. */
export function listSituations(route: DrilledRoute): readonly Situation[] {
  const isAsked = stopsOf(route.groups).some(({ targets }) => targets.some((target) => mayBeAsked(route, target)));
  if (!isAsked) return [];
  const ways = route.stream === null ? [false, true] : [route.stream];
  return ways.flatMap((stream) => {
    // That nobody answers, and nobody answers in time, must end well whatever the rule fails over on.
    const always: readonly FailureClass[] = ["server_error", "timeout_ttft"];
    const classes = route.rule.failover.on.filter((name) => failingModel(name, stream) !== null);
    return [
      ...classes.flatMap((on) => [...targetFailures({ route, on, stream }), ...groupFailures({ route, on, stream })]),
      ...[...new Set([...classes, ...always])].map((on) => everythingFails({ route, on, stream })),
    ];
  });
}

/** Each target that can be reached fails, and another one answers: where the rule names another one that may come after it. */
function targetFailures(common: Common): readonly Situation[] {
  const { on, route } = common;
  return stopsOf(route.groups).flatMap((stop, index, stops) =>
    stop.targets.flatMap((target): readonly Situation[] => {
      const rest = [...stop.targets, ...stops.slice(index + 1).flatMap(({ targets }) => targets)];
      const others = rest.filter((other) => idOf(other) !== idOf(target) && mayFollow(target, other, on));
      // Alone in the first of several groups it is the group that fails, which is drilled as such.
      const isGroup = index === 0 && stop.targets.length === 1 && stops.length > 1;
      if (isGroup || !mayBeAsked(route, target) || others.length === 0) return [];
      return [
        {
          ...common,
          path: `${labelOf(target)} → another target`,
          failing: new Set([idOf(target)]),
          groups: startingWith(target, route.groups),
          expects: { kind: "answered", by: new Set(others.map(idOf)) },
        },
      ];
    }),
  );
}

/** All groups up to one fail, and the next one answers. */
function groupFailures(common: Common): readonly Situation[] {
  const { on, route } = common;
  const stops = stopsOf(route.groups);
  return stops.slice(0, -1).flatMap((_, index): readonly Situation[] => {
    const before = stops.slice(0, index + 1);
    const after = stops.slice(index + 1);
    const failed = before.flatMap(({ targets }) => targets);
    // Where nobody is asked, nobody fails.
    if (!failed.some((target) => mayBeAsked(route, target))) return [];
    const by = on === "context_length" ? largerAmong(after, failed) : (after[0]?.targets ?? []);
    // A conversation that is too long for everybody who is left is nobody's fault.
    if (on === "context_length" && by.length === 0) return [];
    return [
      {
        ...common,
        path: `${before.map(({ name }) => name).join(", ")} → ${after[0]?.name ?? ""}`,
        failing: new Set(failed.map(idOf)),
        groups: on === "context_length" ? route.groups.flatMap(smallestFirst) : route.groups,
        expects: { kind: "answered", by: new Set(by.map(idOf)) },
      },
    ];
  });
}

function everythingFails({ on, route, stream }: Common): Situation {
  const all = stopsOf(route.groups).flatMap(({ targets }) => targets);
  const path = on === "timeout_ttft" ? "nobody answers → an error within the deadline" : "everything fails → a proper error";
  return { route, on, stream, path, failing: new Set(all.map(idOf)), groups: route.groups, expects: { kind: "refused" } };
}

function mayFollow(failed: CompiledTarget, other: CompiledTarget, on: FailureClass): boolean {
  return on !== "context_length" || (other.contextTokens ?? 0) > (failed.contextTokens ?? 0);
}

function largerAmong(stops: readonly Stop[], failed: readonly CompiledTarget[]): readonly CompiledTarget[] {
  const largest = Math.max(...failed.map(({ contextTokens }) => contextTokens ?? 0));
  return stops.flatMap(({ targets }) => targets).filter(({ contextTokens }) => (contextTokens ?? 0) > largest);
}

/** A group whose targets are asked one after the other, each larger than the one before: what takes the most attempts. */
function smallestFirst(drilled: DrilledGroup): readonly DrilledGroup[] {
  if (drilled.kind === "model") {
    const { inner } = drilled;
    return [inner === null ? drilled : { ...drilled, inner: { ...inner, groups: inner.groups.flatMap(smallestFirst) } }];
  }
  const { group } = drilled;
  const sorted = group.targets.toSorted((left, right) => (left.contextTokens ?? 0) - (right.contextTokens ?? 0));
  return sorted.map((target, index) => ({
    kind: "targets",
    group: { ...group, name: `${group.name}-${index}`, targets: [target] },
  }));
}

/** The groups from a target on, itself first: as when those before are out of rotation and the draw falls on it. */
function startingWith(target: CompiledTarget, groups: readonly DrilledGroup[]): readonly DrilledGroup[] {
  const at = groups.findIndex((each) => stopsOf([each]).some(({ targets }) => targets.some((one) => idOf(one) === idOf(target))));
  const [found, ...later] = groups.slice(at);
  if (found === undefined) return groups;
  if (found.kind === "model") {
    if (found.inner === null) return groups;
    return [{ ...found, inner: { ...found.inner, groups: startingWith(target, found.inner.groups) } }, ...later];
  }
  const { group } = found;
  const rest = group.targets.filter((other) => idOf(other) !== idOf(target));
  const others: readonly DrilledGroup[] = rest.length === 0 ? [] : [{ kind: "targets", group: { ...group, targets: rest } }];
  return [{ kind: "targets", group: { ...group, name: `${group.name}-first`, targets: [target] } }, ...others, ...later];
}
