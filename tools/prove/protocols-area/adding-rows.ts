import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { z } from "zod";
import type { ProveRow, Seen } from "../row.ts";
import { commandsOf, DIALECT_EXAMPLE, judgeChanges, PROVIDER_EXAMPLE, type WorkedExample } from "./worked-examples.ts";
import { type Change, copyWorkingTree, type WorkingCopy } from "./working-copy.ts";

const TESTS = "npx vitest run ";
/** Below what git ignores, so that it is no change. */
const REPORT = ".fairlead/report.json";
const SHOWN = 30;

const assertionSchema = z.looseObject({ fullName: z.string(), status: z.string() });
const reportSchema = z.looseObject({
  testResults: z.array(z.looseObject({ name: z.string(), assertionResults: z.array(assertionSchema) })),
});

/** What it takes to add one of each, by doing so in a copy of the working tree. */
export function createAddingRows(): readonly ProveRow[] {
  return [
    {
      promise:
        "Adding an OpenAI-compatible provider is one catalogue row plus one fixture: the example of docs/adding, applied in a copy by the commands of its page, passes and changes nothing else",
      run: () => apply(PROVIDER_EXAMPLE, /crusoe-tool-call|the catalogue crusoe /),
    },
    {
      promise:
        "Adding a dialect touches only its folder and the registry: the example of docs/adding, applied in a copy by the commands of its page, passes and changes beside them only what is generated, its test and its fixtures",
      run: () => apply(DIALECT_EXAMPLE, /cohere-v2/),
    },
  ];
}

/** `own` is in the file or the title of tests that only the example brings about. */
async function apply(example: WorkedExample, own: RegExp): Promise<Seen> {
  const copy = await copyWorkingTree();
  try {
    const passed: string[] = [];
    for (const command of commandsOf(example)) {
      const failure = command.startsWith(TESTS) ? await runTests(copy, command, passed) : await runLine(copy, command);
      if (failure !== null) return { holds: false, figure: `FAILED: ${command}`, details: failure };
    }
    const changes = await copy.changes();
    const wrong = judgeChanges(example, changes);
    const ownTests = passed.filter((test) => own.test(test)).length;
    return {
      holds: wrong.length === 0 && ownTests > 0,
      figure: `${describeChanges(example, changes)}; ${passed.length} tests passed, ${ownTests} of them about it${wrong.length === 0 ? "" : `; ${wrong.length} files are not as said`}`,
      details: wrong,
    };
  } finally {
    await copy.remove();
  }
}

/** Null when it passed, else the end of what it printed. */
async function runLine(copy: WorkingCopy, line: string): Promise<readonly string[] | null> {
  const { code, output } = await copy.run(line);
  return code === 0 ? null : output.trim().split("\n").slice(-SHOWN);
}

async function runTests(copy: WorkingCopy, line: string, passed: string[]): Promise<readonly string[] | null> {
  const failure = await runLine(copy, `${line} --reporter=default --reporter=json --outputFile=${REPORT}`);
  if (failure !== null) return failure;
  const { testResults } = reportSchema.parse(JSON.parse(await readFile(join(copy.directory, REPORT), "utf8")));
  for (const { assertionResults, name } of testResults) {
    const file = relative(copy.directory, name);
    for (const { fullName, status } of assertionResults) if (status === "passed") passed.push(`${file} ${fullName.trim()}`);
  }
  return null;
}

/** Files that were written by hand, by name where they are few; a folder that is new stands for its files. */
function describeChanges({ copied, generated }: WorkedExample, changes: readonly Change[]): string {
  const folders = Object.values(copied);
  const grown = changes.filter(({ path }) => !generated.includes(path) && !folders.some((folder) => isIn(path, folder)));
  const named = [
    ...grown.map(({ added, path, removed }) => `${path} (+${added} −${removed})`),
    ...folders.map((folder) => `${folder} (${changes.filter(({ path }) => isIn(path, folder)).length} new)`),
  ];
  const made = changes.filter(({ path }) => generated.includes(path)).map(({ path }) => path);
  return named.join(", ") + (made.length === 0 ? "" : `; generated: ${made.join(", ")}`);
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
