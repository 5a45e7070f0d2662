import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runExplain } from "../../src/cli/explain.ts";
import { runValidate } from "../../src/cli/validate.ts";
import { createWorkplace, type Workplace } from "./temporary-policies.ts";

const GUIDE = readFileSync(join(import.meta.dirname, "../../docs/routing.md"), "utf8");
const BROKEN = join(import.meta.dirname, "drill/broken");

function blocks(language: string): readonly string[] {
  return [...GUIDE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , text = ""]) => text);
}

/** A directory with the guide's policies and the two files of its example. */
async function createGuidePlace(): Promise<Workplace> {
  const place = await createWorkplace();
  const yaml = blocks("yaml");
  await place.write("guide.yaml", yaml.filter((text) => text.includes("apiVersion:")).join("---\n"));
  for (const text of yaml.filter((each) => each.startsWith("# "))) {
    await place.write(/^# (\S+)/.exec(text)?.[1] ?? "", text);
  }
  return place;
}

describe("the routing guide", () => {
  it("has policies that compile without a word", async () => {
    const { io, out } = await createGuidePlace();
    expect(await runValidate(["guide.yaml"], io)).toBe(0);
    expect(out).toEqual([expect.stringMatching(/^guide\.yaml: valid, 0 errors, 0 warnings in 1 file: 3 providers, 5 routes/)]);
  });

  it("shows what explain says of its example", async () => {
    const { io, out } = await createGuidePlace();
    const args = ["--request", "request.yaml", "--state", "state.yaml", "--policies", "guide.yaml"];
    expect(await runExplain(args, io)).toBe(0);
    expect(blocks("text")).toContain(`${out.join("\n")}\n`);
  });

  it("shows what drill says of broken policies", () => {
    const expected = readdirSync(BROKEN).map((what) => readFileSync(join(BROKEN, what, "expected.txt"), "utf8"));
    const shown = blocks("text").flatMap((text) => text.split("\n").filter((line) => line.startsWith("FAILS ")));
    expect(shown.length).toBeGreaterThan(1);
    expect(shown.filter((line) => !expected.some((text) => text.includes(line)))).toEqual([]);
  });
});
