import { expect, it } from "vitest";
import { csvLine } from "../../src/core/csv.ts";

it("writes numbers as they are, and quotes what would break the line", () => {
  expect(csvLine(["a", 1.5, -3, "b,c", 'say "x"', "two\nlines", ""])).toBe('a,1.5,-3,"b,c","say ""x""","two\nlines",\r\n');
});

it.each([
  ["=HYPERLINK(0)", "'=HYPERLINK(0)"],
  ["+1", "'+1"],
  ["-2+3", "'-2+3"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["  =1", "'  =1"],
  ["\t=1", "'\t=1"],
  ["＝1", "'＝1"],
  ["a=1", "a=1"],
])("lets no spreadsheet run %j (attack E11)", (text, written) => {
  expect(csvLine([text])).toBe(`${written}\r\n`);
});

it("keeps in one cell what would begin a line of its own (attack E11)", () => {
  expect(csvLine(["\r\n2026 ADMIN login"])).toBe('"\'\r\n2026 ADMIN login"\r\n');
});
