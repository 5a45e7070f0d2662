import { describe, expect, it } from "vitest";
import { dispatch } from "../../src/cli/dispatch.ts";

async function run(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const io = { env: {}, cwd: "/nowhere", out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  return { exit: await dispatch(args, io), out: out.join("\n"), err: err.join("\n") };
}

describe("a command line", () => {
  it("that asks a command for help gets its usage, and nothing is done", async () => {
    const all = await run("help");
    const names = [...new Set([...all.out.matchAll(/^fairlead (\S+)/gm)].map(([, name = ""]) => name))];
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      for (const args of [["--help"], ["-h"], ["something", "--help"]]) {
        const { err, exit, out } = await run(name, ...args);
        expect([exit, err]).toEqual([0, ""]);
        expect(out).toMatch(new RegExp(`^fairlead ${name}\\b`));
        expect(all.out).toContain(out);
      }
    }
  });

  it("that names no command is told so", async () => {
    expect(await run("brew")).toMatchObject({ exit: 2, err: "There is no command 'brew'." });
    expect((await run("--help")).exit).toBe(0);
  });
});
