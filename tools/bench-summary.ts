import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../", import.meta.url));
const README = join(REPOSITORY, "README.md");
const RESULTS = join(REPOSITORY, "bench/RESULTS.md");
const BLOCK = /<!-- bench -->\n[\s\S]*?<!-- \/bench -->/;
const PEERS = ["portkey", "nginx"];
const NOT_MEASURED = "Nothing has been measured here yet.";

/** Puts what bench/RESULTS.md says into the README, between `<!-- bench -->` and `<!-- /bench -->`. */
export function refreshBenchSummary(): void {
  writeFileSync(README, withSummary(readFileSync(README, "utf8")));
}

/** Says that the README's measured table is not that of bench/RESULTS.md; nothing when it is. */
export function checkBenchSummary(): string {
  const readme = readFileSync(README, "utf8");
  return withSummary(readme) === readme ? "" : "README.md has other figures than bench/RESULTS.md: run npm run bench -- --write.";
}

/** @throws Error when the README has no place for it */
function withSummary(readme: string): string {
  if (!BLOCK.test(readme)) throw new Error("README.md has no <!-- bench --> … <!-- /bench --> block.");
  const summary = existsSync(RESULTS) ? summarise(readFileSync(RESULTS, "utf8")) : NOT_MEASURED;
  return readme.replace(BLOCK, () => `<!-- bench -->\n\n${summary}\n\n<!-- /bench -->`);
}

/** One row a scenario out of the results page's tables: ratios to the bare Worker, and what a request or stream costs in CPU time. */
function summarise(results: string): string {
  const [, ...sections] = results.split(/^### /m);
  const rows = sections.flatMap((section) => {
    const [name = ""] = section.split("\n", 1);
    return summariseScenario(name.trim(), readTable(section));
  });
  const machine = /^\d{4}-\d\d-\d\d, .*$/m.exec(results)?.[0];
  if (rows.length === 0 || machine === undefined)
    throw new Error("bench/RESULTS.md has no tables of the kind that npm run bench -- --write makes.");
  const head = ["scenario", "ratio of", "fairlead", ...PEERS, "CPU µs, fairlead", "bare"];
  const lines = renderTable([head, ...rows]);
  return `Ratios to a bare pass-through Worker in the same run, median and quartiles; of a rate more is better, of a cost less. All tables: [bench/RESULTS.md](bench/RESULTS.md).\n${machine}\n\n${lines.join("\n")}`;
}

/** As the formatter wants it: every cell as wide as the widest of its column. */
function renderTable([head = [], ...body]: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((title, index) => Math.max(3, title.length, ...body.map((cells) => cells[index]?.length ?? 0)));
  const render = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  return [head, widths.map((width) => "-".repeat(width)), ...body].map(render);
}

type Table = readonly Readonly<Record<string, string>>[];

function summariseScenario(name: string, table: Table): readonly (readonly string[])[] {
  const cell = (subject: string, column: string): string => table.find((row) => row["subject"] === subject)?.[column] ?? "";
  const ratio = (subject: string): string => cell(subject, "ratio (quartiles)");
  if (ratio("fairlead") === "") return [];
  const kind = cell("fairlead", "rps") === "" ? "cost" : "rate";
  return [[name, kind, ratio("fairlead"), ...PEERS.map(ratio), cell("fairlead", "CPU µs"), cell("bare", "CPU µs")]];
}

/** The first table of a section: a row each, by column title. */
function readTable(section: string): Table {
  const [head = [], , ...body] = section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return body.map((cells) => Object.fromEntries(head.map((title, index) => [title, cells[index] ?? ""])));
}
