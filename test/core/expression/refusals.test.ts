import { describe, expect, it } from "vitest";
import { compileExpression } from "../../../src/core/expression/compile-expression.ts";
import { compilePattern } from "../../../src/core/expression/compile-pattern.ts";
import type { Refusal } from "../../../src/core/expression/refusal.ts";

function refusalOf(text: string): Refusal {
  const compiled = compileExpression(text, compilePattern);
  if (compiled.kind === "compiled") throw new Error(`${text} is compiled.`);
  return compiled;
}

function repeat(term: string, count: number, joint: string): string {
  return Array.from({ length: count }, () => term).join(joint);
}

describe("names", () => {
  it.each([
    ["requst.model == 'a'", "no such variable", "`requst`", "request"],
    ["model == 'a'", "no such variable", "`model`", "request.model"],
    ["tags.tier == 'a'", "no such variable", "`tags`", "caller.tags"],
    ["request.modle == 'a'", "no such field", "`request.modle`", "model"],
    ["caller.team == 'a'", "no such field", "`caller.team`", null],
    ["has(request.modle)", "no such field", "`request.modle`", "model"],
    ["caller.roles.exists(r, role == 'a')", "no such variable", "`role`", null],
    ["request.model.startWith('a')", "no such method", "`startWith`", "startsWith"],
    ["szie(request.model) == 1", "no such function", "`szie`", "size"],
    ["startsWith(request.model, 'a')", "no such function", "`startsWith`", null],
    ["request.headers['X-App'] == 'a'", "names of headers are in lower case", "`X-App`", "x-app"],
    ["request.headers.Accept == 'a'", "names of headers are in lower case", "`Accept`", "accept"],
    ["'X-App' in request.headers", "names of headers are in lower case", "`X-App`", "x-app"],
    ["has(request.headers.Accept)", "names of headers are in lower case", "`Accept`", "accept"],
    ["now.getHours('Europe/Berln') == 1", "no such time zone", "`'Europe/Berln'`", null],
  ])("%s", (text, ...expected) => {
    const { found, says, suggestion } = refusalOf(text);
    expect([says, found, suggestion]).toEqual(expected);
  });

  it("are refused in one sentence that says what was found, what is allowed and what was meant", () => {
    expect(refusalOf("caller.tag.tier == 'gold'").message).toBe(
      "no such field, found `caller.tag`; allowed: tenant, consumer, key, roles, tags; did you mean tags?",
    );
  });

  it.each([
    "cel.bind(x, 1, x == 1)",
    "dyn(1) == 1",
    "type(1) == int",
    "google.protobuf == 1",
    "string == string",
    "b'{}'.json() == {}",
    "request.?model == 'a'",
  ])("of the library that are not offered are refused: %s", (text) => {
    expect(compileExpression(text, compilePattern).kind).toBe("refused");
  });

  it("cannot be given a second meaning", () => {
    for (const name of ["request", "caller", "now"])
      expect(refusalOf(`caller.roles.all(${name}, true)`).says).toContain("a name of its own");
    expect(refusalOf("caller.roles.all(r, caller.roles.all(r, true))").says).toContain("a name of its own");
  });

  it("stand for a fact with fields only before a dot", () => {
    for (const text of ["request == request", "request in [request]", "request['model'] == 'a'", "caller['ro' + 'les'] == []"])
      expect(compileExpression(text, compilePattern).kind).toBe("refused");
  });
});

describe("types", () => {
  it.each([
    ["request.tokens", "gives int"],
    ["'true'", "gives string"],
    ["caller.roles.filter(r, true)", "gives list"],
    ["request.tokens == '5'", "no such overload: int == string"],
    ["request.model.startsWith(5)", "allowed: string.startsWith(string)"],
    ["request.model && true", "bool"],
    ["request.stream ? 1 : 'a'", "same type"],
    ["[1, 'a'] == []", "same type"],
    ["request.model.all(x, true)", "range of a comprehension"],
    ["request.tokens.tier == 'a'", "Cannot index type 'int'"],
    ["now < 5", "timestamp < int"],
    ["request.tokens.re2('a')", "must be a string"],
    ["request.model.getHours('UTC') == 1", "must be a timestamp"],
    ["caller.roles.exists(r, r)", "bool"],
  ])("%s does not fit", (text, says) => {
    expect(refusalOf(text).message).toContain(says);
  });
});

