import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { startRouter } from "../../../src/cli/local-router.ts";

/** What one public suite said of the router with its built-in simulator behind it. */
export interface SuiteVerdict {
  readonly suite: string;
  readonly passed: number;
  readonly failed: readonly string[];
  /** What the suite leaves out for a model of this name. */
  readonly skipped: readonly string[];
}

/** A suite that cannot be had on this machine, and why. */
export interface MissingSuite {
  readonly suite: string;
  readonly why: string;
}

const LLM_COMPLY = "llm-comply==0.5.0";
const PROVIDER_CHECK = "trustedrouter-provider-check==0.1.8";
const FORMATS = ["openai-chat", "open-responses", "anthropic", "google-genai"] as const;
const PROJECT = join(import.meta.dirname, "../../..");
const RUN_MS = 180_000;

/** Suites that are named and left: they are in no registry. */
export const UNAVAILABLE: readonly MissingSuite[] = [
  { suite: "Open Responses compliance CLI", why: "not published to a registry; llm-comply runs the same specification's schema" },
  { suite: "openai-compatible-tester", why: "the Go module proxy refuses the module" },
];

/**
 * Runs CompatCanary (npm), trustedrouter-provider-check and llm-comply (PyPI, the latter in four protocols) against a router as
 * `npm start` runs it. What comes from PyPI is installed once into a folder that is kept. @throws Error when it cannot be
 */
export async function runPublicSuites(): Promise<readonly SuiteVerdict[]> {
  const router = await startRouter({ policies: join(PROJECT, "policies"), cwd: PROJECT, quiet: true });
  try {
    const binaries = await installFromPyPi();
    const verdicts = [await runCompatCanary(router), await runProviderCheck(binaries, router)];
    for (const format of FORMATS) verdicts.push(await runLlmComply(binaries, format, router));
    return verdicts;
  } finally {
    await router.close();
  }
}

interface Endpoint {
  readonly url: string;
  readonly key: string;
}

/** The virtual model of the shipped policies that the simulator answers. */
const MODEL = "chat";

async function runCompatCanary({ key, url }: Endpoint): Promise<SuiteVerdict> {
  const cli = join(PROJECT, "node_modules/compatcanary/src/cli.js");
  const args = [cli, "scan", "--base-url", `${url}/v1`, "--model", MODEL, "--profile", "modern", "--format", "json"];
  const { output } = await run(process.execPath, args, { OPENAI_API_KEY: key });
  const report = JSON.parse(output) as { readonly checks?: readonly Check[]; readonly results?: readonly Check[] }; // its documented report
  const checks = report.checks ?? report.results ?? [];
  return {
    suite: "CompatCanary 0.2.2",
    passed: checks.filter(({ status }) => status === "pass").length,
    failed: checks.filter(({ status }) => status !== "pass").map(describe),
    skipped: [],
  };
}

interface Check {
  readonly id?: string;
  readonly name?: string;
  readonly status: string;
  readonly detail?: string;
  readonly message?: string;
  readonly assertion?: string;
  readonly errors?: readonly string[];
}

function describe({ assertion, detail, errors, id, message, name, status }: Check): string {
  return `${name ?? id ?? ""}: ${status} ${detail ?? message ?? errors?.join("; ") ?? assertion ?? ""}`;
}

/** Prints its report as JSON to the file that stands for its own output. */
async function runProviderCheck(binaries: string, { key, url }: Endpoint): Promise<SuiteVerdict> {
  const report = join(binaries, "provider-check.json");
  const args = ["--base-url", `${url}/v1`, "--api-key", key, "--model", MODEL, "--tier", "5", "--json", report];
  await run(join(binaries, "trustedrouter-provider-check"), args, {});
  const { checks } = JSON.parse(await readFile(report, "utf8")) as { readonly checks: readonly Check[] }; // its own report
  return {
    suite: PROVIDER_CHECK,
    passed: checks.filter(({ status }) => status === "pass").length,
    failed: checks.filter(({ status }) => status === "fail").map(describe),
    skipped: checks.filter(({ status }) => status === "skip" || status === "warn").map(describe),
  };
}

async function runLlmComply(binaries: string, format: (typeof FORMATS)[number], { key, url }: Endpoint): Promise<SuiteVerdict> {
  const base = format === "google-genai" ? url : `${url}/v1`;
  const { output } = await run(
    join(binaries, "llm-comply"),
    ["-u", base, "-k", key, "-m", MODEL, "--format", format, "--json"],
    {},
  );
  const start = output.indexOf("{");
  const report = JSON.parse(output.slice(start)) as { readonly results?: readonly Check[] }; // its own report
  const results = report.results ?? [];
  return {
    suite: `${LLM_COMPLY} ${format}`,
    passed: results.filter(({ status }) => status === "passed").length,
    failed: results.filter(({ status }) => status !== "passed" && status !== "skipped").map(describe),
    skipped: results.filter(({ status }) => status === "skipped").map(describe),
  };
}

/** The folder of the suites' commands, in a virtual environment that is kept. */
async function installFromPyPi(): Promise<string> {
  const folder = join(PROJECT, ".fairlead", `${LLM_COMPLY}-${PROVIDER_CHECK}`.replaceAll("==", "-"));
  const binaries = join(folder, "bin");
  if (existsSync(join(binaries, "llm-comply")) && existsSync(join(binaries, "trustedrouter-provider-check"))) return binaries;
  await mkdir(dirname(folder), { recursive: true });
  await run("python3", ["-m", "venv", folder], {});
  const args = ["install", "-q", "--disable-pip-version-check", LLM_COMPLY, PROVIDER_CHECK];
  const { code, output } = await run(join(binaries, "pip"), args, {});
  if (code !== 0) throw new Error(`The suites cannot be installed: ${output.slice(-300)}`);
  return binaries;
}

function run(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...env },
      stdio: ["ignore", "pipe", "inherit"],
      timeout: RUN_MS,
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
