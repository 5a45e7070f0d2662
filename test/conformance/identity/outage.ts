import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { startDelayProxy } from "../../rigs/delay-proxy.ts";
import { startRedisLab } from "../../rigs/redis/redis-lab.ts";
import type { Heard } from "../faults/ask-router.ts";
import { INSIDE, type LimitsLab, startLimitsLab } from "./limits-lab.ts";

/** What callers heard while the books were away in one way. */
export interface OutageFigures {
  readonly way: string;
  /** Of each consumer: each status with how many heard it. */
  readonly heard: Readonly<Record<string, Tally>>;
  /** Codes of what was refused with 503. */
  readonly codes: readonly string[];
  /** Admitted without the books, and no word of it in the answer. */
  readonly unsaid: number;
  readonly slowestMs: number;
  /** The slowest request before the books went away: it waited for them once. */
  readonly healthyMs: number;
  /** What a round trip takes while they are away and answer all the same; null where they do not. */
  readonly roundTripMs: number | null;
}

export interface OutagesSeen {
  readonly outages: readonly OutageFigures[];
  /** Requests that the books know nothing of after they came back the last time; less than nothing: that they count twice. */
  readonly untold: number;
}

type Tally = Readonly<Record<number, number>>;

/** A way in which the books go away, and come back. */
interface Outage {
  readonly way: string;
  readonly roundTripMs?: number;
  begin(): Promise<unknown> | void;
  /** Null where they do not come back. */
  readonly end: (() => Promise<unknown> | void) | null;
}

type Consumer = keyof typeof CONSUMERS;

/** Books that can be taken away, and callers. */
interface Site {
  ask(consumer: Consumer): Promise<Heard>;
  /** How often a caller has asked. */
  asked(consumer: Consumer): number;
  readonly outages: readonly Outage[];
  close(): Promise<void>;
}

const LIMIT = 1_000;
const CONSUMERS = {
  closed: { limits: [{ requests: LIMIT, per: "1h", failureMode: "Closed" }] },
  budget: { budgets: [{ usd: "500", per: "day" }] },
  open: { limits: [{ requests: 100, per: "1h", failureMode: "Open" }] },
  apart: { limits: [{ requests: LIMIT, per: "1h" }] },
  free: {},
  // Asks so often that it may hold slices.
  waiting: { limits: [{ requests: LIMIT, per: "1h" }] },
};
const ASKED = { closed: 3, budget: 3, open: 15, apart: 5, free: 3 } as const;
const EVERYBODY = ["closed", "budget", "open", "apart", "free"] as const;
/** `Closed` and budgets refuse, `Open` admits a tenth of 100, the one isolate has all of what is kept apart. */
export const AS_DECLARED = {
  closed: { 503: 3 },
  budget: { 503: 3 },
  open: { 200: 10, 429: 5 },
  apart: { 200: 5 },
  free: { 200: 3 },
};
const SLOW_MS = 2_000;
/** What takes two seconds has arrived by then. */
const ARRIVED_MS = 2_500;
/** What isolates have not told is told by then. */
const TOLD_MS = 1_500;
const BACK_MS = 20_000;

/** The books are taken away in each of the ways, one after the other; all of them where none are named. */
export async function runOutages(store: "objects" | "redis", ways?: readonly string[]): Promise<OutagesSeen> {
  const site = await (store === "redis" ? startRedisSite() : startObjectSite());
  try {
    const wanted = site.outages.filter(({ way }) => ways === undefined || ways.includes(way));
    const outages: OutageFigures[] = [];
    for (const outage of wanted.filter(({ end }) => end !== null)) {
      outages.push(await runOutage(site, outage));
      await untilBack(site);
    }
    const untold = await countUntold(site);
    for (const outage of wanted.filter(({ end }) => end === null)) outages.push(await runOutage(site, outage));
    return { outages, untold };
  } finally {
    await site.close();
  }
}

async function startObjectSite(): Promise<Site> {
  const lab = await startLimitsLab({ processes: 1, consumers: CONSUMERS });
  const signal = (name: NodeJS.Signals) => () => void process.kill(lab.fleet.objectHost.pid, name);
  return {
    ...callersOf(lab),
    outages: [
      { way: "stopped", begin: signal("SIGSTOP"), end: signal("SIGCONT") },
      { way: "killed", begin: () => lab.fleet.objectHost.close(), end: () => lab.fleet.restartObjectHost() },
    ],
    close: async () => {
      // One that is stopped cannot end.
      signal("SIGCONT")();
      await lab.close();
    },
  };
}

