import { spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import { requireDebianTool } from "../../../bench/tools.ts";

/** A real redis-server, in memory alone, on loopback. */
export interface RedisServer {
  readonly url: string;
  readonly pid: number;
  /** Ends it at once. */
  close(): Promise<void>;
}

const READY_MS = 10_000;

/** Starts Debian's redis-server on a free port; `args` are added to its command line. @throws Error when it does not start */
export async function startRedis(args: readonly string[] = []): Promise<RedisServer> {
  const file = await requireDebianTool("redis-server");
  const port = await freePort();
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", ...args];
  const child = spawn(file, options, { stdio: "ignore" });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await untilListening(port, exited);
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    close: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function untilListening(port: number, exited: Promise<void>): Promise<void> {
  const process = { isOver: false };
  void exited.then(() => {
    process.isOver = true;
  });
  const giveUpAt = Date.now() + READY_MS;
  while (Date.now() < giveUpAt && !process.isOver) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("redis-server did not start.");
}
