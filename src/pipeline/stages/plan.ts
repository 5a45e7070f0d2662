import { FairleadError } from "../../core/errors.ts";
import type { LinkedPolicy, LinkedRoute, LinkedTarget } from "../../core/policy/link.ts";
import { planAttempts } from "../../core/routing/plan-attempts.ts";
import type { Run } from "../deps.ts";

/** Stage: route × draw → the order in which targets are asked. @throws FairleadError `no_target_available` */
export function plan(route: LinkedRoute, policy: LinkedPolicy, run: Run): readonly LinkedTarget[] {
  const targets = planAttempts(route, () => run.draw());
  if (targets.length > 0) return targets;
  const missing = policy.skipped.flatMap(({ variables }) => variables);
  throw new FairleadError("no_target_available", `No target of route ${route.id} can be used: set ${missing.join(" or ")}.`);
}
