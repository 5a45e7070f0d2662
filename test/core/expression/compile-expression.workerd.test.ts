import { describe, expect, it } from "vitest";
import { compileExpression } from "../../../src/core/expression/compile-expression.ts";
import { compilePattern } from "../../../src/core/expression/compile-pattern.ts";
import { EXPRESSION_CASES } from "./expression-cases.ts";
import { createFacts } from "./facts-fixture.ts";

describe("an expression in workerd", () => {
  it.each(EXPRESSION_CASES)("%s is %s", (text, value) => {
    const compiled = compileExpression(text, compilePattern);
    if (compiled.kind === "refused") throw new Error(compiled.message);
    expect(compiled.expression.evaluate(createFacts())).toEqual({ kind: "value", value });
  });

  it("refuses a large one and reads patterns in linear time, as everywhere", () => {
    expect(compileExpression("true||".repeat(200_000), compilePattern).kind).toBe("refused");
    expect(compileExpression("!".repeat(4_096), compilePattern).kind).toBe("refused");
    const compiled = compileExpression("request.model.re2('^(a+)+$')", compilePattern);
    if (compiled.kind === "refused") throw new Error(compiled.message);
    const facts = createFacts({ request: { model: `${"a".repeat(100_000)}!` } });
    expect(compiled.expression.evaluate(facts)).toEqual({ kind: "value", value: false });
  });
});
