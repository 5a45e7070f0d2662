import { Redis } from "@upstash/redis";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type RedisServer, startRedis } from "./redis-server.ts";

/** A real Redis behind the bridge, and Upstash's own client in front of it. */
export interface RedisLab {
  readonly server: RedisServer;
  readonly url: string;
  readonly token: string;
  readonly redis: Redis;
  close(): Promise<void>;
}

const TOKEN = "token-of-a-test";

const CLI = fileURLToPath(new URL("../../../src/cli/fairlead.ts", import.meta.url));

/** The bridge is a process of its own, as it is for users: a test that sends thousands of requests would keep it waiting. */
export async function startRedisLab(): Promise<RedisLab> {
  const server = await startRedis();
  const bridge = spawn(process.execPath, [CLI, "redis-bridge", "--redis", server.url, "--port", "0"], {
    env: { ...process.env, UPSTASH_REDIS_REST_TOKEN: TOKEN },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const close = async (): Promise<void> => {
    const exited = bridge.exitCode === null ? once(bridge, "exit") : null;
    bridge.kill("SIGTERM");
    await exited;
    await server.close();
  };
  try {
    const url = await addressOf(bridge);
    const redis = new Redis({ url, token: TOKEN, enableTelemetry: false, retry: false });
    return { server, url, token: TOKEN, redis, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** As the bridge prints it. @throws Error when it ends before */
async function addressOf({ stdout }: ChildProcess): Promise<string> {
  let printed = "";
  for await (const chunk of stdout ?? []) {
    printed += String(chunk);
    const [, url] = /served on (http:\S+)\.\s/.exec(printed) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error(`The bridge has ended: ${printed}`);
}
