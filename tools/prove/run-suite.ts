import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { REPOSITORY } from "./repository.ts";
import type { Seen } from "./row.ts";
import { runCommand } from "./run-command.ts";

const assertionSchema = z.looseObject({
  fullName: z.string(),
  status: z.string(),
  failureMessages: z.array(z.string()).nullish(),
});
const fileSchema = z.looseObject({
  name: z.string(),
  status: z.string(),
  message: z.string().nullish(),
  assertionResults: z.array(assertionSchema),
});
const reportSchema = z.looseObject({ testResults: z.array(fileSchema) });

/** What became of some test files at full size. */
export interface SuiteResult {
  readonly passed: readonly string[];
  /** Title and first line of why; a file that could not be run is one of them. */
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
}

const TIMEOUT_MS = 30 * 60_000;

/** Runs test files, at full size. Paths are below the repository; a folder stands for its files. */
export async function runSuite(...paths: readonly string[]): Promise<SuiteResult> {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-prove-"));
  try {
    const report = join(directory, "report.json");
    const { code, output } = await runCommand({
      file: process.execPath,
      args: [join(REPOSITORY, "node_modules/vitest/vitest.mjs"), "run", "--reporter=json", `--outputFile=${report}`, ...paths],
      cwd: REPOSITORY,
      // CI: a snapshot that is missing fails and is not written.
      env: { ...(process.env as Record<string, string>), FAIRLEAD_FULL: "1", CI: "1" }, // a process's own environment has no gaps
      timeoutMs: TIMEOUT_MS,
    });
    const text = await readFile(report, "utf8").catch(() => null);
    if (text === null) throw new Error(`vitest ended with code ${String(code)} and no report: ${output.trim().slice(-600)}`);
    return summarise(reportSchema.parse(JSON.parse(text)));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function summarise({ testResults }: z.output<typeof reportSchema>): SuiteResult {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const titles = (wanted: (status: string) => boolean): readonly string[] =>
    tests.filter(({ status }) => wanted(status)).map(({ fullName }) => fullName.trim());
  const broken = testResults.filter(
    ({ assertionResults, status }) => status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  );
  return {
    passed: titles((status) => status === "passed"),
    failed: [
      ...tests
        .filter(({ status }) => status === "failed")
        .map(({ failureMessages, fullName }) => `${fullName.trim()}: ${firstLine(failureMessages?.[0])}`),
      ...broken.map(({ message, name }) => `${name}: ${firstLine(message)}`),
    ],
    skipped: titles((status) => status !== "passed" && status !== "failed"),
  };
}

function firstLine(text: string | null | undefined): string {
  return text?.split("\n", 1)[0]?.slice(0, 300) ?? "";
}

/** A suite holds when every test of it ran and passed, and there was one. */
export function judgeSuite({ failed, passed, skipped }: SuiteResult, note = ""): Seen {
  const left = skipped.length === 0 ? "" : `, ${skipped.length} skipped`;
  return {
    holds: passed.length > 0 && failed.length === 0 && skipped.length === 0,
    figure: `${passed.length} tests passed, ${failed.length} failed${left}${note === "" ? "" : `; ${note}`}`,
    details: [...failed, ...skipped.map((title) => `skipped: ${title}`)],
  };
}
