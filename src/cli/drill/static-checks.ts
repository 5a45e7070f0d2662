import type { FailureClass } from "../../core/failure.ts";
import type { CompiledTarget } from "../../core/policy/compiled.ts";
import { DEFAULT_FAILOVER } from "../../core/policy/schema/reliability.ts";
import { durationText } from "../duration-text.ts";
import { type DrilledRoute, idOf, mayBeAsked, type Stop, stopsOf } from "./drilled-route.ts";
import { whyNobody, whyTooLate } from "./why-unreachable.ts";

/** What can be said of a route without asking anybody. */
export interface Finding {
  readonly route: string;
  /** `best → reserve`, or what it is about. */
  readonly path: string;
  readonly why: string;
  readonly severity: "fails" | "warning";
}

/** Failures that a provider's bad day consists of. */
const BAD_DAY: readonly FailureClass[] = ["rate_limited", "overloaded", "timeout_ttft", "connection", "server_error"];
const DEFAULT_ON: ReadonlySet<string> = new Set(DEFAULT_FAILOVER.on);

/** Paths that a rule promises and that nothing can make hold, and what is worth a word. */
export function checkStatically(route: DrilledRoute): readonly Finding[] {
  const { failover } = route.rule;
  const stops = stopsOf(route.groups);
  const targets = [...new Map(stops.flatMap((stop) => stop.targets).map((target) => [idOf(target), target])).values()];
  const findings: Finding[] = [];
  const note = (severity: Finding["severity"], path: string, why: string | null): void => {
    if (why !== null) findings.push({ route: route.name, path, why, severity });
  };
  const passed = passedOver(route, stops);
  const nobody = whyNobody(
    passed.flatMap((stop) => stop.targets),
    passed,
    route,
  );
  note("fails", passed.map(({ name }) => name).join(", "), nobody);
  note("warning", "other models", whyNotAll(route));
  note("fails", "hedge → a second target", whyNoHedge(route, targets));
  // One target, and no other model to fall back on: nothing was promised.
  if (targets.length < 2 && stops.length < 2) return findings;
  const [first, second] = stops.map(({ name }) => name);
  if (failover.on.length === 0) {
    note("fails", `${first ?? ""} → ${second ?? "another target"}`, "no failure leads there: failover.on is empty");
    return findings;
  }
  note("fails", `${first ?? ""} → a larger model on context_length`, whyNoLarger(failover.on, targets));
  const patchy = whyPatchy(failover.on);
  // The rule's own, whatever place, variant or way is drilled.
  if (patchy !== null) findings.push({ route: route.rule.id, path: "failover.on", why: patchy, severity: "warning" });
  note("warning", "providers", whyOneProvider(targets));
  note("warning", "timeouts", whyTooLate(route.rule, stops));
  return findings;
}

/** The stops that come before all who can be asked: all of them where nobody can be. */
function passedOver(route: DrilledRoute, stops: readonly Stop[]): readonly Stop[] {
  const asked = stops.findIndex(({ targets }) => targets.some((target) => mayBeAsked(route, target)));
  return asked === -1 ? stops : stops.slice(0, asked);
}

function whyNotAll({ hasMoreWays }: DrilledRoute): string | null {
  return hasMoreWays ? "more ways lead through their rules than are drilled" : null;
}

function whyNoHedge(route: DrilledRoute, targets: readonly CompiledTarget[]): string | null {
  const { failover, timeouts } = route.rule;
  const { hedge, maxAttempts } = failover;
  if (hedge === null) return null;
  if (targets.filter((target) => mayBeAsked(route, target)).length < 2) return "there is no second target that could be asked";
  if (maxAttempts < 2) return "maxAttempts 1 allows no second attempt";
  if (hedge.minDelayMs < timeouts.ttftMs) return null;
  return `minDelay is ${durationText(hedge.minDelayMs)}, and after ${durationText(timeouts.ttftMs)} the first content is overdue anyway`;
}

function whyNoLarger(on: readonly FailureClass[], targets: readonly CompiledTarget[]): string | null {
  if (!wroteContextLength(on)) return null;
  const sizes = targets.map(({ contextTokens }) => contextTokens ?? 0);
  return Math.max(...sizes) > Math.min(...sizes) ? null : "no target is known to take more tokens than another one";
}

function whyPatchy(on: readonly FailureClass[]): string | null {
  const missing = BAD_DAY.filter((name) => !on.includes(name));
  return missing.length === 0 ? null : `it leaves out ${missing.join(", ")}: callers see those`;
}

function whyOneProvider(targets: readonly CompiledTarget[]): string | null {
  const providers = new Set(targets.map(({ provider }) => provider));
  if (providers.size > 1 || targets.length < 2) return null;
  return `all targets are of ${[...providers].join("")}: when it fails, so does every fallback`;
}

/** The default list names it for whoever has a larger model; who writes a list of his own means it. */
function wroteContextLength(on: readonly FailureClass[]): boolean {
  const isDefault = on.length === DEFAULT_ON.size && on.every((name) => DEFAULT_ON.has(name));
  return !isDefault && on.includes("context_length");
}
