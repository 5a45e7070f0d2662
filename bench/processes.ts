import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { listProcessTree } from "./process-usage.ts";

export interface Command {
  /** How messages name it. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Launched {
  readonly pid: number;
  /** Everything it has printed so far, both streams, the last 64 KB. */
  output(): string;
  hasExited(): boolean;
  /** Ends the process and its descendants: politely, then after two seconds not. */
  stop(): Promise<void>;
}

const OUTPUT_LIMIT = 64 * 1024;
const STOP_GRACE_MS = 2_000;

/** Roots of the process trees that this benchmark started; nothing else is ever signalled. */
const ownedPids = new Set<number>();

/** Takes charge of a process someone else started for us, so that an interrupted run ends it too. Returns the release. */
export function adoptProcess(pid: number): () => void {
  if (pid < 2) throw new RangeError(`${pid} is no process to take charge of: a signal to it would reach others.`);
  ownedPids.add(pid);
  return () => ownedPids.delete(pid);
}

/** Kills, at once and synchronously, all that is still running of what was started. For exits and signals. */
export function killOwnedProcesses(): void {
  for (const pid of ownedPids) killTree(listProcessTree(pid), "SIGKILL");
  ownedPids.clear();
}

/** Starts a process that runs until stopped. Its standard input stays open until then. @throws Error when the file cannot be started */
export async function launch(command: Command): Promise<Launched> {
  const child = start(command);
  let output = "";
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-OUTPUT_LIMIT);
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  const pid = await pidOf(child, command);
  const release = adoptProcess(pid);
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const stop = async (): Promise<void> => {
    const tree = listProcessTree(pid);
    if (!hasExited()) await stopTree(tree, hasExited);
    release();
  };
  return { pid, output: () => output, hasExited, stop };
}

/** Runs a process to its end. @throws Error when it fails or takes longer than it may; the message has its last output */
export async function runToEnd(command: Command & { readonly timeoutSeconds: number }): Promise<string> {
  const child = start(command);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const pid = await pidOf(child, command);
  const release = adoptProcess(pid);
  const timer = setTimeout(() => killTree(listProcessTree(pid), "SIGKILL"), command.timeoutSeconds * 1_000);
  const outcome = await new Promise<string | undefined>((resolve) => {
    child.once("close", (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? `code ${String(code)}`}`));
  });
  clearTimeout(timer);
  release();
  if (outcome !== undefined) throw new Error(`${command.name} ${outcome}: ${(stderr || stdout).trim().slice(-600)}`);
  return stdout;
}

function start(command: Command): ChildProcess {
  return spawn(command.file, command.args, {
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    env: { ...process.env, ...command.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

async function pidOf(child: ChildProcess, command: Command): Promise<number> {
  if (child.pid !== undefined) return child.pid;
  const cause = await new Promise((resolve) => child.once("error", resolve));
  throw new Error(`${command.name} could not be started.`, { cause });
}

async function stopTree(pids: readonly number[], hasExited: () => boolean): Promise<void> {
  killTree(pids.slice(0, 1), "SIGTERM");
  const deadline = Date.now() + STOP_GRACE_MS;
  while (!hasExited() && Date.now() < deadline) await sleep(20);
  // The root has reaped or abandoned its children by now; a pid that is free again is skipped by the kill.
  if (!hasExited()) killTree(pids, "SIGKILL");
}

function killTree(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      continue; // It ended by itself in between.
    }
  }
}
