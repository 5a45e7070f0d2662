import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { renderWorkerdConfig, type WorkerdConfigOptions } from "./workerd-config.ts";
import { workerdPath } from "./workerd-path.ts";

export interface WorkerdOptions {
  /** Holds the modules; the configuration is written into it, under a name that no other port has. */
  readonly directory: string;
  /** 0: any free port. */
  readonly port: number;
  readonly config: Omit<WorkerdConfigOptions, "port">;
  /** All that workerd can read of the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What workerd itself prints goes nowhere. */
  readonly quiet: boolean;
}

/** A workerd process on 127.0.0.1. */
export interface RunningWorkerd {
  readonly url: string;
  readonly pid: number;
  /** Resolves with workerd's exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ends the process, after a second by force. */
  close(): Promise<void>;
}

const READY_MS = 20_000;
const POLL_MS = 20;
/** workerd drains and does not exit while an upstream call hangs. */
const KILL_AFTER_MS = 1_000;

/** Runs plain workerd. Resolves once `/readyz` answers. @throws Error when the port is taken or workerd does not start */
export async function startWorkerd({ directory, port, config, env, quiet }: WorkerdOptions): Promise<RunningWorkerd> {
  const claimed = await claimPort(port);
  const file = `workerd-${claimed}.capnp`;
  await writeFile(join(directory, file), renderWorkerdConfig({ ...config, port: claimed }));
  const output = quiet ? "ignore" : "inherit";
  const child = spawn(workerdPath(), ["serve", file], { cwd: directory, env, stdio: ["ignore", output, output] });
  const exited = new Promise<number | null>((done) => child.once("exit", done));
  const close = async (): Promise<void> => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
    await exited;
    clearTimeout(timer);
  };
  const url = `http://127.0.0.1:${claimed}`;
  await waitUntilReady(url, exited).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { url, pid: child.pid ?? 0, exited, close };
}

/** A free port, or the one asked for. @throws Error when it is taken */
async function claimPort(port: number): Promise<number> {
  // Who is connected meanwhile means the process to come: an open connection would keep it waiting for ever.
  const server = createServer((socket) => socket.destroy());
  return new Promise((done, fail) => {
    server.once("error", (cause) =>
      fail(
        new Error(`Port ${port} cannot be used on 127.0.0.1. Choose another with --port N (npm start -- --port N).`, { cause }),
      ),
    );
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const free = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => done(free));
    });
  });
}

async function waitUntilReady(url: string, exited: Promise<number | null>): Promise<void> {
  let code: number | null | undefined;
  void exited.then((exitCode) => {
    code = exitCode;
  });
  const giveUpAt = Date.now() + READY_MS;
  while (Date.now() < giveUpAt) {
    if (code !== undefined) throw new Error(`workerd stopped with exit code ${String(code)}.`);
    const isReady = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  throw new Error(`workerd did not become ready within ${READY_MS / 1_000} s.`);
}
