import { rulesOfOthers } from "../../core/routing/expand-groups.ts";
import { selectRoute } from "../../core/routing/select-route.ts";
import { TargetOrder } from "../../core/routing/target-order.ts";
import type { Deps, Run } from "../deps.ts";
import type { Decision } from "./resolve-policy.ts";
import type { Settlement } from "./settle.ts";

/** What policies in mode Shadow would have done with the request, for the usage log. */
export function evaluateShadows(
  decision: Decision,
  settlement: Settlement,
  { deps, run }: { deps: Pick<Deps, "health">; run: Run },
): void {
  const { access, facts, kills, policy, shadows } = decision;
  if (shadows.length === 0) return;
  const ordering = {
    access,
    facts,
    rulesOf: rulesOfOthers(policy, kills, facts.caller.tenant),
    preferences: null,
    trace: null,
    view: deps.health,
    mayProbe: false,
    kills: () => kills,
    now: run.now(),
    draw: () => run.draw(),
  };
  settlement.shadowed(
    shadows.map((rules) => {
      const route = selectRoute(rules, facts, null);
      const target = route === null ? null : new TargetOrder(route, ordering).next();
      return { route: route?.id ?? null, target: target?.label ?? null };
    }),
  );
}
