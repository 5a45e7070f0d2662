import { Redis } from "ioredis";
import { startRedisLab } from "../../rigs/redis/redis-lab.ts";
import { INSIDE, startLimitsLab } from "./limits-lab.ts";

export interface TokenBoundOptions {
  readonly rounds: number;
  /** At once, from all processes alike. */
  readonly requests: number;
  /** Tokens. */
  readonly limit: number;
  readonly processes: number;
}

export interface TokenBoundRound {
  readonly admitted: number;
  readonly refused: number;
  /** Answers of any other kind. */
  readonly others: number;
  /** Used and reserved just after any admission, as the books had it then. */
  readonly most: number;
}

/** First requests of a new process are slow; those of a burst would count the books as down. */
const WARM_UPS = 2;

/** In each round a caller of its own asks for more tokens at once than it has; Redis tells every change of its account. */
export async function runTokenBound({
  limit,
  processes,
  requests,
  rounds,
}: TokenBoundOptions): Promise<readonly TokenBoundRound[]> {
  const redis = await startRedisLab();
  const names = Array.from({ length: rounds }, (_, round) => `talker-${round}`);
  const consumers = {
    "warm-up": { limits: [{ tokens: 1_000_000_000, per: "1h" }] },
    ...Object.fromEntries(names.map((name) => [name, { limits: [{ tokens: limit, per: "24h", failureMode: "Closed" }] }])),
  };
  const lab = await startLimitsLab({ processes, redis, consumers });
  const sums = new Map<string, Sums>();
  const operator = new Redis(redis.server.url);
  const monitor = await operator.monitor();
  monitor.on("monitor", (_time: string, command: readonly string[]) => take(sums, command));
  const burst = (name: string) =>
    Promise.all(Array.from({ length: requests }, (_, request) => lab.ask(name, request % processes, { model: INSIDE })));
  try {
    for (let turn = 0; turn < WARM_UPS; turn += 1) await burst("warm-up");
    const seen: TokenBoundRound[] = [];
    for (const name of names) {
      const heard = await burst(name);
      const admitted = heard.filter(({ status }) => status === 200).length;
      const refused = heard.filter(({ status }) => status === 429).length;
      const { most = Number.NaN } = [...sums].find(([key]) => key.includes(`consumer/${name} `))?.[1] ?? {};
      seen.push({ admitted, refused, others: requests - admitted - refused, most });
    }
    return seen;
  } finally {
    monitor.disconnect();
    operator.disconnect();
    await lab.close();
    await redis.close();
  }
}

/** Of an account: now, and the most after something was reserved. */
interface Sums {
  now: number;
  most: number;
}

/** A change of a piece of an account, `HINCRBY <account> <start>r <amount>` for what is reserved and `…u` for what was used. */
function take(sums: Map<string, Sums>, [name = "", key = "", field = "", amount = ""]: readonly string[]): void {
  if (name.toUpperCase() !== "HINCRBY" || !key.includes(":account:")) return;
  const kept = sums.get(key) ?? { now: 0, most: 0 };
  kept.now += Number(amount);
  if (field.endsWith("r") && Number(amount) > 0) kept.most = Math.max(kept.most, kept.now);
  sums.set(key, kept);
}
