import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { runSimulate } from "../../../src/cli/simulate.ts";
import type { SimulationSummary } from "../../../src/cli/simulate/summarise.ts";
import type { TraceLine } from "../../../src/cli/trace/trace-line.ts";

const POLICIES = join(import.meta.dirname, "../explain/policies");

/** A request of the consumer `helpdesk` for the model `fast`, unless told otherwise. */
export function lineOf(id: string, detail: Partial<TraceLine> = {}): TraceLine {
  return {
    id,
    at: "2026-11-23T10:00:00.000Z",
    tenant: "default",
    caller: "helpdesk",
    model: "fast",
    operation: "chat",
    stream: true,
    tokens: { in: 1_000, out: 200 },
    features: { messages: 1, maxTokens: 0, tools: false, images: false, audio: false, jsonSchema: false, reasoning: false },
    outcome: "ok",
    ...detail,
  };
}

/** Replaces one text by another in one file of the changed policies. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Simulation {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

/** Simulates a trace under the scenario policies and under an edited copy of them. */
export async function simulate(
  lines: readonly TraceLine[],
  edits: readonly Edit[],
  ...more: readonly string[]
): Promise<Simulation> {
  const cwd = await mkdtemp(join(tmpdir(), "fairlead-"));
  onTestFinished(() => rm(cwd, { recursive: true }));
  await cp(POLICIES, join(cwd, "policies"), { recursive: true });
  await cp(POLICIES, join(cwd, "next"), { recursive: true });
  for (const { file, from, to } of edits) {
    const path = join(cwd, "next", file);
    const text = await readFile(path, "utf8");
    expect(text).toContain(from);
    await writeFile(path, text.replaceAll(from, to));
  }
  await writeFile(join(cwd, "trace.jsonl"), lines.map((line) => JSON.stringify(line)).join("\n"));
  const out: string[] = [];
  const err: string[] = [];
  const io = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line), env: {}, cwd };
  const code = await runSimulate(["--trace", "trace.jsonl", "--against", "next", ...more], io);
  return { code, out, err };
}

/** The same as data. */
export async function simulated(lines: readonly TraceLine[], edits: readonly Edit[] = []): Promise<SimulationSummary> {
  const { code, err, out } = await simulate(lines, edits, "--json");
  expect({ code, err }).toEqual({ code: 0, err: [] });
  return JSON.parse(out.join("\n")) as SimulationSummary; // our own output
}

/** So many requests, alike but for their ids. */
export function many(count: number, detail: Partial<TraceLine> = {}): readonly TraceLine[] {
  return Array.from({ length: count }, (_, index) => lineOf(`req-${index}`, detail));
}
