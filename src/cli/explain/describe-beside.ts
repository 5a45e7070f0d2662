import type { Wishes } from "../../core/http/read-wishes.ts";
import type { LinkedRoute, LinkedTarget, RuleSet } from "../../core/policy/linked.ts";
import { selectRoute } from "../../core/routing/select-route.ts";
import { type Ordering, TargetOrder } from "../../core/routing/target-order.ts";
import { standingOf, WHY_OUT_OF_ROTATION } from "../../core/routing/target-standing.ts";
import type { AskedRequest } from "../decision/asked-request.ts";
import { type Fit, fitOf } from "../decision/fit-of.ts";
import { durationText } from "../duration-text.ts";

type Mirror = NonNullable<LinkedRoute["mirror"]>;

interface Beside {
  readonly asked: AskedRequest;
  readonly rules: RuleSet;
  readonly wishes: Pick<Wishes, "cache">;
  /** Made anew for each use. */
  readonly orderingOf: (route: LinkedRoute) => Ordering;
}

/** What happens beside the answer, one line each: the cache, copies, policies that are evaluated and not enforced. */
export function describeBeside(route: LinkedRoute, beside: Beside): readonly string[] {
  const { asked, rules, wishes } = beside;
  return [
    ...(asked.told.stream ? [] : cacheLines(route, wishes.cache)),
    ...(route.mirror === null ? [] : [mirrorLine(route, route.mirror, beside)]),
    ...rules.shadows.map((shadow) => shadowLine(shadow, beside)),
  ];
}

function cacheLines({ cache }: LinkedRoute, wish: Wishes["cache"]): readonly string[] {
  if (cache === null || wish.isOff) return [];
  const later = `an identical request of the same consumer within ${durationText(cache.ttlMs)} is answered from memory`;
  return [`cache: ${wish.isRefresh ? "a target is asked even if memory holds an answer; after that " : ""}${later}`];
}

function mirrorLine(route: LinkedRoute, { share, target }: Mirror, { asked, orderingOf }: Beside): string {
  const why = whyNoCopy(target, orderingOf(route)) ?? whyNotTold(fitOf(asked.told, target, route));
  if (why !== null) return `mirror: ${target.label} gets no copy: ${why}`;
  return `mirror: a copy of ${Number((share * 100).toFixed(2))}% of requests goes to ${target.label}`;
}

/** A copy is the least important request there is, whatever its caller prefers. */
function whyNoCopy(target: LinkedTarget, ordering: Ordering): string | null {
  const standing = standingOf(target, { ordering: { ...ordering, preferences: null }, now: ordering.now, priority: "batch" });
  if (standing.kind === "ready") return null;
  return standing.kind === "out" ? standing.reason : WHY_OUT_OF_ROTATION[standing.kind];
}

function whyNotTold(fit: Fit): string | null {
  switch (fit.kind) {
    case "asked":
      return null;
    case "counted":
      return "it counts no tokens";
    case "unfit":
      return fit.error.message;
  }
}

/** What the usage log would name; a policy that is not enforced is not the caller's to choose in. */
function shadowLine(shadow: RuleSet["shadows"][number], { asked, orderingOf }: Beside): string {
  const selected = selectRoute(shadow, asked.facts, null);
  if (selected === null) return "shadow: none of the rules of a policy in mode Shadow would apply";
  const first = new TargetOrder(selected, { ...orderingOf(selected), preferences: null, mayProbe: false }).next();
  return `shadow: ${selected.id} would ask ${first?.label ?? "nobody"}`;
}
