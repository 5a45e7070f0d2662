import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runCache } from "../../../src/cli/cache.ts";
import { BOUND_CASES, runBoundCase } from "./bound-cases.ts";

const FIXTURES = fileURLToPath(new URL("../../fixtures/semantic/", import.meta.url));

async function run(...args: readonly string[]) {
  const lines: { out: string[]; err: string[] } = { out: [], err: [] };
  const io = {
    out: (line: string) => void lines.out.push(line),
    err: (line: string) => void lines.err.push(line),
    env: {},
    cwd: FIXTURES,
  };
  const code = await runCache(args, io);
  return { code, out: lines.out.join("\n"), err: lines.err.join("\n") };
}

describe("fairlead cache eval", () => {
  it("prints what the cache would give of a file, how wrong that is, and the curve", async () => {
    const { code, out } = await run(
      "eval",
      "hwu64_answers.tsv",
      "--arrivals",
      "300",
      "--seeds",
      "2",
      "--max-false-hit-rate",
      "5%",
    );
    expect(code).toBe(0);
    const lines = out.split("\n");
    expect(lines[0]).toMatch(/^bound +seed +decided +hits/);
    expect(lines.slice(1, 3).map((line) => line.split(/ +/).slice(0, 2))).toEqual([
      ["5.00%", "1"],
      ["5.00%", "2"],
    ]);
    expect(out).toContain("What other bounds would have given");
  });

  it.each([
    [["none.tsv"], 1, "Cannot read none.tsv"],
    [["NOTICE.md"], 1, "No column of texts"],
    [[], 2, "Name one file."],
    [["hwu64_answers.tsv", "--max-false-hit-rate", "0.02"], 2, "is a percentage"],
    [["hwu64_answers.tsv", "--embedder", "e5"], 2, "is hash or an address"],
    [["hwu64_answers.tsv", "--seeds", "few"], 2, "--seeds is a number"],
  ])("refuses %j", async (args, code, message) => {
    const refused = await run("eval", ...args);
    expect(refused).toMatchObject({ code, out: "" });
    expect(refused.err).toContain(message);
  });

  // Full size, with a real model beside: `npm run prove -- cache`.
  it("keeps its bound on a stream on which no fixed threshold does, and gives more than any that is as seldom wrong", async () => {
    const [figures] = await runBoundCase(BOUND_CASES[0], {
      embedder: { kind: "hash" },
      arrivals: 2_000,
      bounds: [0.1],
      seeds: [1],
      directory: tmpdir(),
    });
    expect(figures?.fixed).toBeGreaterThan(0.1);
    expect(figures?.hits).toBeGreaterThan(100);
    expect((figures?.wrong ?? 0) / (figures?.hits ?? 1)).toBeLessThan(0.1);
    expect(figures?.hits).toBeGreaterThan(figures?.best ?? 0);
  });
});
