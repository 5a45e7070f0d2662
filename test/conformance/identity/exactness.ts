import { Agent } from "node:http";
import { startRedisLab } from "../../rigs/redis/redis-lab.ts";
import { INSIDE, type LimitsLab, startLimitsLab } from "./limits-lab.ts";

export interface ExactnessOptions {
  /** Who keeps the books. Default: the host of objects. */
  readonly store?: "objects" | "redis";
  readonly rounds: number;
  /** At once, from all processes alike. */
  readonly requests: number;
  readonly limit: number;
  readonly processes: number;
  /** What a call to the books takes longer, in milliseconds. */
  readonly delayMs?: number;
}

export interface ExactnessRound {
  readonly admitted: number;
  readonly refused: number;
  /** Answers of any other kind. */
  readonly others: number;
  /** What the books say is left afterwards. */
  readonly remaining: number;
}

/** Opening so many connections takes longer than answering on them. */
const AGENT = new Agent({ keepAlive: true });
/** First requests of a new process are slow; those of a burst would count the books as down. */
const WARM_UPS = 2;
/** Slices that nobody has spent have gone back by then; Redis gives none. */
const SETTLED_MS = { objects: 4_500, redis: 0 };

/** In each round a caller of its own sends more requests at once than it is allowed. */
export async function runExactness({
  delayMs,
  limit,
  processes,
  requests,
  rounds,
  store = "objects",
}: ExactnessOptions): Promise<readonly ExactnessRound[]> {
  const names = Array.from({ length: rounds }, (_, round) => `caller-${round}`);
  const redis = store === "redis" ? await startRedisLab() : null;
  const lab = await startLimitsLab({
    processes,
    ...(redis === null ? {} : { redis }),
    ...(delayMs === undefined ? {} : { delayMs }),
    consumers: {
      "warm-up": { limits: [{ requests: 1_000_000, per: "1s" }] },
      ...Object.fromEntries(names.map((name) => [name, { limits: [{ requests: limit, per: "24h" }] }])),
    },
  });
  try {
    for (let turn = 0; turn < WARM_UPS; turn += 1) await runRound(lab, "warm-up", { processes, requests, store });
    const seen: ExactnessRound[] = [];
    for (const name of names) seen.push(await runRound(lab, name, { processes, requests, store }));
    return seen;
  } finally {
    await lab.close();
    await redis?.close();
  }
}

async function runRound(
  lab: LimitsLab,
  name: string,
  { processes, requests, store }: Required<Pick<ExactnessOptions, "processes" | "requests" | "store">>,
): Promise<ExactnessRound> {
  const asking = { model: INSIDE, agent: AGENT };
  const heard = await Promise.all(Array.from({ length: requests }, (_, request) => lab.ask(name, request % processes, asking)));
  const admitted = heard.filter(({ status }) => status === 200).length;
  const refused = heard.filter(({ status }) => status === 429);
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS[store]));
  const last = await lab.ask(name, 0, asking);
  const remaining = Number(last.headers["x-ratelimit-remaining-requests"]);
  return { admitted, refused: refused.length, others: requests - admitted - refused.length, remaining };
}
