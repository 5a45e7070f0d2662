import type { Wishes } from "../../core/http/read-wishes.ts";
import type { LinkedRoute, RuleSet } from "../../core/policy/linked.ts";
import { selectRoute } from "../../core/routing/select-route.ts";
import { type Ordering, TargetOrder } from "../../core/routing/target-order.ts";
import type { AskedRequest } from "../decision/asked-request.ts";
import { durationText } from "../duration-text.ts";

interface Beside {
  readonly asked: AskedRequest;
  readonly rules: RuleSet;
  readonly wishes: Pick<Wishes, "cache">;
  readonly orderingOf: (route: LinkedRoute) => Ordering;
}

/** What happens beside the answer: the cache, copies, policies that are evaluated and not enforced. */
export function describeBeside(route: LinkedRoute, { asked, orderingOf, rules, wishes }: Beside): readonly string[] {
  const { mirror } = route;
  return [
    ...(asked.told.stream ? [] : cacheLines(route, wishes.cache)),
    ...(mirror === null
      ? []
      : [`mirror: a copy of ${Number((mirror.share * 100).toFixed(2))}% of requests goes to ${mirror.target.label}`]),
    ...rules.shadows.map((shadow) => {
      const selected = selectRoute(shadow, asked.facts, null);
      if (selected === null) return "shadow: none of the rules of a policy in mode Shadow would apply";
      const first = new TargetOrder(selected, { ...orderingOf(selected), mayProbe: false }).next();
      return `shadow: ${selected.id} would ask ${first?.label ?? "nobody"}`;
    }),
  ];
}

function cacheLines({ exactCacheTtlSeconds: ttl }: LinkedRoute, wish: Wishes["cache"]): readonly string[] {
  if (ttl === null || wish === "off" || wish === "no-store") return [];
  const later = `an identical request of the same consumer within ${durationText(ttl * 1_000)} is answered from memory`;
  return [`cache: ${wish === "refresh" ? "a target is asked even if memory holds an answer; after that " : ""}${later}`];
}
