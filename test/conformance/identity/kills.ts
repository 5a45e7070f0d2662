import { setTimeout as sleep } from "node:timers/promises";
import type { Heard } from "../faults/ask-router.ts";
import { type ConsumerSpec, type LimitsLab, startLimitsLab } from "./limits-lab.ts";
import { type BooksOnDisk, driftOf, readBooks } from "./read-books.ts";
import { Random } from "../../simulation/random.ts";

export interface KillsOptions {
  readonly kills: number;
  readonly seed: number;
}

/** What the books were found to lack or to have too much of, when all was over. */
export interface KillsSeen {
  readonly kills: number;
  readonly answers: number;
  readonly rows: number;
  /** Amounts that stay reserved, and leases that stay open. */
  readonly held: number;
  /** Accounts whose use is not the sum of their rows. */
  readonly drift: readonly string[];
  /** Answers that were booked with other tokens than they told their caller. */
  readonly wrong: readonly string[];
  /** Answers of strict callers without a row, and calls of theirs upstream beyond their rows. */
  readonly strictLost: number;
  /** Answers of theirs of which the books never heard how they ended. */
  readonly strictUnended: number;
  /** Answers whose router was killed before it had told of them: the books know them not at all, or not how they ended. */
  readonly lost: number;
  /** How long the router of such a one had lived on, while the books were there; the longest of all. Milliseconds. */
  readonly longestMs: number;
  /** Answers that the books do not know although their router was not killed afterwards. */
  readonly vanished: number;
}

/** A whole answer of a process, and what it told its caller. */
interface Answered {
  readonly id: string;
  readonly consumer: string;
  readonly process: number;
  readonly tokens: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
}

interface Death {
  readonly process: number | "objects";
  readonly at: number;
  backAt: number;
}

const PROCESSES = 2;
const CLIENTS = 6;
const PAUSE_MS = 40;
const LEASE_MS = 2_000;
/** What routers tell late has been told, and then leases and slices are over. */
const EXPIRED_MS = 5_000;
const TOLD_MS = 1_500;
/** On a busy machine a call to a host that is starting hangs, and a router waits 20 s for it. */
const MOST_LOOKS = 15;
const LONGEST_GAP_MS = 400;
const WIDE: ConsumerSpec = {
  limits: [
    { tokens: 1_000_000_000, per: "24h", failureMode: "Closed" },
    { concurrency: 1_000, failureMode: "Closed" },
  ],
  budgets: [{ usd: "99999", per: "month", failureMode: "Closed" }],
};
const STRICT = "strict";
/** One that is admitted beside dispatch, one from slices, one that nothing limits, one that waits for the books. */
const CONSUMERS: Readonly<Record<string, ConsumerSpec>> = {
  beside: WIDE,
  sliced: { limits: [{ requests: 10_000_000, per: "24h" }], budgets: [{ tokens: 1_000_000_000, per: "day" }] },
  free: {},
  [STRICT]: { ...WIDE, admission: "Strict" },
};

/** Kills routers and the host of objects in turn, at random instants under load, and then looks at what is in the books. */
export async function runKills({ kills, seed }: KillsOptions): Promise<KillsSeen> {
  const lab = await startLimitsLab({ processes: PROCESSES, consumers: CONSUMERS, spec: { ledger: { lease: `${LEASE_MS}ms` } } });
  const load = new Load(lab, seed);
  try {
    const deaths = await killInTurn(lab, { kills, seed });
    const answers = await load.end();
    await sleep(EXPIRED_MS);
    for (let time = 1; ; time += 1) {
      // What was due or told while the books were away comes with the next call.
      for (let process = 0; process < PROCESSES; process += 1) await lab.ask(STRICT, process);
      await sleep(TOLD_MS);
      const seen = judge(await readBooks(lab.fleet.stateDirectory), { answers, deaths, lab });
      if (seen.vanished === 0 || time === MOST_LOOKS) return seen;
    }
  } finally {
    await load.end();
    await lab.close();
  }
}

async function killInTurn(lab: LimitsLab, { kills, seed }: KillsOptions): Promise<readonly Death[]> {
  const random = new Random(seed);
  const deaths: Death[] = [];
  for (let turn = 0; turn < kills; turn += 1) {
    await sleep(random.between(0, LONGEST_GAP_MS));
    const process = turn % 2 === 0 ? (turn / 2) % PROCESSES : "objects";
    const death: Death = { process, at: Date.now(), backAt: Number.POSITIVE_INFINITY };
    deaths.push(death);
    const victim = process === "objects" ? lab.fleet.objectHost : lab.router(process);
    globalThis.process.kill(victim.pid, "SIGKILL");
    await (process === "objects" ? lab.fleet.restartObjectHost() : lab.fleet.restartRouter(process));
    death.backAt = Date.now();
  }
  return deaths;
}

