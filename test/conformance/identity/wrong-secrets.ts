import { Agent } from "node:http";
import { parseApiKey } from "../../../src/core/api-key.ts";
import type { Heard } from "../faults/ask-router.ts";
import { percentile } from "../routing/statistics.ts";
import { guessKey } from "./guess-key.ts";
import { startKeysLab } from "./keys-lab.ts";

/** Milliseconds of a refusal in the middle of all, by whose id it is. */
export interface WrongSecretFigures {
  readonly nobodys: number;
  readonly policys: number;
  readonly registrys: number;
}

const WARM_UPS = 200;

/** Keys with a wrong secret, their ids in turn: nobody's, one of the policy, one made at run time. */
export async function runWrongSecrets(samples: number): Promise<WrongSecretFigures> {
  const lab = await startKeysLab({ processes: 1 });
  const agent = new Agent({ keepAlive: true });
  try {
    const [made = ""] = await lab.keys("create", "--consumer", "app");
    await lab.ask(made, 0);
    const ids = ["0".repeat(12), ...[lab.written.key, made].map((key) => parseApiKey(key)?.id ?? "")];
    const times = new Map(ids.map((id): [string, number[]] => [id, []]));
    for (let turn = 0; turn < WARM_UPS + samples; turn += 1) {
      // Whoever comes first of a turn changes, so that no id is always measured after the same other.
      const order = [...ids.slice(turn % ids.length), ...ids.slice(0, turn % ids.length)];
      for (const id of order) times.get(id)?.push(await timeRefusal(() => lab.ask(guessKey(id), 0, { agent })));
    }
    const medians = ids.map((id) => percentile(times.get(id)?.slice(WARM_UPS) ?? [], 0.5));
    const [nobodys = Number.NaN, policys = Number.NaN, registrys = Number.NaN] = medians;
    return { nobodys, policys, registrys };
  } finally {
    agent.destroy();
    await lab.close();
  }
}

/** Milliseconds. @throws Error when it is no refusal */
async function timeRefusal(ask: () => Promise<Heard>): Promise<number> {
  const { status, tookMs } = await ask();
  if (status !== 401) throw new Error(`A wrong secret was answered by ${status}.`);
  return tookMs;
}

export interface GuessingFigures {
  readonly seconds: number;
  readonly refused: number;
  /** 429. */
  readonly limited: number;
  readonly others: number;
  /** Of requests by a key that the router knows, from the same address at the same time. */
  readonly letIn: { readonly asked: number; readonly answered: number };
}

/** Keys that nobody has, from one address, as fast as they are answered; and a good one beside them. */
export async function runGuessing(guesses: number): Promise<GuessingFigures> {
  const lab = await startKeysLab({ processes: 1 });
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const from = { agent, headers: { "cf-connecting-ip": "192.0.2.1" } };
  try {
    const [made = ""] = await lab.keys("create", "--consumer", "app");
    await lab.ask(made, 0);
    const statuses: number[] = [];
    let [asked, answered] = [0, 0];
    const startedAt = Date.now();
    while (statuses.length < guesses) {
      const heard = await Promise.all(Array.from({ length: 50 }, () => lab.ask(guessKey(randomDigits()), 0, from)));
      statuses.push(...heard.map(({ status }) => status));
      asked += 1;
      if ((await lab.ask(made, 0, from)).status === 200) answered += 1;
    }
    const count = (wanted: number): number => statuses.filter((status) => status === wanted).length;
    const [refused, limited] = [count(401), count(429)];
    const seconds = (Date.now() - startedAt) / 1_000;
    return { seconds, refused, limited, others: statuses.length - refused - limited, letIn: { asked, answered } };
  } finally {
    agent.destroy();
    await lab.close();
  }
}

function randomDigits(): string {
  return String(Math.floor(Math.random() * 1e12)).padStart(12, "0");
}
