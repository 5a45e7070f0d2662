import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runSimulate } from "../../../src/cli/simulate.ts";
import type { SimulationSummary } from "../../../src/cli/simulate/summarise.ts";
import { ROUTING_LIMITS } from "../limits.ts";
import { REPOSITORY } from "../repository.ts";
import type { Seen } from "../row.ts";

const { simulated } = ROUTING_LIMITS;

/** A trace against a directory that sends part of the traffic elsewhere: every line has to be decided twice, and some otherwise. */
export async function judgeSimulate(): Promise<Seen> {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-simulate-"));
  try {
    const trace = join(directory, "trace.jsonl");
    const lines = Array.from({ length: simulated.lines }, (_, index) => JSON.stringify(traceLine(index)));
    await writeFile(trace, `${lines.join("\n")}\n`);
    const against = await writeChangedPolicies(directory);
    const out: string[] = [];
    const startedAt = performance.now();
    const code = await runSimulate(["--trace", trace, "--against", against, "--json"], {
      out: (line) => void out.push(line),
      err: () => undefined,
      env: {},
      cwd: REPOSITORY,
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    if (code !== 0) return { holds: false, figure: `${seconds.toFixed(2)} s, exit code ${code}` };
    const { changed, changes, decided } = JSON.parse(out.join("\n")) as SimulationSummary; // our own output
    return {
      holds: seconds <= simulated.withinSeconds && decided === lines.length && changed > 0 && changed < decided,
      figure: `${seconds.toFixed(2)} s, ${decided} lines decided under both, ${changed} of them otherwise`,
      details: changes.map(({ from, requests, to }) => `${requests}: was ${from}, is ${to}`),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The example policies with a second target beside the first of `chat`; resolves with their directory. @throws Error when they have no such line */
async function writeChangedPolicies(inside: string): Promise<string> {
  const directory = join(inside, "policies");
  await cp(join(REPOSITORY, "policies"), directory, { recursive: true });
  const file = join(directory, "routing.yaml");
  const text = await readFile(file, "utf8");
  const [only, beside] = ["{ provider: openai, model: gpt-4o-mini }", "{ provider: openai, model: gpt-4o }"];
  if (!text.includes(`- ${only}\n`)) throw new Error(`${file} has no target ${only}.`);
  await writeFile(file, text.replace(`- ${only}\n`, `- ${only}\n            - ${beside}\n`));
  return directory;
}

function traceLine(index: number): object {
  return {
    id: `line-${index}`,
    at: new Date(Date.UTC(2026, 10, 21) + index * 100).toISOString(),
    tenant: "default",
    caller: `app-${index % 50}`,
    model: "chat",
    operation: "chat",
    stream: index % 2 === 0,
    target: "openai/gpt-4o-mini",
    tokens: { in: 500 + (index % 700), out: 100 },
    durationMs: 900,
    outcome: "ok",
  };
}