/** Callers that ask one thing after the other, of whichever process comes. */
class Load {
  readonly #answers: Answered[] = [];
  readonly #clients: Promise<void>;
  #isOver = false;

  constructor(lab: LimitsLab, seed: number) {
    const clients = Array.from({ length: CLIENTS }, (_, client) => this.#ask(lab, new Random(seed * 1_000 + client)));
    this.#clients = Promise.all(clients).then(() => undefined);
  }

  async end(): Promise<readonly Answered[]> {
    this.#isOver = true;
    await this.#clients;
    return this.#answers;
  }

  async #ask(lab: LimitsLab, random: Random): Promise<void> {
    const consumers = Object.keys(CONSUMERS);
    while (!this.#isOver) {
      const consumer = consumers[random.whole(0, consumers.length - 1)] ?? STRICT;
      const process = random.whole(0, PROCESSES - 1);
      const more = random.chance(0.5) ? {} : { stream: true, stream_options: { include_usage: true } };
      const startedAt = Date.now();
      const heard = await lab.ask(consumer, process, { more });
      const tokens = tokensOf(heard);
      const id = heard.headers["x-fairlead-request-id"];
      if (tokens !== null && id !== undefined)
        this.#answers.push({ id, consumer, process, tokens, startedAt, endedAt: Date.now() });
      await sleep(random.between(0, PAUSE_MS));
    }
  }
}

/** Of a whole answer; null for any other. */
function tokensOf({ body, status, whole }: Heard): number | null {
  if (status !== 200 || !whole) return null;
  const [, total] = /"total_tokens":(\d+)/.exec(body.toString()) ?? [];
  return total === undefined ? null : Number(total);
}

interface Evidence {
  readonly answers: readonly Answered[];
  readonly deaths: readonly Death[];
  readonly lab: LimitsLab;
}

function judge(books: BooksOnDisk, { answers, deaths, lab }: Evidence): KillsSeen {
  const rows = new Map(books.rows.map((row) => [row.id, row]));
  const unknown = answers.filter(({ id }) => !rows.has(id));
  const unended = answers.filter(({ id }) => (rows.get(id)?.state ?? "expired") === "expired");
  const wrong = answers.flatMap(({ consumer, id, tokens }) => {
    const row = rows.get(id);
    const booked = row?.entries.find(({ meter }) => meter === "tokens")?.amount ?? tokens;
    return row?.state === "expired" || booked === tokens ? [] : [`${consumer} ${id}: ${booked} booked, ${tokens} used`];
  });
  const strictRows = books.rows.filter(({ entries }) => entries.some(({ key }) => key.includes(`consumer/${STRICT} `))).length;
  const strictCalls = lab.attemptsAt(STRICT).length;
  const ages = unended.flatMap((answer) => livedOn(answer, deaths) ?? []);
  return {
    kills: deaths.length,
    answers: answers.length,
    rows: books.rows.length,
    held: books.leases.length + books.pieces.reduce((sum, { reserved }) => sum + Math.abs(reserved), 0),
    drift: driftOf(books),
    wrong,
    strictLost: unknown.filter(({ consumer }) => consumer === STRICT).length + Math.max(0, strictCalls - strictRows),
    strictUnended: unended.filter(({ consumer }) => consumer === STRICT).length,
    lost: ages.length,
    longestMs: Math.max(0, ...ages),
    vanished: unended.length - ages.length,
  };
}

/** How long its router lived after an answer, less the time when the books were away; null where it was not killed. */
function livedOn({ endedAt, process, startedAt }: Answered, deaths: readonly Death[]): number | null {
  // On a busy machine a caller sees the end of an answer after the death of its router.
  const death = deaths.find((each) => each.process === process && each.at >= startedAt);
  if (death === undefined) return null;
  const away = deaths
    .filter((each) => each.process === "objects")
    .map(({ at, backAt }) => Math.max(0, Math.min(backAt, death.at) - Math.max(at, endedAt)));
  return Math.max(0, death.at - endedAt) - away.reduce((sum, ms) => sum + ms, 0);
}
