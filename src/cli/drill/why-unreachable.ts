import type { FailureClass } from "../../core/failure.ts";
import type { CompiledLocation, CompiledPolicy, CompiledRoute, CompiledTarget } from "../../core/policy/compiled.ts";
import { labelOf } from "../decision/label-of.ts";
import { durationText } from "../duration-text.ts";
import { type DrilledRoute, idOf, type Situation, type Stop, stopsOf } from "./drilled-route.ts";

const ABOUT_KEYS: ReadonlySet<FailureClass> = new Set(["rate_limited", "auth", "quota_exhausted"]);

/** The reason in the policy why those who should answer (`by`) could not; null where none is plain. */
export function whyUnreachable(
  situation: Situation,
  by: ReadonlySet<string>,
  { attempts, compiled }: { readonly attempts: number; readonly compiled: CompiledPolicy },
): string | null {
  const { failing, on, route } = situation;
  const stops = stopsOf(route.groups);
  const wanted = stops.flatMap((stop) => stop.targets.filter((target) => by.has(idOf(target))));
  const never = whyNobody(wanted, stops, route);
  if (never !== null) return never;
  if (wanted.every((target) => failing.has(idOf(target)))) return "whoever stands there has failed already";
  if (isHopeless(compiled)) return whyHopeless(compiled);
  const tight = on === "timeout_ttft" ? whyTooLate(route.rule, stops) : null;
  const { maxAttempts } = route.rule.failover;
  if (tight !== null || attempts < maxAttempts) return tight;
  const hasMoreKeys = compiled.providers.some(({ credentials, id }) => {
    return credentials.length > 1 && [...failing].some((target) => target.startsWith(`${id}/`));
  });
  const keys = ABOUT_KEYS.has(on) && hasMoreKeys ? ", each with all its credentials" : "";
  return `maxAttempts ${maxAttempts} is spent on those before it${keys}`;
}

function whyHopeless({ gateway: { retryBudget } }: CompiledPolicy): string {
  if (retryBudget.percent === 0) return "the gateway's retryBudget pays for no second attempt";
  const requests = Math.ceil(100 / retryBudget.percent);
  return `the gateway's retryBudget of ${retryBudget.percent}% with minPerSecond 0 pays for no second attempt before an isolate has had ${requests} requests in ten seconds`;
}

/** Whether the first failure that an isolate meets may add no load: what its requests earn is not a whole attempt by then. */
export function isHopeless({ gateway }: CompiledPolicy): boolean {
  return gateway.retryBudget.percent < 100 && gateway.retryBudget.floorPerSecond === 0;
}

/** Why an attempt may be cut off before its time to first content is over; null where it never is. */
export function whyTooLate({ failover, timeouts }: CompiledRoute, stops: readonly Stop[]): string | null {
  const { totalMs, ttftMs } = timeouts;
  const targets = new Set(stops.flatMap((stop) => stop.targets.map(idOf))).size;
  const attempts = Math.min(failover.maxAttempts, targets);
  if (totalMs / attempts >= ttftMs) return null;
  const each = durationText(totalMs / attempts);
  return `the deadline of ${durationText(totalMs)} leaves ${each} to each of ${attempts} attempts, and a first content may take ${durationText(ttftMs)}`;
}

/** Why none of these targets of the stops is ever asked; null where one may be. */
export function whyNobody(wanted: readonly CompiledTarget[], stops: readonly Stop[], route: DrilledRoute): string | null {
  if (wanted.length > 0) return whyAll(wanted, (target) => whyNever(target, route));
  const empty = stops.find(({ targets }) => targets.length === 0);
  return empty === undefined ? null : `no rule of the model ${empty.model ?? ""} applies to such a request`;
}

/** The reasons why none of them can; null where one can. */
function whyAll(targets: readonly CompiledTarget[], why: (target: CompiledTarget) => string | null): string | null {
  const reasons = targets.map(why).filter((reason) => reason !== null);
  return targets.length > 0 && reasons.length === targets.length ? reasons.join(", ") : null;
}

/** Why no request of the rule goes to a target; null where one may. */
function whyNever(target: CompiledTarget, { place, reachable, rule, unfit }: DrilledRoute): string | null {
  const { capabilities, location } = target;
  if (reachable.has(idOf(target))) return unfit.get(idOf(target)) ?? null;
  const label = labelOf(target);
  const lacking = rule.require.filter((name) => capabilities?.includes(name) === false);
  if (lacking.length > 0) return `${label} lacks ${lacking.join(" and ")}`;
  const { jurisdictions, spill } = rule.locality;
  if (jurisdictions.length > 0 && !jurisdictions.some((name) => name === location.jurisdiction)) {
    return `${label} is in ${location.jurisdiction ?? "no known jurisdiction"}, and the rule allows ${jurisdictions.join(", ")}`;
  }
  if (place !== null && spill === "never") return `${label} is in ${placeText(location)}, and the rule never spills there`;
  return `${label} is never asked`;
}

function placeText({ region, zone }: CompiledLocation): string {
  return `${region ?? "no known region"}${zone === null ? "" : `, zone ${zone}`}`;
}
