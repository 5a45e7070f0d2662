import { describe, expect, it } from "vitest";
import { isTooNested } from "../../../src/core/policy/is-too-nested.ts";
import { compileText } from "./compile-files.ts";

const SIZE = 256 * 1024 - 16;

async function codesOf(text: string): Promise<readonly string[]> {
  const result = await compileText(text);
  return (result.kind === "rejected" ? result.problems : result.warnings).map(({ code }) => code);
}

function staircase(steps: number): string {
  return Array.from({ length: steps }, (_, step) => `${" ".repeat(step)}a:`).join("\n");
}

describe("hostile YAML", () => {
  it("is refused by size before it is read", async () => {
    expect(await codesOf("a".repeat(256 * 1024 + 1))).toContain("file_too_large");
    expect(await codesOf("é".repeat(128 * 1024 + 1))).toContain("file_too_large");
    expect(await codesOf(`# ${"x".repeat(SIZE)}`)).toEqual(["no_routes"]);
  });

  it.each([
    ["brackets", "["],
    ["braces", "{"],
    ["dashes", "- "],
    ["question marks", "? "],
    ["keys in keys", "a: "],
    ["tabs", "\t"],
    ["flow maps", "{a: "],
  ])("of nothing but %s is refused before the parser recurses", async (_, unit) => {
    const text = unit.repeat(Math.floor(SIZE / unit.length));
    expect(isTooNested(text)).toBe(true);
    expect(await codesOf(text)).toEqual(["yaml_too_complex"]);
  });

  it("may be deep in indentation only as far as a policy could be", () => {
    expect(isTooNested(staircase(100))).toBe(false);
    expect(isTooNested(staircase(200))).toBe(true);
  });

  it("with long flow lists, quoted brackets and block text is no nesting", () => {
    const flow = `a: [${"{ b: c, d: [e] }, ".repeat(200)}]`;
    const quoted = `a: "${"[".repeat(100)}"\nb: '${"{".repeat(100)}'\n# ${"[".repeat(100)}\nc: |\n  ${"[".repeat(100)}\n`;
    expect(isTooNested(flow)).toBe(false);
    expect(isTooNested(quoted)).toBe(false);
  });

  it.each([
    ["quotes", '"'.repeat(SIZE)],
    ["anchors", Array.from({ length: 5_000 }, (_, index) => `- &a${index} x`).join("\n")],
    ["exclamation marks", "!".repeat(SIZE)],
    ["block scalars", "|\n".repeat(SIZE / 2)],
    ["NUL bytes", "\u0000".repeat(1_000)],
    ["lone surrogates", "\uD800: \uDFFF"],
    ["many fields", Array.from({ length: 5_000 }, (_, index) => `k${index}: 1`).join("\n")],
    ["an old YAML version", "%YAML 1.1\n---\na: yes\nb: !!binary aGk=\n<<: { c: d }"],
  ])("of %s is refused without a throw", async (_, text) => {
    expect((await compileText(text)).kind).toBe("rejected");
  });

  it("never reaches a prototype", async () => {
    const text = "apiVersion: fairlead.dev/v1alpha1\nkind: Consumer\nmetadata: { name: app }\nspec: { tags: { __proto__: x } }\n";
    expect(await codesOf(text)).toContain("forbidden_key");
    expect(Object.hasOwn(Object.prototype, "tier")).toBe(false);
  });

  it("may use anchors and aliases, whose problems are placed at the alias", async () => {
    const shared =
      "apiVersion: fairlead.dev/v1alpha1\nkind: Consumer\nmetadata: { name: &name app, labels: { app: *name } }\nspec: { tags: { a: &tag x, b: *tag } }\n";
    expect(await codesOf(shared)).toEqual(["no_routes"]);
    const result = await compileText(shared.replace("&tag x", "&tag [x]"));
    const lines =
      result.kind === "rejected" ? result.problems.filter(({ code }) => code === "wrong_type").map(({ column }) => column) : [];
    expect(lines).toEqual([25, 33]);
  });

  it("without any document is fine", async () => {
    for (const text of ["", "\n", "# only a comment\n", "---\n---\n", "\uFEFF"])
      expect(await codesOf(text)).toEqual(["no_routes"]);
  });
});
