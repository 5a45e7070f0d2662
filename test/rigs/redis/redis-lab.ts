import { Redis } from "@upstash/redis";
import { startRedisBridge } from "../../../src/cli/redis-bridge/start-bridge.ts";
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

export async function startRedisLab(): Promise<RedisLab> {
  const server = await startRedis();
  const bridge = await startRedisBridge({ redisUrl: server.url, token: TOKEN });
  const redis = new Redis({ url: bridge.url, token: TOKEN, enableTelemetry: false, retry: false });
  return {
    server,
    url: bridge.url,
    token: TOKEN,
    redis,
    close: async () => {
      await bridge.close();
      await server.close();
    },
  };
}
