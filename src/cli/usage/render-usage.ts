import type { PrintedGroup } from "./usage-group.ts";

const COLUMNS: readonly (readonly [heading: string, value: (group: PrintedGroup) => string])[] = [
  ["requests", ({ requests }) => count(requests)],
  ["input", ({ inputTokens }) => count(inputTokens)],
  ["cached", ({ cachedInputTokens }) => count(cachedInputTokens)],
  ["output", ({ outputTokens }) => count(outputTokens)],
  ["charged USD", ({ costMicroUsd, unchargedCostMicroUsd }) => usd(costMicroUsd - unchargedCostMicroUsd)],
  ["uncharged USD", ({ unchargedCostMicroUsd }) => usd(unchargedCostMicroUsd)],
  ["of both estimated", ({ estimatedCostMicroUsd }) => usd(estimatedCostMicroUsd)],
  ["unpriced tokens", ({ unpricedTokens }) => count(unpricedTokens)],
];

/** A table for people: what a group is, and the sums that are looked at first. */
export function renderUsage(groups: readonly PrintedGroup[]): string {
  const [first] = groups;
  if (first === undefined) return "Nothing was used.";
  const names = Object.keys(first.group);
  const lines = groups.map((group) => [
    ...names.map((name) => group.group[name] || "-"),
    ...COLUMNS.map(([, value]) => value(group)),
  ]);
  return renderTable([[...names, ...COLUMNS.map(([heading]) => heading)], ...lines], names.length);
}

/** Lines of cells below one another; the first `texts` columns are text, the others figures. */
export function renderTable(lines: readonly (readonly string[])[], texts: number): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => printable(line[column] ?? "").length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => pad(printable(cell), widths[column] ?? 0, column < texts))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Whole micro-USD as dollars. */
export function usd(microUsd: number): string {
  const sign = microUsd < 0 ? "-" : "";
  const digits = String(Math.abs(microUsd)).padStart(7, "0");
  return `${sign}${Number(digits.slice(0, -6)).toLocaleString("en-GB")}.${digits.slice(-6)}`;
}

export function count(amount: number): string {
  return amount.toLocaleString("en-GB");
}

/** What a caller named must not drive the terminal. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\u00a0-\uffff]/g, "?");
}

function pad(text: string, width: number, isText: boolean): string {
  return isText ? text.padEnd(width) : text.padStart(width);
}
