import { FairleadError } from "../../core/errors.ts";
import { findZoneClock } from "../../core/expression/zone-clock.ts";
import { readDimensions, UsageQueryError, type UsageGroup, type UsageQuery } from "../../core/ledger/usage-report.ts";
import { usageCsv, usageObjects } from "../../core/ledger/usage-table.ts";
import { readInstant } from "../../core/read-instant.ts";
import type { AdminCall } from "./admin-deps.ts";

/** Where nothing else is said, usage of so many days before the end. */
const USUAL_MS = 30 * 86_400_000;

export async function reportUsage({ deps, query, run }: AdminCall<"reportUsage">): Promise<Response> {
  const { tenant, timeZone } = query;
  const by = readDimensions(query.by);
  if (by === null) throw invalid("by", "'by' must be up to three of what usage is told apart by, each once.");
  const to = instantOf("to", query.to, timeZone) ?? run.now() + 1;
  const from = instantOf("from", query.from, timeZone) ?? to - USUAL_MS;
  await deps.books.flush(tenant, run);
  const groups = await askUsage(() => deps.records.usage(tenant, { from, to, by, timeZone } satisfies UsageQuery));
  if (query.format === "csv")
    return new Response(usageCsv(by, groups), { headers: { "content-type": "text/csv; charset=utf-8" } });
  const [begin, end] = [from, to].map((instant) => new Date(instant).toISOString());
  return Response.json({ tenant, from: begin, to: end, timeZone, groups: usageObjects(by, groups) });
}

async function askUsage(ask: () => Promise<readonly UsageGroup[]>): Promise<readonly UsageGroup[]> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UsageQueryError) throw invalid(error.field, error.message, error);
    throw error;
  }
}

/** Null where nothing is said. */
export function instantOf(param: string, written: string, timeZone: string): number | null {
  if (written === "") return null;
  const clock = findZoneClock(timeZone);
  if (clock === null) throw invalid("timeZone", `There is no time zone '${timeZone}'.`);
  const instant = readInstant(written, { clock, timeZone });
  if (instant === null || instant < 0) throw invalid(param, `'${param}' is no day and no instant.`);
  return instant;
}

export function invalid(param: string, message: string, cause?: unknown): FairleadError {
  return new FairleadError("invalid_value", message, { param, cause });
}
