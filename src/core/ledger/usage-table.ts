import { csvLine } from "../csv.ts";
import { type Dimension, TOTALS, type UsageGroup } from "./usage-report.ts";

/** A line of headings, then one for each group. */
export function usageCsv(by: readonly Dimension[], groups: readonly UsageGroup[]): string {
  const lines = groups.map(({ group, totals }) => csvLine([...group, ...TOTALS.map((name) => totals[name])]));
  return [csvLine([...by, ...TOTALS]), ...lines].join("");
}

/** Each group's values by the name of their dimension, and its sums. */
export function usageObjects(by: readonly Dimension[], groups: readonly UsageGroup[]): readonly object[] {
  return groups.map(({ group, totals }) => ({
    group: Object.fromEntries(by.map((dimension, index) => [dimension, group[index] ?? ""])),
    ...totals,
  }));
}
