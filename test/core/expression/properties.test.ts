import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileExpression } from "../../../src/core/expression/compile-expression.ts";
import { compilePattern } from "../../../src/core/expression/compile-pattern.ts";
import type { ExpressionFacts } from "../../../src/core/expression/facts.ts";
import { EXPRESSION_CASES } from "./expression-cases.ts";
import { createFacts } from "./facts-fixture.ts";

// prettier-ignore
const token = fc.constantFrom(
  "request", "caller", "now", ".", "model", "tokens", "headers", "tags", "roles", "tier", "constructor", "__proto__", "(", ")", "[", "]", "{",
  "}", ",", ":", "?", "!", "-", "+", "*", "/", "%", "&&", "||", "==", "!=", "<", ">=", "in", "1", "0x1", "1u", "1.5", "'a'", "'", "\"", "r'\\d'",
  "b'x'", "true", "null", "has", "size", "all", "exists", "map", "filter", "re2", "matches", "getHours", "'UTC'", "x", "y", "dyn", "cel", "bind",
  "timestamp", "duration", "int", "string", "//", " ", "\n", "\\",
);
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join("")),
  fc.tuple(fc.constantFrom(...EXPRESSION_CASES), fc.nat(), token).map(([[valid], at, put]) => {
    const place = at % (valid.length + 1);
    return valid.slice(0, place) + put + valid.slice(place + (at % 3));
  }),
);

const COMPILED = EXPRESSION_CASES.map(([valid]) => {
  const compiled = compileExpression(valid, compilePattern);
  if (compiled.kind === "refused") throw new Error(compiled.message);
  return compiled.expression;
});

/** Getters that throw, and values of every wrong type. */
function hostile(facts: object, values: readonly unknown[]): object {
  return new Proxy(facts, {
    get: (target, key, receiver) => {
      const value = values[String(key).length % Math.max(1, values.length)];
      if (value === "throw") throw new Error(`no ${String(key)}`);
      return value === "keep" ? Reflect.get(target, key, receiver) : value;
    },
  });
}

describe("whatever comes", () => {
  it("no text throws out of the compiler, and what it compiles evaluates to a bool or fails", () => {
    let compiledCount = 0;
    fc.assert(
      fc.property(text, (source) => {
        const compiled = compileExpression(source, compilePattern);
        if (compiled.kind === "refused") return compiled.message !== "" && !/[^ -~…]/.test(compiled.message);
        compiledCount++;
        return ["value", "failed"].includes(compiled.expression.evaluate(createFacts()).kind);
      }),
      { numRuns: 20_000 },
    );
    expect(compiledCount).toBeGreaterThan(500);
  });

  it("no facts make an evaluation throw", () => {
    const value = fc.oneof(
      fc.constantFrom("throw", "keep"),
      fc.anything({ withBigInt: true, withNullPrototype: true, withDate: true, withMap: true }),
    );
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 5 }),
        fc.array(value, { minLength: 1, maxLength: 5 }),
        (outer, inner) => {
          const { caller, now, request } = createFacts();
          const facts = hostile(
            { request: hostile(request, inner), caller: hostile(caller, inner), now },
            outer,
          ) as ExpressionFacts; // on purpose
          for (const expression of COMPILED) {
            const evaluation = expression.evaluate(facts);
            expect(evaluation.kind === "failed" || typeof evaluation.value === "boolean").toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
