import { cpSync, readdirSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runDrillCommand } from "../../../src/cli/drill.ts";
import type { DrillReport } from "../../../src/cli/drill/report.ts";
import { POLICIES_DIRECTORY } from "../../core/policy/compile-files.ts";
import { createWorkplace } from "../temporary-policies.ts";

const FOLDER = import.meta.dirname;
const BROKEN = readdirSync(join(FOLDER, "broken"));
/** As on a machine where everything is configured: then no warning speaks of this one. */
const CONFIGURED = { OPENAI_API_KEY: "x", OPENAI_API_KEY_2: "x", ANTHROPIC_API_KEY: "x", GEMINI_API_KEY: "x" };

interface Drilled {
  readonly code: number;
  readonly text: string;
}

/** What the command says of a directory, without what differs from run to run. */
async function drill(location: string, env: Readonly<Record<string, string>> = CONFIGURED): Promise<Drilled> {
  const out: string[] = [];
  const io = { out: (line: string) => void out.push(line), err: (line: string) => void out.push(line), env, cwd: FOLDER };
  const code = await runDrillCommand([location], io);
  const text = out
    .join("\n")
    .replaceAll(/; the caller got .*$/gm, "")
    .replace(/[\d.]+ s$/, "so many s");
  return { code, text: `${text}\n` };
}

it("holds on the repository's own policies", async () => {
  const { code, text } = await drill(POLICIES_DIRECTORY);
  expect({ code, failures: text.split("\n").filter((line) => line.startsWith("FAILS")) }).toEqual({ code: 0, failures: [] });
  expect(text).toMatch(/: 5 rules, \d{3} paths, \d{3} held, 0 failed, so many s\n$/);
});

it("holds on policies with places, splits, other models, keys, hedges and formats", async () => {
  expect(await drill("holds")).toEqual({
    code: 0,
    text: expect.stringMatching(/^not drilled: .*\nholds: 5 rules, \d{3} paths, \d{3} held, 0 failed, so many s\n$/),
  });
});

describe("a path that does not hold is named, and why", () => {
  it("in ten directories and more", () => {
    expect(BROKEN.length).toBeGreaterThanOrEqual(10);
  });

  it.concurrent.for(BROKEN)("%s", async (what, local) => {
    const { code, text } = await drill(`broken/${what}`);
    local.expect(code).toBe(1);
    await local.expect(text).toMatchFileSnapshot(`broken/${what}/expected.txt`);
  });
});

describe("credentials", () => {
  it("that are not set are worth a word, and drilled as if they were", async () => {
    const { code, text } = await drill("broken/hedge-alone", {});
    expect(code).toBe(1);
    expect(text).toContain("warning default/openai: credentials: OPENAI_API_KEY is not set here; drilled as if it were\n");
  });

  it("that are not set leave their providers out, with --only-configured", async () => {
    const { io, out } = await createWorkplace({ OPENAI_API_KEY: "x" });
    await cp(join(FOLDER, "broken/too-few-attempts"), join(io.cwd, "narrow"), { recursive: true });
    expect(await runDrillCommand(["narrow", "--only-configured", "--json"], io)).toBe(1);
    const report = JSON.parse(out.join("\n")) as DrillReport; // our own output
    const reserve = report.failed.find(({ path }) => path === "cloud → reserve");
    expect(reserve?.why).toContain("gemini/gemini-2.5-flash is never asked");
  });
});

describe("a mistake", () => {
  it("of the command line is answered with the usage", async () => {
    const { err, io } = await createWorkplace();
    expect(await runDrillCommand(["a", "b"], io)).toBe(2);
    expect(await runDrillCommand(["--wrong"], io)).toBe(2);
    expect(err[0]).toContain("Usage:\nfairlead drill [DIR]");
  });

  it("in the policies is named, and nothing is drilled", async () => {
    const { err, io, out } = await createWorkplace();
    cpSync(join(FOLDER, "broken/hedge-alone/policies.yaml"), join(io.cwd, "policies/again.yaml"));
    expect(await runDrillCommand([], io)).toBe(1);
    expect(err[0]).toContain("duplicate_object");
    expect(out).toEqual([]);
  });
});
