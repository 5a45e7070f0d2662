import { setTimeout as sleep } from "node:timers/promises";
import { storageKey } from "../../../src/core/storage-key.ts";
import type { AskOptions, Heard } from "../faults/ask-router.ts";
import { type ConsumerSpec, type LimitsLab, startLimitsLab } from "./limits-lab.ts";
import { readBooks } from "./read-books.ts";

/** The rig answers after 150 ms. */
export const SLOW = "F06@ms=150";
/** What was used has been told by then: a second, and what the machine adds. */
const TOLD_MS = 1_000;
const PLENTY = 1_000_000_000;

/** Whose every request is in the books before it is sent, so that what is left of its limits is what was charged. */
export const STRICT: ConsumerSpec = {
  admission: "Strict",
  limits: [
    { requests: PLENTY, per: "24h" },
    { tokens: PLENTY, per: "24h" },
  ],
};

/** What a consumer was charged in all. */
export interface Charged {
  readonly requests: number;
  readonly tokens: number;
}

/** Routers for callers of that name, each with limits that it never reaches; one of which nothing is heard for `lease` is dead. */
export async function startDuplicatesLab(processes: number, callers: readonly string[], lease = "30s"): Promise<LimitsLab> {
  const lab = await startLimitsLab({
    processes,
    consumers: Object.fromEntries(callers.map((name) => [name, STRICT])),
    spec: { ledger: { lease } },
  });
  for (const name of callers) lab.upstream.setFault(name, SLOW);
  return lab;
}

interface KeyedAsk extends Pick<AskOptions, "patienceMs"> {
  readonly key: string;
  readonly process: number;
}

/** One request of its own: the same key and body whenever it is asked, every second one a stream. */
export function askKeyed(lab: LimitsLab, caller: string, { key, process, ...options }: KeyedAsk): Promise<Heard> {
  const isStream = key.endsWith("s");
  return lab.ask(caller, process, {
    ...options,
    headers: { "idempotency-key": key },
    more: {
      messages: [{ role: "user", content: `Where is ${key}?` }],
      ...(isStream ? { stream: true, stream_options: { include_usage: true } } : {}),
    },
  });
}

/** `n` keys; the last letter says whether the request is a stream. */
export function keysOf(n: number, name: string): readonly string[] {
  return Array.from({ length: n }, (_, index) => `${name}-${index}${index % 2 === 0 ? "j" : "s"}`);
}

/** What a consumer was charged as the books on the disk say, when all that has ended was told. */
export async function chargedTo({ fleet }: LimitsLab, consumer: string): Promise<Charged> {
  await sleep(TOLD_MS);
  const { pieces } = await readBooks(fleet.stateDirectory);
  const usedOf = (meter: string): number => {
    const own = pieces.filter(({ account }) =>
      account.startsWith(storageKey("default", "ledger", `consumer/${consumer} ${meter} `)),
    );
    return own.reduce((sum, { reserved, used }) => sum + used + reserved, 0);
  };
  return { requests: usedOf("requests"), tokens: usedOf("tokens") };
}

/** As the answer says itself, JSON or stream. */
export function tokensOf({ body }: Heard): number {
  return Number(/"total_tokens":(\d+)/u.exec(body.toString())?.[1] ?? Number.NaN);
}

export interface DuplicatesOptions {
  readonly processes: number;
  readonly keys: number;
  /** Of each request, at once and at all processes. */
  readonly copies: number;
  /** Keys asked for at once. */
  readonly batch: number;
}

export interface DuplicatesSeen {
  /** Answers 200 that were whole. */
  readonly answered: number;
  /** Keys whose copies, and one asked afterwards, all had the same body. */
  readonly alike: number;
  readonly replayed: number;
  readonly upstreamCalls: number;
  readonly charged: Charged;
  /** What the answers say they used, each key once. */
  readonly tokens: number;
}

/** Whose requests come several times. */
export const CALLER = "repeats";

/** As `askDuplicates`, in a lab of its own. */
export async function runDuplicates(options: DuplicatesOptions): Promise<DuplicatesSeen> {
  const lab = await startDuplicatesLab(options.processes, [CALLER]);
  try {
    return await askDuplicates(lab, options);
  } finally {
    await lab.close();
  }
}

/** Each request comes several times at once, over all processes, and once more when all have been answered. */
export async function askDuplicates(lab: LimitsLab, options: DuplicatesOptions): Promise<DuplicatesSeen> {
  const { batch, keys } = options;
  const groups: (readonly Heard[])[] = [];
  const names = keysOf(keys, "at-once");
  const before = lab.upstream.attempts().length;
  for (let from = 0; from < keys; from += batch) {
    groups.push(...(await Promise.all(names.slice(from, from + batch).map((key) => askCopies(lab, key, options)))));
  }
  const heard = groups.flat();
  return {
    answered: heard.filter(({ status, whole }) => status === 200 && whole).length,
    alike: groups.filter((group) => new Set(group.map(({ body }) => body.toString("base64"))).size === 1).length,
    replayed: heard.filter(({ headers }) => headers["idempotent-replayed"] === "true").length,
    upstreamCalls: lab.upstream.attempts().length - before,
    charged: await chargedTo(lab, CALLER),
    tokens: groups.reduce((sum, [first]) => sum + (first === undefined ? 0 : tokensOf(first)), 0),
  };
}

async function askCopies(
  lab: LimitsLab,
  key: string,
  { copies, processes }: Pick<DuplicatesOptions, "copies" | "processes">,
): Promise<readonly Heard[]> {
  const asked = Array.from({ length: copies }, (_, copy) => askKeyed(lab, CALLER, { key, process: copy % processes }));
  const heard = await Promise.all(asked);
  return [...heard, await askKeyed(lab, CALLER, { key, process: copies % processes })];
}
