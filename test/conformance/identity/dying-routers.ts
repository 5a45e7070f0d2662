import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../../simulation/random.ts";
import type { Heard } from "../faults/ask-router.ts";
import { askKeyed, type Charged, chargedTo, keysOf, startDuplicatesLab, tokensOf } from "./duplicates.ts";
import type { LimitsLab } from "./limits-lab.ts";

export interface DeathsOptions {
  readonly processes: number;
  /** Each ends with a router killed. */
  readonly rounds: number;
  /** Requests under way at that router. */
  readonly keys: number;
  /** Of the instants at which it is killed. */
  readonly seed: number;
}

export interface DeathsSeen {
  readonly requests: number;
  /** Keys under which a duplicate got a whole answer, and every later one the same. */
  readonly answered: number;
  /** Keys under which the router that was killed had answered already. */
  readonly answeredBefore: number;
  /** Carried out again, by another router. */
  readonly takenOver: number;
  readonly upstreamCalls: number;
  readonly charged: Charged;
  readonly tokens: number;
}

const CALLER = "survives";
const LEASE = "2s";
/** From before anything is sent to after all has been answered. */
const LONGEST_MS = 320;

/** A router is killed at any instant while it carries requests out; their callers ask the others. */
export async function runDeaths({ keys, processes, rounds, seed }: DeathsOptions): Promise<DeathsSeen> {
  const lab = await startDuplicatesLab(processes, [CALLER], LEASE);
  const random = new Random(seed);
  try {
    const deaths: Death[] = [];
    for (let round = 0; round < rounds; round += 1) {
      deaths.push(
        ...(await killOnce(lab, keysOf(keys, `death-${round}`), { processes, afterMs: random.between(0, LONGEST_MS) })),
      );
      await lab.fleet.restartRouter(0);
    }
    return {
      requests: deaths.length,
      answered: deaths.filter(({ again, second }) => isWhole(second) && isWhole(again) && again.body.equals(second.body)).length,
      answeredBefore: deaths.filter(({ first }) => isWhole(first)).length,
      takenOver: deaths.filter(({ first, second }) => isWhole(first) && !isReplayed(second)).length,
      upstreamCalls: lab.upstream.attempts().length,
      charged: await chargedTo(lab, CALLER),
      tokens: deaths.reduce((sum, { second }) => sum + tokensOf(second), 0),
    };
  } finally {
    await lab.close();
  }
}

/** What the callers of one request heard: of the router that was killed, of another one, and afterwards. */
interface Death {
  readonly first: Heard;
  readonly second: Heard;
  readonly again: Heard;
}

async function killOnce(
  lab: LimitsLab,
  keys: readonly string[],
  { afterMs, processes }: { readonly afterMs: number; readonly processes: number },
): Promise<readonly Death[]> {
  const asked = keys.map((key) => askKeyed(lab, CALLER, { key, process: 0 }));
  await sleep(afterMs);
  process.kill(lab.router(0).pid, "SIGKILL");
  return Promise.all(
    keys.map(async (key, index) => {
      const first = await (asked[index] ?? Promise.reject(new Error("Every key was asked for.")));
      const at = 1 + (index % (processes - 1));
      const second = await askKeyed(lab, CALLER, { key, process: at });
      return { first, second, again: await askKeyed(lab, CALLER, { key, process: at }) };
    }),
  );
}

/**
 * A router answers while the objects are silent, so that the outcome of the request is told to nobody, and dies. Resolves with
 * what its caller heard, and what a duplicate hears of another router when the objects are back.
 */
export async function killBeforeStored(lab: LimitsLab, caller: string, key: string): Promise<readonly [Heard, Heard]> {
  const before = lab.upstream.attempts().length;
  const asked = askKeyed(lab, caller, { key, process: 0 });
  while (lab.upstream.attempts().length === before) await sleep(5);
  process.kill(lab.fleet.objectHost.pid, "SIGSTOP");
  const first = await asked;
  process.kill(lab.router(0).pid, "SIGKILL");
  // What waits in its sockets goes with it.
  await lab.fleet.restartObjectHost();
  return [first, await askKeyed(lab, caller, { key, process: 1 })];
}

function isWhole({ status, whole }: Heard): boolean {
  return status === 200 && whole;
}

export function isReplayed({ headers }: Heard): boolean {
  return headers["idempotent-replayed"] === "true";
}
