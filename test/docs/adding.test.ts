import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../src/providers/catalogue.ts";
import { commandsOf, DIALECT_EXAMPLE, judgeChanges, PROVIDER_EXAMPLE } from "../../tools/prove/protocols-area/worked-examples.ts";
import { copyWorkingTree } from "../../tools/prove/protocols-area/working-copy.ts";
import { REPOSITORY } from "../../tools/prove/repository.ts";

/** What `npm run prove` runs: whole suites, and what reads more than the Worker's own code. */
const LEFT_TO_PROVE = /vitest|tsconfig\.node\.json|oxlint/;
/** The rest of the tree is not needed to apply an example and to type-check the Worker. */
const NEEDED = /^(?:src|docs|deploy|policies)\/|^test\/fixtures\/NOTICE$|^(?:package|tsconfig)[^/]*\.json$/;

const runFile = promisify(execFile);

describe.each([
  ["provider", PROVIDER_EXAMPLE],
  ["dialect", DIALECT_EXAMPLE],
])("the example of adding a %s", (_, example) => {
  it("has patches that apply to the tree as it stands", async () => {
    const checked = runFile("git", ["apply", "--check", ...example.patches], { cwd: REPOSITORY });
    await expect(checked).resolves.toMatchObject({ stderr: "" });
  });

  it("type-checks once applied, and changes what its page says", { timeout: 120_000 }, async () => {
    const copy = await copyWorkingTree((path) => NEEDED.test(path));
    try {
      const commands = commandsOf(example).flatMap((line) => line.split(" && "));
      for (const command of [...commands.filter((line) => !LEFT_TO_PROVE.test(line)), "npx tsc -p tsconfig.json"]) {
        const { code, output } = await copy.run(command);
        expect(code, `${command}\n${output}`).toBe(0);
      }
      expect(judgeChanges(example, await copy.changes())).toEqual([]);
    } finally {
      await copy.remove();
    }
  });
});

describe("judging what an example changed", () => {
  const changed = { path: "src/http/app.ts", added: 1, removed: 0 };

  it("names what was changed too, what was not, and what was taken away", () => {
    const row = { path: "src/providers/inference-hosts.ts", added: 5, removed: 1 };
    const findings = judgeChanges(PROVIDER_EXAMPLE, [changed, row]);
    expect(findings).toContain("src/http/app.ts was changed too");
    expect(findings).toContain("src/providers/inference-hosts.ts lost 1 lines");
    expect(findings).toContain("test/fixtures/openai-compat/syn-crusoe-tool-call/case.json was not changed");
  });
});

describe("the example's provider", () => {
  it("is not in the catalogue yet", () => {
    expect(CATALOGUE).not.toHaveProperty("crusoe");
  });
});
