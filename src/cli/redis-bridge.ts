import { parseArgs } from "node:util";
import { readVariables } from "./dev-vars.ts";
import { type CliIo, EXIT } from "./io.ts";
import { parsePort } from "./parse-port.ts";
import { startRedisBridge } from "./redis-bridge/start-bridge.ts";
import { tryParse } from "./try-parse.ts";

export const REDIS_BRIDGE_USAGE = "fairlead redis-bridge [--redis redis://127.0.0.1:6379] [--host 127.0.0.1] [--port 8079]";

const OPTIONS = {
  redis: { type: "string", default: "redis://127.0.0.1:6379" },
  host: { type: "string", default: "127.0.0.1" },
  port: { type: "string", default: "8079" },
} as const;

const TOKEN = "UPSTASH_REDIS_REST_TOKEN";

/** `fairlead redis-bridge`: Upstash's REST protocol in front of a plain Redis or Valkey, until it is stopped. */
export async function runRedisBridge(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => {
    const { host, port, redis } = parseArgs({ args: [...args], options: OPTIONS }).values;
    return { host, redisUrl: redis, port: parsePort(port) };
  });
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\n${REDIS_BRIDGE_USAGE}`);
    return EXIT.usage;
  }
  const token = (await readVariables(io))[TOKEN] ?? "";
  if (token === "") {
    io.err(`${TOKEN} is not set: clients must present it. For example: echo "${TOKEN}=$(openssl rand -hex 32)" >> .dev.vars`);
    return EXIT.refused;
  }
  try {
    const bridge = await startRedisBridge({ ...parsed.value, token });
    io.out(`Upstash's REST protocol for ${new URL(parsed.value.redisUrl).host} is served on ${bridge.url}.`);
    const close = (): void => void bridge.close();
    process.once("SIGINT", close);
    process.once("SIGTERM", close);
    await bridge.exited;
    return EXIT.done;
  } catch (error) {
    io.err(error instanceof Error ? error.message : String(error));
    return EXIT.refused;
  }
}
