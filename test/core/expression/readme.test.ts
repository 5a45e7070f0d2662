import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileExpression } from "../../../src/core/expression/compile-expression.ts";
import { compilePattern } from "../../../src/core/expression/compile-pattern.ts";
import { CALLER_FIELDS, MOST_ENTRIES, REQUEST_FIELDS } from "../../../src/core/expression/facts.ts";
import { EXPRESSION_LIMITS } from "../../../src/core/expression/limits.ts";
import { FUNCTIONS, METHODS } from "../../../src/core/expression/vocabulary.ts";

const readme = readFileSync(new URL("../../../src/core/expression/README.md", import.meta.url), "utf8");
const rows = readme.split("\n").filter((line) => line.startsWith("|"));

describe("the page about expressions", () => {
  it("has every variable with its type", () => {
    const variables = [
      ...Object.entries(REQUEST_FIELDS).map(([name, type]) => [`request.${name}`, type]),
      ...Object.entries(CALLER_FIELDS).map(([name, type]) => [`caller.${name}`, type]),
      ["now", "timestamp"],
    ];
    const listed = rows.flatMap((row) =>
      [...row.matchAll(/^\| `([a-zA-Z.]+)` +\| `([^`]+)`/g)].map(([, name, type]) => [name, type]),
    );
    expect(listed).toEqual(variables);
  });

  it("has every function and method", () => {
    const names = [...FUNCTIONS.keys(), ...METHODS.keys()];
    expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it("has every limit", () => {
    const figures = [...Object.values(EXPRESSION_LIMITS), ...Object.values(MOST_ENTRIES)].map((figure) =>
      figure.toLocaleString("en-US"),
    );
    const listed = rows.flatMap((row) => [...row.matchAll(/\| ([\d,]+) +\|$/g)].map(([, figure]) => figure));
    expect(listed.toSorted()).toEqual(figures.toSorted());
  });

  it("has examples that compile", () => {
    const examples = [...readme.matchAll(/```cel\n([^`]*)```/g)].flatMap(([, block = ""]) => block.trim().split("\n"));
    expect(examples.length).toBeGreaterThan(9);
    const refused = examples
      .map((example) => compileExpression(example, compilePattern))
      .filter(({ kind }) => kind === "refused");
    expect(refused).toEqual([]);
  });
});
