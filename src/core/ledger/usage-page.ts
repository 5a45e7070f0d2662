import { list, nullable, object, type Reader, text, whole } from "../json/read-json.ts";
import { cursorReader, type RowCursor } from "./row-page.ts";
import {
  type Dimension,
  MOST_GROUPS,
  readDimensions,
  TOTALS,
  type UsageGroup,
  type UsageQuery,
  type UsageTotals,
} from "./usage-report.ts";

/** Part of a report: the rows after `after`, as many as a store looks at without keeping others waiting. */
export interface UsagePageQuery {
  readonly query: UsageQuery;
  readonly after: RowCursor | null;
}

export interface UsagePage {
  readonly groups: readonly UsageGroup[];
  /** Where the next part begins; null where there is none. */
  readonly next: RowCursor | null;
}

const dimension: Reader<Dimension> = (value) => (typeof value === "string" ? readDimensions(value)?.[0] : undefined);
const usageQuery = object<UsageQuery>({ from: whole, to: whole, by: list(dimension, 3), timeZone: text(100) });
const pageQuery = object<UsagePageQuery>({ query: usageQuery, after: nullable(cursorReader) });

const totals = object<UsageTotals>(
  Object.fromEntries(TOTALS.map((name) => [name, whole])) as Record<keyof UsageTotals, Reader<number>>,
);
const value: Reader<string> = (given) => (typeof given === "string" ? given : undefined);
const page = object<UsagePage>({
  groups: list(object<UsageGroup>({ group: list(value, 3), totals }), MOST_GROUPS),
  next: nullable(cursorReader),
});

/** A query as it was sent; null for anything else. */
export function decodeUsagePageQuery(sent: unknown): UsagePageQuery | null {
  return pageQuery(sent) ?? null;
}

/** An answer as it was sent; null for anything else. */
export function decodeUsagePage(sent: unknown): UsagePage | null {
  return page(sent) ?? null;
}
