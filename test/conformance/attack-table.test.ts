import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { attackCases } from "./attacks.ts";

/** The families a router without the kinds still to come has to answer for, and how many rows each has. */
const FAMILIES: Readonly<Record<string, number>> = { A: 22, B: 28, C: 13, D: 28, E: 14, F: 14 };
const SINGLE = ["H01", "H02", "H03", "H04", "H06", "H12"];

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const [tested = "", waiting = ""] = readme.slice(readme.indexOf("## Attacks")).split("Rows that wait");

/** Row ids of a table's first cells: `A01–A09, D03 (timing half)`. */
function readRows(section: string): ReadonlySet<string> {
  const cells = [...section.matchAll(/^\| ([^|]*\d[^|]*) \|/gm)].map(([, cell = ""]) => cell);
  return new Set(cells.flatMap((cell) => [...cell.matchAll(/([A-H])(\d\d)(?:–[A-H](\d\d))?/g)].flatMap(expandRange)));
}

function expandRange([, family = "", first = "", last = first]: RegExpExecArray): readonly string[] {
  const count = Number(last) - Number(first) + 1;
  return Array.from({ length: count }, (_, offset) => family + String(Number(first) + offset).padStart(2, "0"));
}

const rows = Object.entries(FAMILIES).flatMap(([family, count]) =>
  Array.from({ length: count }, (_, index) => family + String(index + 1).padStart(2, "0")),
);

it("says of every attack row where it is tested or what it waits for", () => {
  const named = new Set([...readRows(tested), ...readRows(waiting)]);
  expect([...rows, ...SINGLE].filter((row) => !named.has(row))).toEqual([]);
});

it("claims a test for every row that is sent over the wire", () => {
  const claimed = readRows(tested);
  expect([...new Set(attackCases.map(({ id }) => id))].filter((id) => !claimed.has(id))).toEqual([]);
});
