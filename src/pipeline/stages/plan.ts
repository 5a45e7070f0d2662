import { FairleadError } from "../../core/errors.ts";
import type { TargetAccess } from "../../core/access/access.ts";
import type { LinkedPolicy, LinkedRoute } from "../../core/policy/linked.ts";
import { AttemptSequence, type NextAttempt } from "../../core/routing/attempt-sequence.ts";
import { rulesOfOthers } from "../../core/routing/expand-groups.ts";
import type { Preferences } from "../../core/routing/preferences.ts";
import { decisionHeaders } from "../../core/routing/render-decision.ts";
import type { RouteFacts } from "../../core/routing/route-facts.ts";
import type { Kills } from "../../core/routing/target-view.ts";
import type { Trace } from "../../core/routing/trace.ts";
import type { Deps, Run } from "../deps.ts";

/** The attempts of a request, and the first of them. */
export interface Plan {
  readonly sequence: AttemptSequence;
  readonly first: NextAttempt;
}

interface PlanInput {
  readonly route: LinkedRoute;
  readonly facts: RouteFacts;
  readonly access: TargetAccess | null;
  readonly policy: LinkedPolicy;
  readonly kills: Kills;
  /** What the caller prefers, where the route lets it. */
  readonly preferences: Preferences | null;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly trace: Trace | null;
}

type PlanDeps = Pick<Deps, "health" | "retryBudget"> & { readonly control: Pick<Deps["control"], "kills"> };

/** Who sheds says when to come back. */
const SHED_SECONDS = 1;

/**
 * Stage: route × health × draw → whom to ask first and how to go on.
 * @throws FairleadError `no_target_available`, `target_not_allowed`, `rate_limit_exceeded`, `server_is_overloaded`, `upstream_credentials_exhausted`
 */
export function plan(input: PlanInput, deps: PlanDeps, run: Run): Plan {
  const { access, deadline, facts, kills, policy, preferences, route, trace } = input;
  const sequence = new AttemptSequence(route, {
    access,
    facts,
    rulesOf: rulesOfOthers(policy, kills, route.tenant),
    preferences: route.callerPreferences ? preferences : null,
    trace,
    view: deps.health,
    // What is switched off while the request goes on is asked no more.
    kills: () => deps.control.kills(),
    now: run.now(),
    draw: () => run.draw(),
    mayProbe: true,
    budget: deps.retryBudget,
    deadline,
  });
  const first = sequence.first();
  if (first === null) throw refusal(sequence, input, run);
  return { sequence, first };
}

/** Nobody was asked, so a repeat costs nothing but the caller's time: it is told when one may help. */
function refusal({ noTarget }: AttemptSequence, { policy, route, trace }: PlanInput, run: Run): FairleadError {
  const headers = { "x-fairlead-attempts": "0", "x-fairlead-route": route.id, ...decisionHeaders(trace) };
  const unavailable = (why: string): FairleadError =>
    new FairleadError("no_target_available", `No target of route ${route.id} can be used: ${why}.`, { headers });
  switch (noTarget.kind) {
    case "throttled": {
      const retryAfterSeconds = noTarget.waitMs / 1_000;
      const message = `Every target of route ${route.id} asked to be left alone. Retry in ${Math.ceil(retryAfterSeconds)} s.`;
      return new FairleadError("rate_limit_exceeded", message, { headers, retryAfterSeconds });
    }
    case "full": {
      const message = `Every target of route ${route.id} has all the requests it can take. Retry in ${SHED_SECONDS} s.`;
      // Those refused together must not come back together.
      return new FairleadError("server_is_overloaded", message, { headers, retryAfterSeconds: SHED_SECONDS + run.draw() });
    }
    case "credentials": {
      const message = `Every target of route ${route.id} refuses its credentials.`;
      return new FairleadError("upstream_credentials_exhausted", message, { headers, attemptsSpent: true });
    }
    case "killed":
      return unavailable("they were switched off");
    case "access": {
      const message = `Your access covers no target of route ${route.id}. Ask your platform team.`;
      return new FairleadError("target_not_allowed", message, { headers });
    }
    case "preferences":
      return unavailable("'x-fairlead-prefer' leaves none of them");
    case "none": {
      const missing = policy.skipped.flatMap(({ variables }) => variables);
      return unavailable(missing.length === 0 ? "none is left" : `set ${missing.join(" or ")}`);
    }
  }
}