describe("syntax", () => {
  it.each([
    ["", "at character 1"],
    ["request.tokens <", "at character 17"],
    ["request.model = 'a'", "at character 15"],
    ["'a", "at character 1"],
    ["true; true", "at character 5"],
    ["var == 1", "Reserved"],
    ["a\u0000b", "at character 2"],
    ["caller.roles.all(1, true)", "iteration variable at character 18"],
    ["caller.roles.all(r)", "takes a variable"],
    ["has(caller.tags['tier'])", "has() asks for one field"],
    ["has(request.model.x)", "has() asks for one field"],
    ["has(caller)", "has() asks for one field"],
  ])("%j is refused with its place", (text, says) => {
    expect(refusalOf(text).message).toContain(says);
  });
});

describe("limits", () => {
  it("bound characters, terms, nesting and entries, each exactly", () => {
    expect(compileExpression(`true${" ".repeat(4_092)}`, compilePattern).kind).toBe("compiled");
    expect(refusalOf(`true${" ".repeat(4_093)}`).message).toBe(
      "the expression is too long, found 4097 characters; allowed: at most 4096",
    );
    expect(compileExpression(repeat("true", 250, "||"), compilePattern).kind).toBe("compiled");
    expect(refusalOf(repeat("true", 251, "||")).message).toContain("at most 500 terms");
    expect(compileExpression(`${"(".repeat(31)}true${")".repeat(31)}`, compilePattern).kind).toBe("compiled");
    expect(refusalOf(`${"(".repeat(32)}true${")".repeat(32)}`).message).toContain("32 levels");
    expect(compileExpression(`1 in [${repeat("1", 100, ",")}]`, compilePattern).kind).toBe("compiled");
    expect(refusalOf(`1 in [${repeat("1", 101, ",")}]`).message).toContain("100 entries");
    expect(refusalOf(`1 in {${repeat("1:1", 101, ",")}}`).message).toContain("100 entries");
    expect(refusalOf(`${"!".repeat(4_000)}true`).message).toContain("too large");
  });

  it("bound the steps of an evaluation: a comprehension counts for each entry it may go through", () => {
    expect(compileExpression("request.headers.all(a, caller.tags.all(b, a != b))", compilePattern).kind).toBe("compiled");
    const { found, message } = refusalOf("request.headers.all(a, request.headers.all(b, a != b))");
    expect(message).toContain("too many steps");
    expect(message).toContain("at most 10000");
    expect(found).toBe("up to 40403");
    expect(refusalOf("(caller.roles + caller.roles).all(a, (caller.roles + caller.roles).all(b, a == b))").message).toContain(
      "steps",
    );
    expect(
      refusalOf(
        "request.headers.all(k, k.contains('a') && k.contains('b') && k.contains('c') && k.contains('d') && k.contains('e'))",
      ).message,
    ).toContain("steps");
  });

  it("keep collections flat: a value named twice, again and again, would be a tree of any size", () => {
    for (const text of [
      "[[1]] == [[1]]",
      "{'a': [1]} == {'a': [1]}",
      "caller.roles.map(r, [r, r]) == []",
      "[caller.roles + caller.roles] == []",
      "[request.stream ? caller.roles : []] == []",
    ])
      expect(refusalOf(text).says).toBe("a list or map holds no lists or maps");
  });

  it("refuse an expression of a million terms without parsing it (attack H04)", () => {
    for (const text of [
      repeat("true", 1_000_000, "||"),
      "(".repeat(1_000_000),
      "!".repeat(1_000_000),
      "[".repeat(1_000_000),
      "'".repeat(1_000_001),
    ])
      expect(refusalOf(text)).toMatchObject({ says: "the expression is too long", found: `${text.length} characters` });
  });

  it("are reached by nothing that fits into 4,096 characters without an answer (attack H04)", () => {
    const doubling = Array.from({ length: 20 }, (_, index) => `.map(v${index}, {v${index}: v${index}})`).join("");
    for (const text of [
      `[1]${doubling} == []`,
      "a.".repeat(2_047),
      "[".repeat(4_096),
      "-".repeat(4_096),
      "{".repeat(4_096),
      "x?".repeat(2_048),
      "r(".repeat(2_048),
    ])
      expect(compileExpression(text, compilePattern).kind).toBe("refused");
  });
});
