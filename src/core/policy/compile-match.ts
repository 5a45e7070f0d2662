import { compileExpression } from "../expression/compile-expression.ts";
import { compilePattern } from "../expression/compile-pattern.ts";
import type { CompiledMatch, CompiledRequestMatch, CompiledTimeWindow } from "./compiled.ts";
import { matchesModel } from "./find-model.ts";
import { nearestName } from "./nearest-name.ts";
import { placeIn } from "./object-place.ts";
import { compareText, createProblem, quoted, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import type { Match } from "./schema/matching.ts";
import type { RoutingPolicy } from "./schema/routing-policy.ts";
import type { PathSegment } from "./source-node.ts";

type Time = NonNullable<Match["time"]>;

/** `Date.getDay()` of each name. */
const DAY_NUMBERS = { Sun: 0, Mon: 1, Tue: 2, Wed: 3, Thu: 4, Fri: 5, Sat: 6 } as const;
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const MINUTES_OF_DAY = 24 * 60;

export interface WrittenMatch {
  readonly object: PolicyObject<RoutingPolicy>;
  readonly match: Match;
  readonly path: readonly PathSegment[];
}

/** A rule's condition as data. Reports conditions that can never hold and expressions that cannot be evaluated. */
export function compileMatch({ match, object, path }: WrittenMatch, report: Report): CompiledMatch {
  checkModels({ match, object, path }, report);
  checkTokens({ match, object, path }, report);
  return {
    models: match.models ?? [],
    callers: match.callers ?? [],
    roles: match.roles ?? [],
    tags: sorted(match.tags),
    headers: sorted(match.headers),
    paths: match.paths ?? [],
    request: match.request === undefined ? null : compileRequest(match.request),
    time: match.time === undefined ? null : compileTime(match.time, { match, object, path }, report),
    cel: match.cel ?? null,
    patterns: match.cel === undefined ? {} : compilePatterns(match.cel, { match, object, path }, report),
  };
}

/** The programs of an expression's patterns. */
function compilePatterns(cel: string, { object, path }: WrittenMatch, report: Report): CompiledMatch["patterns"] {
  const compiled = compileExpression(cel, compilePattern);
  if (compiled.kind === "compiled") return sorted(Object.fromEntries(compiled.expression.programs));
  const { allowed, found, says, suggestion } = compiled;
  report(createProblem("invalid_expression", placeIn(object, ...path, "cel"), { says, found, allowed, suggestion }));
  return {};
}

function compileRequest(request: NonNullable<Match["request"]>): CompiledRequestMatch {
  return {
    stream: request.stream ?? null,
    tools: request.tools ?? null,
    images: request.images ?? null,
    audio: request.audio ?? null,
    jsonSchema: request.jsonSchema ?? null,
    minTokens: request.minTokens ?? null,
    maxTokens: request.maxTokens ?? null,
  };
}

function compileTime(time: Time, { object, path }: WrittenMatch, report: Report): CompiledTimeWindow {
  const { days, from, timeZone = "UTC", to } = time;
  if (!isTimeZone(timeZone)) {
    report(createProblem("unknown_time_zone", placeIn(object, ...path, "time", "timeZone"), { found: quoted(timeZone) }));
  }
  const fromMinute = from === undefined ? 0 : toMinute(from);
  const end = to === undefined ? MINUTES_OF_DAY : toMinute(to);
  const numbers = days === undefined ? EVERY_DAY : [...new Set(days)].map((day) => DAY_NUMBERS[day]);
  return { days: numbers.toSorted((left, right) => left - right), fromMinute, toMinute: end, timeZone };
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function toMinute(timeOfDay: string): number {
  const [hours, minutes] = timeOfDay.split(":");
  return Number(hours) * 60 + Number(minutes);
}

/** A model that the policy does not serve never comes here. */
function checkModels({ match, object, path }: WrittenMatch, report: Report): void {
  const served = object.body.spec.models.map(({ name }) => name);
  for (const [index, name] of (match.models ?? []).entries()) {
    if (served.some((pattern) => matchesModel(pattern, name) || matchesModel(name, pattern))) continue;
    const place = placeIn(object, ...path, "models", index);
    const suggestion = nearestName(name, served);
    report(createProblem("unmatched_model", place, { found: quoted(name), allowed: served, suggestion }));
  }
}

function checkTokens({ match, object, path }: WrittenMatch, report: Report): void {
  const { maxTokens, minTokens } = match.request ?? {};
  if (minTokens === undefined || maxTokens === undefined || minTokens <= maxTokens) return;
  const place = placeIn(object, ...path, "request", "maxTokens");
  report(createProblem("out_of_range", place, { found: String(maxTokens), allowed: [`at least minTokens, ${minTokens}`] }));
}

/** Equal conditions compile to equal documents. */
function sorted<Value>(values: Readonly<Record<string, Value>> = {}): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(values).toSorted(([left], [right]) => compareText(left, right)));
}
