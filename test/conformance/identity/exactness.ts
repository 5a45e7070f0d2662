import { startRedisLab } from "../../rigs/redis/redis-lab.ts";
import { chatBytes, keepOpen, type OpenConnection } from "./keep-open.ts";
import { INSIDE, type LimitsLab, QUESTION, startLimitsLab } from "./limits-lab.ts";

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
  const connections: OpenConnection[] = [];
  try {
    // Opening so many takes longer than answering on them.
    for (let request = 0; request < requests; request += 1) connections.push(await keepOpen(lab.router(request % processes).url));
    for (let turn = 0; turn < WARM_UPS; turn += 1) await runRound(lab, "warm-up", { connections, processes, settledMs: 0 });
    const seen: ExactnessRound[] = [];
    for (const name of names) seen.push(await runRound(lab, name, { connections, processes, settledMs: SETTLED_MS[store] }));
    return seen;
  } finally {
    for (const connection of connections) connection.close();
    await lab.close();
    await redis?.close();
  }
}

interface Round extends Pick<ExactnessOptions, "processes"> {
  /** How long after the burst it is asked what is left. */
  readonly settledMs: number;
  /** One for each request, to the processes in turn. */
  readonly connections: readonly OpenConnection[];
}

async function runRound(lab: LimitsLab, name: string, { connections, processes, settledMs }: Round): Promise<ExactnessRound> {
  const asking = Array.from({ length: processes }, (_, process) =>
    chatBytes(lab.router(process).url, lab.keyOf(name), { ...QUESTION, model: INSIDE }),
  );
  const requestTo = (index: number): Buffer => asking[index % processes] ?? Buffer.alloc(0);
  const heard = await Promise.all(connections.map((connection, index) => connection.ask(requestTo(index))));
  const admitted = heard.filter(({ status }) => status === 200).length;
  const refused = heard.filter(({ status }) => status === 429).length;
  await new Promise((resolve) => setTimeout(resolve, settledMs));
  const last = await connections[0]?.ask(requestTo(0));
  const remaining = Number(last?.header("x-ratelimit-remaining-requests") ?? Number.NaN);
  return { admitted, refused, others: heard.length - admitted - refused, remaining };
}