async function startRedisSite(): Promise<Site> {
  const redis = await startRedisLab();
  const way = await startDelayProxy(redis.url, 0);
  const lab = await startLimitsLab({ processes: 1, redis: { url: way.url, token: redis.token }, consumers: CONSUMERS });
  const operator = new Redis(redis.server.url);
  // It goes away with what it operates.
  operator.on("error", () => undefined);
  await once(operator, "ready");
  const signal = (name: NodeJS.Signals) => () => void process.kill(redis.server.pid, name);
  return {
    ...callersOf(lab),
    outages: [
      { way: "stopped", begin: signal("SIGSTOP"), end: signal("SIGCONT") },
      {
        way: "behind another password",
        begin: async () => {
          await operator.config("SET", "requirepass", "another");
          await operator.client("KILL", "TYPE", "normal", "SKIPME", "yes");
        },
        end: () => operator.config("SET", "requirepass", ""),
      },
      {
        way: "out of memory",
        begin: () => operator.config("SET", "maxmemory", "1"),
        end: () => operator.config("SET", "maxmemory", "0"),
      },
      {
        way: `${SLOW_MS / 1_000} s away`,
        roundTripMs: SLOW_MS,
        begin: () => way.takeMs(SLOW_MS),
        end: async () => {
          await sleep(ARRIVED_MS);
          way.takeMs(0);
        },
      },
      { way: "killed", begin: () => redis.server.close(), end: null },
    ],
    close: async () => {
      operator.disconnect();
      await lab.close();
      await way.close();
      await redis.close();
    },
  };
}

async function runOutage(site: Site, { begin, end, roundTripMs, way }: Outage): Promise<OutageFigures> {
  const healthy: Heard[] = [];
  for (const consumer of EVERYBODY) healthy.push(await site.ask(consumer));
  await begin();
  const heard = new Map<Consumer, readonly Heard[]>();
  for (const consumer of EVERYBODY) heard.set(consumer, await askMany(site, consumer));
  await end?.();
  const of = (consumer: Consumer): readonly Heard[] => heard.get(consumer) ?? [];
  const all = [...heard.values()].flat();
  const refused = all.filter(({ status }) => status === 503);
  const admitted = [...of("open"), ...of("apart")].filter(({ status }) => status === 200);
  return {
    way,
    heard: Object.fromEntries(EVERYBODY.map((consumer) => [consumer, tallyOf(of(consumer))])),
    codes: [...new Set(refused.map(({ body }) => String(JSON.parse(body.toString()).error.code)))],
    unsaid: admitted.filter(({ headers }) => headers["x-fairlead-degraded"] !== "limiter").length,
    slowestMs: Math.max(...all.map(({ tookMs }) => tookMs)),
    roundTripMs: roundTripMs ?? null,
    healthyMs: Math.max(...healthy.map(({ tookMs }) => tookMs)),
  };
}

async function askMany(site: Site, consumer: keyof typeof ASKED): Promise<readonly Heard[]> {
  const heard: Heard[] = [];
  for (let request = 0; request < ASKED[consumer]; request += 1) heard.push(await site.ask(consumer));
  return heard;
}

/** An isolate asks again a second after it has given up. */
async function untilBack(site: Site): Promise<void> {
  const giveUpAt = Date.now() + BACK_MS;
  let isBack = false;
  while (!isBack && Date.now() < giveUpAt) {
    await sleep(250);
    isBack = (await site.ask("waiting")).headers["x-fairlead-degraded"] === undefined;
  }
}

async function countUntold(site: Site): Promise<number> {
  await sleep(TOLD_MS);
  const { headers } = await site.ask("apart");
  return site.asked("apart") - (LIMIT - Number(headers["x-ratelimit-remaining-requests"]));
}

function callersOf(lab: LimitsLab): Pick<Site, "ask" | "asked"> {
  const counts = new Map<Consumer, number>();
  const asked = (consumer: Consumer): number => counts.get(consumer) ?? 0;
  return {
    asked,
    ask: (consumer) => {
      counts.set(consumer, asked(consumer) + 1);
      return lab.ask(consumer, 0, { model: INSIDE });
    },
  };
}

function tallyOf(heard: readonly Heard[]): Tally {
  return Object.fromEntries([...Map.groupBy(heard, ({ status }) => status)].map(([status, list]) => [status, list.length]));
}
