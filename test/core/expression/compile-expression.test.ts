import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { compileExpression, type Evaluation, type Expression } from "../../../src/core/expression/compile-expression.ts";
import { compilePattern } from "../../../src/core/expression/compile-pattern.ts";
import type { ExpressionFacts } from "../../../src/core/expression/facts.ts";
import { EXPRESSION_CASES } from "./expression-cases.ts";
import { createFacts } from "./facts-fixture.ts";

function compile(text: string): Expression {
  const compiled = compileExpression(text, compilePattern);
  if (compiled.kind === "refused") throw new Error(compiled.message);
  return compiled.expression;
}

function evaluate(text: string, facts: ExpressionFacts = createFacts()): Evaluation {
  return compile(text).evaluate(facts);
}

/** The message of an evaluation that must fail. */
function failureOf(text: string, facts?: ExpressionFacts): string {
  const evaluation = evaluate(text, facts);
  return evaluation.kind === "failed" ? evaluation.message : `no failure: ${evaluation.value}`;
}

/** A module's address as a literal. */
function urlOf(path: string): string {
  return JSON.stringify(new URL(path, import.meta.url).href);
}

function recordOf(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "v"]));
}

function headersOf(count: number): ReadonlyMap<string, string> {
  return new Map(Object.entries(recordOf(count)));
}

function rolesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `r${index}`);
}

describe("an expression", () => {
  it.each(EXPRESSION_CASES)("%s is %s", (text, value) => {
    expect(evaluate(text)).toEqual({ kind: "value", value });
  });

  it("keeps its text, and says of each request what its facts say", () => {
    const expression = compile("request.tokens < 4000");
    expect(expression.text).toBe("request.tokens < 4000");
    const values = [0, 3_999, 4_000, 1e9].map((tokens) => expression.evaluate(createFacts({ request: { tokens } })));
    expect(values.map((one) => one.kind === "value" && one.value)).toEqual([true, true, false, false]);
  });

  it("compares numbers of any size, and cuts fractions off", () => {
    expect(evaluate("request.tokens == 9007199254740991", createFacts({ request: { tokens: Number.MAX_SAFE_INTEGER } }))).toEqual(
      {
        kind: "value",
        value: true,
      },
    );
    expect(evaluate("request.tokens == 7", createFacts({ request: { tokens: 7.9 } }))).toEqual({ kind: "value", value: true });
  });

  it("follows a zone through its change of clocks", () => {
    const expression = compile("now.getHours('Europe/Berlin') == 3");
    const isThree = (instant: string): boolean => {
      const evaluation = expression.evaluate(createFacts({ now: new Date(instant) }));
      return evaluation.kind === "value" && evaluation.value;
    };
    expect(["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"].map(isThree)).toEqual(
      [false, true, false, true],
    );
  });
});

describe("a runtime that makes no code from text, as Workers do not", () => {
  it("evaluates the same", () => {
    const script = `
      import { compileExpression } from ${urlOf("../../../src/core/expression/compile-expression.ts")};
      import { compilePattern } from ${urlOf("../../../src/core/expression/compile-pattern.ts")};
      import { EXPRESSION_CASES } from ${urlOf("expression-cases.ts")};
      import { createFacts } from ${urlOf("facts-fixture.ts")};
      try { new Function("return 1"); process.exit(2); } catch {}
      const seen = EXPRESSION_CASES.map(([text]) => compileExpression(text, compilePattern).expression.evaluate(createFacts()).value);
      console.log(JSON.stringify(seen));`;
    const args = ["--disallow-code-generation-from-strings", "--input-type=module", "--eval", script];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(EXPRESSION_CASES.map(([, value]) => value));
  });
});

