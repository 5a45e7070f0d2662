import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseApiKey } from "../../../src/core/api-key.ts";
import { codeOf } from "../routing/ask-chat.ts";
import { percentile } from "../routing/statistics.ts";
import { type KeysLab, startKeysLab } from "./keys-lab.ts";

export interface RevocationOptions {
  /** Under load; two more are idle meanwhile. */
  readonly processes: number;
  readonly rounds: number;
  /** Of each round; each is asked at every process twice a second until it is refused. */
  readonly keys: number;
  /** What a call to the objects takes longer, in milliseconds. */
  readonly delayMs: number;
  readonly idleSeconds: number;
}

export interface RevocationFigures {
  /** A key at a process. */
  readonly samples: number;
  /** From the end of the command to the last answer that was given all the same; 0 where there was none. Milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
  /** Answers that were neither given nor `revoked_api_key`. */
  readonly others: number;
  readonly asked: number;
  /** The first answer of a process that was idle: to a key made at run time, and to one of the policy. */
  readonly whenIdle: { readonly made: string; readonly written: string };
}

const EVERY_MS = 500;
const STAGGER_MS = 250;
const GIVE_UP_MS = 30_000;

/** Keys that are revoked while every process answers them, and while two processes rest. */
export async function runRevocation(options: RevocationOptions): Promise<RevocationFigures> {
  const { delayMs, idleSeconds, keys, processes, rounds } = options;
  const lab = await startKeysLab({ processes: processes + 2, delayMs });
  const agent = new Agent({ keepAlive: true });
  try {
    const made = await createKey(lab);
    const { key: written } = lab.written;
    const [first, second] = [processes, processes + 1];
    await Promise.all([lab.ask(made, first), lab.ask(written, second)]);
    const idleSince = Date.now();
    const watched: Watched[] = [];
    for (let round = 0; round < rounds; round += 1) watched.push(...(await runRound(lab, { agent, keys, processes })));
    await sleep(Math.max(0, idleSince + idleSeconds * 1_000 - Date.now()));
    await lab.keys("revoke", idOf(made));
    await lab.keys("revoke", idOf(written));
    const whenIdle = { made: codeOf(await lab.ask(made, first)), written: codeOf(await lab.ask(written, second)) };
    const lasted = watched.map(({ lastedMs }) => lastedMs);
    return {
      samples: watched.length,
      p50Ms: percentile(lasted, 0.5),
      p99Ms: percentile(lasted, 0.99),
      slowestMs: Math.max(...lasted),
      others: watched.reduce((total, each) => total + each.others, 0),
      asked: watched.reduce((total, each) => total + each.asked, 0),
      whenIdle,
    };
  } finally {
    agent.destroy();
    await lab.close();
  }
}

interface Round {
  readonly agent: Agent;
  readonly keys: number;
  readonly processes: number;
}

interface Watched {
  readonly lastedMs: number;
  readonly asked: number;
  readonly others: number;
}

/** Every key is in use everywhere when the first is revoked. */
async function runRound(lab: KeysLab, { agent, keys, processes }: Round): Promise<readonly Watched[]> {
  const made = await Promise.all(Array.from({ length: keys }, () => createKey(lab)));
  const revokedAt = new Map<string, number>();
  const watching = made.flatMap((key) =>
    Array.from({ length: processes }, (_, process) =>
      watch(
        () => lab.ask(key, process, { agent }),
        () => revokedAt.get(key),
      ),
    ),
  );
  await sleep(2 * EVERY_MS);
  for (const key of made) {
    await lab.keys("revoke", idOf(key));
    revokedAt.set(key, Date.now());
    await sleep(STAGGER_MS);
  }
  return Promise.all(watching);
}

/** Asks until it is refused. */
async function watch(ask: () => ReturnType<KeysLab["ask"]>, revokedAt: () => number | undefined): Promise<Watched> {
  let [asked, others, lastGivenAt] = [0, 0, 0];
  // Not all at the same moment.
  await sleep(Math.random() * EVERY_MS);
  for (;;) {
    const heard = await ask();
    const since = revokedAt();
    asked += 1;
    if (heard.status === 200) lastGivenAt = Date.now();
    else if (codeOf(heard) !== "revoked_api_key") others += 1;
    else break;
    if (since !== undefined && Date.now() - since > GIVE_UP_MS) break;
    await sleep(EVERY_MS);
  }
  return { lastedMs: Math.max(0, lastGivenAt - (revokedAt() ?? Date.now())), asked, others };
}

async function createKey(lab: KeysLab): Promise<string> {
  const [key = ""] = await lab.keys("create", "--consumer", "app");
  return key;
}

function idOf(key: string): string {
  return parseApiKey(key)?.id ?? "";
}
