import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import type { BenchRow } from "./row.ts";
import { SCENARIOS } from "./scenarios/all.ts";
import { SUBJECTS } from "./subjects/all.ts";

interface Column {
  readonly title: string;
  cell(row: BenchRow): string | undefined;
}

const COLUMNS: readonly Column[] = [
  { title: "subject", cell: (row) => row.subject },
  { title: "routes", cell: (row) => renderFigure(row.routes) },
  { title: "rps", cell: (row) => renderFigure(row.rps) },
  { title: "ratio (quartiles)", cell: renderRatio },
  { title: "CPU µs", cell: (row) => renderFigure(row.cpuMicros) },
  { title: "p50 µs", cell: (row) => renderFigure(row.p50Micros) },
  { title: "p99 µs", cell: (row) => renderFigure(row.p99Micros) },
  { title: "first byte ms", cell: (row) => renderFigure(row.firstByteMs) },
  { title: "deliveries", cell: (row) => renderFigure(row.deliveries) },
  { title: "RSS MB", cell: (row) => renderFigure(row.rssMegabytes) },
  { title: "upstream ahead MB", cell: (row) => renderFigure(row.upstreamAheadMegabytes) },
  { title: "upstream closed ms", cell: (row) => renderFigure(row.upstreamClosedMs) },
  { title: "compile ms", cell: (row) => renderFigure(row.compileMillis) },
  { title: "decision ns", cell: (row) => renderFigure(row.decisionNanos) },
  { title: "all routes busy ns", cell: (row) => renderFigure(row.decisionSpreadNanos) },
  { title: "100 targets ns", cell: (row) => renderFigure(row.decisionWideNanos) },
  { title: "entries", cell: (row) => renderFigure(row.entries) },
  { title: "dimensions", cell: (row) => renderFigure(row.dimensions) },
  { title: "search µs", cell: (row) => renderFigure(row.scanMicros) },
  { title: "index MB", cell: (row) => renderFigure(row.heldMegabytes) },
  { title: "notes", cell: renderNotes },
];

/** One Markdown table for each scenario in the rows, aligned so that it reads well in a terminal too. */
export function renderTables(rows: readonly BenchRow[]): string {
  return SCENARIOS.filter(({ name }) => rows.some((row) => row.scenario === name))
    .map(({ name, about }) => `### ${name}\n\n${about}.\n\n${renderTable(rows.filter((row) => row.scenario === name))}\n`)
    .join("\n");
}

/** The whole results page: what was compared, on what machine, the tables. */
export function renderResults(rows: readonly BenchRow[], effort: { readonly rounds: number; readonly seconds: number }): string {
  const subjects = SUBJECTS.map(({ name, about }) => `- **${name}**: ${about}.`).join("\n");
  return `# Benchmark results

Written by \`npm run bench -- --write\`; how it measures is in [README.md](README.md).
${describeMachine()}
${effort.rounds} interleaved rounds of ${effort.seconds} s a subject; every figure is the median of its rounds.
\`ratio\` is to the bare Worker in the same round: of answers a second where there is an rps column (more is better), else of the measured cost (less is better).

${subjects}

${renderTables(rows)}`;
}

/** One sentence: what ran where, and how busy the machine was already. */
export function describeMachine(): string {
  const [first] = cpus();
  const workerd = /"version": "([^"]+)"/.exec(
    readFileSync(new URL("../node_modules/workerd/package.json", import.meta.url), "utf8"),
  )?.[1];
  const load = (loadavg()[0] ?? 0).toFixed(1);
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, ${cpus().length} × ${first?.model ?? "unknown CPU"}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}, workerd ${workerd ?? "unknown"}, Node ${process.versions.node}, load average ${load} at the end.`;
}

function renderTable(rows: readonly BenchRow[]): string {
  const columns = COLUMNS.filter(({ cell }) => rows.some((row) => cell(row) !== undefined));
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ cell }) => cell(row) ?? ""))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const render = (line: readonly string[]): string =>
    `| ${line.map((cell, index) => pad(cell, { index, width: widths[index] ?? 0, title: columns[index]?.title })).join(" | ")} |`;
  const [head = [], ...body] = lines;
  const rule = `|${columns.map(({ title }, index) => "-".repeat((widths[index] ?? 0) + 1) + (isText(title) ? "-" : ":")).join("|")}|`;
  return [render(head), rule, ...body.map(render)].join("\n");
}

function pad(
  cell: string,
  place: { readonly index: number; readonly width: number; readonly title: string | undefined },
): string {
  return isText(place.title) ? cell.padEnd(place.width) : cell.padStart(place.width);
}

function isText(title: string | undefined): boolean {
  return title === "subject" || title === "notes";
}

function renderFigure(value: number | undefined): string | undefined {
  return value === undefined ? undefined : value.toLocaleString("en-GB");
}

function renderRatio(row: BenchRow): string | undefined {
  if (row.ratio === undefined) return undefined;
  const [low, high] = row.ratioQuartiles ?? [row.ratio, row.ratio];
  return `${renderShare(row.ratio)} (${renderShare(low)}–${renderShare(high)})`;
}

function renderShare(value: number): string {
  return value.toFixed(2);
}

function renderNotes(row: BenchRow): string | undefined {
  const parts = [
    ...(row.failure === undefined ? [] : [`FAILED: ${row.failure}`]),
    ...(row.missing === undefined ? [] : [`missing: ${row.missing}`]),
    ...(row.notes ?? []),
  ];
  return parts.length === 0
    ? undefined
    : parts
        .join("; ")
        .replaceAll(/\s*\n\s*/g, " ")
        .replaceAll("|", "\\|");
}
