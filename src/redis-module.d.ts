/** `adapters/upstash/redis-ledger.ts` where the compiled policy names a Redis, else null: only then is its client in the Worker. */
declare module "fairlead:redis" {
  import type { RedisAccess } from "./adapters/upstash/redis-ledger.ts";
  import type { LedgerStore } from "./ports/ledger-records.ts";

  const openRedisLedger: ((access: RedisAccess) => LedgerStore) | null;
  export default openRedisLedger;
}
