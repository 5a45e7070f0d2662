import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROBLEM_TABLE, renderProblem } from "../../../src/core/policy/problem.ts";
import { compileFiles, readYamlFiles } from "./compile-files.ts";

const files = readYamlFiles(join(import.meta.dirname, "broken"));
/** Needs a file too large to keep here; read-documents.test.ts has it. */
const CODES_WITHOUT_FILE = new Set(["file_too_large"]);

describe("broken policy files", () => {
  it.each(files)("refuses $path for what its name says", async (file) => {
    const result = await compileFiles([file]);
    const codes: readonly string[] = result.kind === "rejected" ? result.problems.map(({ code }) => code) : [];
    expect(codes).toContain(file.path.split("--")[0]);
  });

  it("renders every problem as reviewed", async () => {
    const blocks = files.map(async (file) => {
      const result = await compileFiles([file]);
      const problems = result.kind === "rejected" ? result.problems : result.warnings;
      return `${problems.map(renderProblem).join("\n")}\n`;
    });
    await expect((await Promise.all(blocks)).join("\n")).toMatchFileSnapshot("./broken.snapshot.txt");
  });

  it("covers every error code with at least fifty files", () => {
    const covered = new Set(files.map(({ path }) => path.split("--")[0]));
    const errors = Object.entries(PROBLEM_TABLE).filter(
      ([code, { severity }]) => severity === "error" && !CODES_WITHOUT_FILE.has(code),
    );
    expect(errors.map(([code]) => code).filter((code) => !covered.has(code))).toEqual([]);
    expect(files.length).toBeGreaterThanOrEqual(50);
  });
});