describe("a missing fact", () => {
  it("makes the evaluation fail, in words that name it", () => {
    expect(failureOf("caller.tags.region == 'eu'")).toBe(
      "`caller.tags.region`: there is no such key here; has(…) or 'key' in … asks first.",
    );
    expect(failureOf("request.headers['x-none'] == 'a'")).toContain("`request.headers['x-none']`: there is no such key");
    expect(failureOf("caller.roles[2] == 'a'")).toContain("`caller.roles[2]`");
  });

  it("never shows a value of the request", () => {
    const facts = createFacts({ request: { model: "hunter2" } });
    expect(failureOf("request.headers[request.model] == 'a'", facts)).not.toContain("hunter2");
    expect(failureOf("int(request.model) == 1", facts)).not.toContain("hunter2");
  });

  it.each([
    ["1 / (request.messages - 3) == 1", "division by zero"],
    ["9223372036854775807 + request.messages > 0", "overflow"],
    ["timestamp(request.model) == now", "ISO 8601"],
  ])("is not the only thing that fails: %s", (text, says) => {
    expect(failureOf(text)).toContain(says);
  });
});

describe("facts", () => {
  it("are read only where the expression names them", () => {
    const read: string[] = [];
    const spy = <Facts extends object>(name: string, facts: Facts): Facts =>
      new Proxy(facts, {
        get: (target, key, receiver) => {
          read.push(`${name}${String(key)}`);
          return Reflect.get(target, key, receiver);
        },
      });
    const { caller, now, request } = createFacts();
    const facts = spy("", { request: spy("request.", request), caller: spy("caller.", caller), now });
    compile("request.model == 'other' && request.headers['x-app'] == 'billing'").evaluate(facts);
    expect(read).toEqual(["request", "request.model"]);
    read.length = 0;
    compile("request.headers.all(name, request.headers[name] != '')").evaluate(facts);
    expect(read).toEqual(["request", "request.headers"]);
  });

  it.each(["constructor", "__proto__", "toString", "hasOwnProperty", "prototype"])(
    "have no member %s besides the declared ones",
    (name) => {
      expect(evaluate(`has(caller.tags.${name}) || '${name}' in caller.tags`)).toEqual({
        kind: "value",
        value: false,
      });
      expect(evaluate(`caller.tags.${name} == 'x'`).kind).toBe("failed");
      expect(evaluate(`caller.tags['${name}'] == 'x'`).kind).toBe("failed");
      expect(compileExpression(`request.${name} == 'x'`, compilePattern).kind).toBe("refused");
      expect(compileExpression(`caller.${name} == 'x'`, compilePattern).kind).toBe("refused");
    },
  );

  it("may be called as JavaScript calls its own, and hide no other fact", () => {
    const headers = new Map([
      ["__proto__", "a"],
      ["constructor", "b"],
      ["x-app", "billing"],
    ]);
    const facts = createFacts({ request: { headers }, caller: { tags: { constructor: "c" } } });
    expect(evaluate("request.headers['x-app'] == 'billing' && request.headers['constructor'] == 'b'", facts)).toMatchObject({
      value: true,
    });
    expect(evaluate("request.headers['__proto__'] == 'a' && caller.tags.constructor == 'c'", facts)).toMatchObject({
      value: true,
    });
  });

  it("are never code: a caller's text is compared, whatever it says", () => {
    const text = "' || true || '";
    const facts = createFacts({ request: { model: text, headers: new Map([["x-app", text]]) }, caller: { roles: [text] } });
    expect(evaluate("request.model == '' || request.headers['x-app'] == '' || 'admin' in caller.roles", facts)).toMatchObject({
      value: false,
    });
  });

  it("are bounded: 100 headers, 16 tags and 64 roles are read, and more fail", () => {
    const most = createFacts({ request: { headers: headersOf(100) }, caller: { tags: recordOf(16), roles: rolesOf(64) } });
    expect(evaluate("size(request.headers) + size(caller.tags) + size(caller.roles) == 180", most)).toMatchObject({
      value: true,
    });
    expect(failureOf("has(request.headers.a)", createFacts({ request: { headers: headersOf(101) } }))).toContain(
      "more than 100 entries",
    );
    expect(failureOf("has(caller.tags.a)", createFacts({ caller: { tags: recordOf(17) } }))).toContain("more than 16 entries");
    expect(failureOf("'a' in caller.roles", createFacts({ caller: { roles: rolesOf(65) } }))).toContain("more than 64 entries");
  });
});
