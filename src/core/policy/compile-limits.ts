import { findZoneClock } from "../expression/zone-clock.ts";
import type { LedgerWindow, Meter } from "../ledger/account.ts";
import type { CompiledLimit } from "./compiled-consumer.ts";
import { placeIn, reportUnlessOne } from "./object-place.ts";
import { compareText, createProblem, quoted, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import { type Budget, BUDGET_SOURCES, type Limit, LIMIT_SOURCES } from "./schema/limits.ts";
import { toMicroUsd, toMilliseconds, toPercent } from "./schema/quantities.ts";
import type { PathSegment } from "./source-node.ts";

/** Limits and budgets as they stand in one place of an object. */
export interface WrittenLimits {
  readonly object: PolicyObject;
  /** Of what holds `limits` and `budgets`. */
  readonly path: readonly PathSegment[];
  readonly limits?: readonly Limit[] | undefined;
  readonly budgets?: readonly Budget[] | undefined;
  /** Whose they are, unique in the tenant: `consumer/name`, `key/id`. */
  readonly owner: string;
}

/** One entry, and where it is written. */
interface Written<Entry> {
  readonly entry: Entry;
  readonly path: readonly PathSegment[];
}

/** What is counted, over what time, and how that is said. */
interface Counted {
  readonly meter: Meter;
  readonly limit: number;
  readonly window: LedgerWindow;
  readonly says: string;
}

const LEAST_WINDOW_MS = 1_000;
const FAILURE_MODES = { Closed: "closed", Open: "open", Local: "local" } as const;

/** Limits and budgets as data, in order. Reports what is no limit, and one that is written twice. */
export function compileLimits(written: WrittenLimits, report: Report): readonly CompiledLimit[] {
  const limits = entriesOf(written.limits, [...written.path, "limits"]).map((each) => ({
    ...each,
    counted: countLimit(each, written.object, report),
  }));
  const budgets = entriesOf(written.budgets, [...written.path, "budgets"]).map((each) => ({
    ...each,
    counted: countBudget(each, written.object, report),
  }));
  const seen = new Set<string>();
  return [...limits, ...budgets].map(({ counted, entry, path }) => {
    const compiled = toLimit(entry, counted, written.owner);
    if (seen.has(compiled.id))
      report(createProblem("duplicate_limit", placeIn(written.object, ...path), { found: compiled.label }));
    seen.add(compiled.id);
    return compiled;
  });
}

function entriesOf<Entry>(list: readonly Entry[] | undefined, path: readonly PathSegment[]): readonly Written<Entry>[] {
  return (list ?? []).map((entry, index) => ({ entry, path: [...path, index] }));
}

function countLimit(written: Written<Limit>, object: PolicyObject, report: Report): Counted {
  const { concurrency, per = "", requests, tokens } = written.entry;
  reportUnlessOne(object, { path: written.path, names: LIMIT_SOURCES, body: written.entry }, report);
  checkPer(written, object, report);
  if (concurrency !== undefined) {
    return { meter: "concurrency", limit: concurrency, window: { kind: "now" }, says: `${concurrency} requests at once` };
  }
  const meter = requests === undefined ? "tokens" : "requests";
  const limit = requests ?? tokens ?? 1;
  return { meter, limit, window: { kind: "sliding", ms: toMilliseconds(per) }, says: `${limit} ${meter} per ${per}` };
}

/** A window goes with what happens in time, and with nothing else. */
function checkPer({ entry: { concurrency, per }, path }: Written<Limit>, object: PolicyObject, report: Report): void {
  const place = placeIn(object, ...path, "per");
  if (concurrency !== undefined && per !== undefined) {
    report(createProblem("field_conflict", place, { allowed: ["concurrency without per"] }));
  }
  if (concurrency === undefined && per === undefined && !object.isPartial) {
    report(createProblem("missing_field", place, { allowed: ["a duration, such as 1m"] }));
  }
  if (per !== undefined && toMilliseconds(per) < LEAST_WINDOW_MS) {
    report(createProblem("out_of_range", place, { found: quoted(per), allowed: ["at least 1s"] }));
  }
}

function countBudget({ entry, path }: Written<Budget>, object: PolicyObject, report: Report): Counted {
  const { per, timeZone = "UTC", tokens, usd } = entry;
  reportUnlessOne(object, { path, names: BUDGET_SOURCES, body: entry }, report);
  if (findZoneClock(timeZone) === null) {
    report(createProblem("unknown_time_zone", placeIn(object, ...path, "timeZone"), { found: quoted(timeZone) }));
  }
  const window: LedgerWindow = { kind: "calendar", unit: per, timeZone };
  if (usd === undefined) return { meter: "tokens", limit: tokens ?? 1, window, says: `${tokens ?? 1} tokens per ${per}` };
  return { meter: "microUsd", limit: toMicroUsd(usd), window, says: `$${usd} per ${per}` };
}

function toLimit(entry: Limit | Budget, { limit, meter, says, window }: Counted, owner: string): CompiledLimit {
  const models = [...new Set(entry.models ?? [])].toSorted(compareText);
  const isBudget = window.kind === "calendar";
  const failureMode = FAILURE_MODES[entry.failureMode ?? (isBudget ? "Closed" : "Local")];
  const label = `${says}${models.length === 0 ? "" : ` for ${models.join(", ")}`} (${owner})`;
  const batchPercent = entry.batch === undefined ? 100 : toPercent(entry.batch);
  return {
    id: [owner, meter, windowText(window), ...models].join(" "),
    label,
    meter,
    limit,
    window,
    models,
    batchPercent,
    failureMode,
  };
}

/** The same for the same window, whatever its limit is: a limit that is raised goes on with what was used. */
function windowText(window: LedgerWindow): string {
  switch (window.kind) {
    case "now":
      return "now";
    case "sliding":
      return `${window.ms}ms`;
    case "calendar":
      return `${window.unit}@${window.timeZone}`;
  }
}
