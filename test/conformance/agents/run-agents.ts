import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningRouter, startRouter } from "../../../src/cli/local-router.ts";
import { gateway, type PolicyObject } from "../faults/policy-objects.ts";
import { type Agent, AGENT_MODEL, AGENTS } from "./agent.ts";
import { FINAL_TEXT, type ScriptedBackend, startScriptedBackend } from "./scripted-backend.ts";

/** What one agent made of a tool loop through the router. */
export interface AgentRun {
  readonly agent: string;
  readonly backend: string;
  /** The agent ran the command, sent its output back and printed the model's last words. */
  readonly isComplete: boolean;
  /** The end of what it printed. */
  readonly output: string;
}

const PROMPT = "Run the command printf fairlead-%x 66 with your shell tool and say what it printed.";
const AGENT_MS = 120_000;
const INSTALL_MS = 300_000;

/** Wire formats the scripted backend is asked in. */
const BACKENDS = ["openai-chat", "anthropic-messages"] as const;

/**
 * Installs the agents from npm into a folder that is kept, and runs each of them through a router against each backend.
 * `log` is told what is going on. @throws Error when a package cannot be had
 */
export async function runAgents(log: (line: string) => void = () => undefined): Promise<readonly AgentRun[]> {
  const folder = await installAgents(log);
  const runs: AgentRun[] = [];
  for (const dialect of BACKENDS) {
    const backend = await startScriptedBackend();
    const policies = await writePolicies(backend, dialect);
    const router = await startRouter({ policies, cwd: policies, quiet: true });
    try {
      for (const agent of AGENTS) {
        log(`${agent.name} on ${dialect}`);
        runs.push({
          agent: `${agent.name} ${agent.version}`,
          backend: dialect,
          ...(await runAgent(agent, folder, { router, backend })),
        });
      }
    } finally {
      await router.close();
      await backend.close();
      await rm(policies, { recursive: true, force: true });
    }
  }
  return runs;
}

function meta(kind: string, name: string, spec: PolicyObject): PolicyObject {
  return { apiVersion: "fairlead.dev/v1alpha1", kind, metadata: { name }, spec };
}

/** Agents ask for models under names of their own beside the one they are given, so every name is served. */
async function writePolicies(backend: ScriptedBackend, dialect: (typeof BACKENDS)[number]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-agents-"));
  const groups = [{ name: "scripted", targets: [{ provider: "scripted", model: "scripted-1" }] }];
  const objects = [
    gateway([backend.url]),
    meta("LLMProvider", "scripted", { endpoint: { baseURL: `${backend.url}/v1`, dialect } }),
    meta("RoutingPolicy", "agents", {
      models: [{ name: AGENT_MODEL }, { name: "*" }],
      rules: [{ name: "everyone", groups, unsupported: "Drop" }],
    }),
  ];
  await writeFile(join(directory, "policy.yaml"), objects.map((object) => JSON.stringify(object)).join("\n---\n"));
  return directory;
}

interface Stage {
  readonly router: RunningRouter;
  readonly backend: ScriptedBackend;
}

async function runAgent(
  agent: Agent,
  folder: string,
  { backend, router }: Stage,
): Promise<Pick<AgentRun, "isComplete" | "output">> {
  const home = await mkdtemp(join(tmpdir(), "fairlead-agent-home-"));
  const work = join(home, "work");
  await mkdir(work);
  const before = backend.resultsSeen();
  try {
    const env = await agent.prepare(home, { url: router.url, key: router.key });
    const output = await run(join(folder, "node_modules", ".bin", agent.bin), agent.args(PROMPT), {
      cwd: work,
      env: { PATH: process.env["PATH"] ?? "", TERM: "dumb", ...env },
      timeoutMs: AGENT_MS,
    });
    return { isComplete: backend.resultsSeen() > before && output.includes(FINAL_TEXT), output: output.slice(-600) };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function installAgents(log: (line: string) => void): Promise<string> {
  const folder = join(import.meta.dirname, "../../../.fairlead/agents");
  const wanted = AGENTS.map(({ packageName, version }) => `${packageName}@${version}`);
  const marker = join(folder, wanted.join(" ").replace(/[^a-z0-9.-]+/gi, "_"));
  if (existsSync(marker)) return folder;
  log(`installing ${wanted.join(", ")}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "private": true }\n');
  const options = { cwd: folder, env: process.env as Record<string, string>, timeoutMs: INSTALL_MS }; // a process's own environment has no gaps
  await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...wanted], options);
  for (const { packageName, postinstall } of AGENTS) {
    if (postinstall !== null)
      await run(process.execPath, [postinstall], { ...options, cwd: join(folder, "node_modules", packageName) });
  }
  await writeFile(marker, "");
  return folder;
}

interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Both streams of a command that ended; one that takes too long is killed with its children. */
function run(file: string, args: readonly string[], { cwd, env, timeoutMs }: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, timeoutMs);
    child.once("error", reject);
    child.once("close", () => {
      clearTimeout(timer);
      resolve(output);
    });
  });
}
