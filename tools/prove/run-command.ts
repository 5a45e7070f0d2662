import { type ChildProcess, spawn } from "node:child_process";

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Finished {
  /** Null after a signal. */
  readonly code: number | null;
  readonly stdout: string;
  /** Both streams as they came. */
  readonly output: string;
  readonly seconds: number;
}

/** A command that runs until it is stopped. */
export interface Running {
  output(): string;
  hasExited(): boolean;
  stop(): Promise<void>;
}

const STOP_GRACE_MS = 5_000;

/** Process groups started here and still running; nothing else is ever signalled. */
const groups = new Set<number>();

process.once("exit", killGroups);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    killGroups();
    process.exit(130);
  });
}

/** Runs a command to its end; after `timeoutMs` it is killed. `onLine` gets each line of both streams as it comes. */
export async function runCommand(
  command: Command & { readonly timeoutMs: number },
  onLine: (line: string) => void = () => undefined,
): Promise<Finished> {
  const startedAt = Date.now();
  const child = start(command);
  let stdout = "";
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    if (stream !== null) onEachLine(stream, onLine);
  }
  const timer = setTimeout(() => killGroup(child.pid, "SIGKILL"), command.timeoutMs);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).finally(() => {
    clearTimeout(timer);
    release(child.pid);
  });
  return { code, stdout, output, seconds: (Date.now() - startedAt) / 1_000 };
}

/** Starts a command that serves. */
export function startCommand(command: Command): Running {
  const child = start(command);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.once("error", (error) => (output += error.message));
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    output: () => output,
    hasExited,
    stop: async () => {
      const exited = hasExited() ? Promise.resolve() : new Promise<void>((resolve) => child.once("exit", () => resolve()));
      killGroup(child.pid, "SIGTERM");
      const timer = setTimeout(() => killGroup(child.pid, "SIGKILL"), STOP_GRACE_MS);
      await exited;
      clearTimeout(timer);
      release(child.pid);
    },
  };
}

/** A group of its own, so that what the command starts ends with it. */
function start({ args, cwd, env, file }: Command): ChildProcess {
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  if (child.pid !== undefined) groups.add(child.pid);
  return child;
}

function onEachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
}

/** Whatever the command has left running ends now. */
function release(pid: number | undefined): void {
  killGroup(pid, "SIGKILL");
  if (pid !== undefined) groups.delete(pid);
}

function killGroups(): void {
  for (const pid of groups) killGroup(pid, "SIGKILL");
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined || pid < 2) return;
  try {
    process.kill(-pid, signal);
  } catch {
    return; // Nothing of the group is left.
  }
}
