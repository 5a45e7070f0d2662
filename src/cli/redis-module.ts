import { fileURLToPath } from "node:url";
import type { CompiledPolicy } from "../core/policy/compiled.ts";

const LEDGER = fileURLToPath(new URL("../adapters/upstash/redis-ledger.ts", import.meta.url));

/** Text of the module `fairlead:redis`: a Redis client weighs too much for Workers whose policy names no Redis. */
export function redisModule({ gateway }: CompiledPolicy): string {
  return gateway.ledger.redis === null ? "export default null;\n" : `export { default } from ${JSON.stringify(LEDGER)};\n`;
}
