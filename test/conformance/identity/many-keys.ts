import { Agent } from "node:http";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { percentile } from "../routing/statistics.ts";
import { guessKey } from "./guess-key.ts";
import { type KeysLab, startKeysLab } from "./keys-lab.ts";

export interface ManyKeysOptions {
  readonly few: number;
  readonly many: number;
  /** Of each kind, over each registry, in turn. */
  readonly requests: number;
}

/** Milliseconds of a request in the middle of all. */
export interface KeyCost {
  /** By a key that the process knows. */
  readonly known: number;
  /** By one of which it must ask the registry. */
  readonly asked: number;
}

export interface ManyKeysFigures {
  readonly few: KeyCost;
  readonly many: KeyCost;
  /** Keys that the larger registry has. */
  readonly stored: number;
}

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BLOCK = 25;
const WARM_UPS = 4;

/** The same requests over a registry of few keys and over one of many, block by block in turn. */
export async function runManyKeys({ few, many, requests }: ManyKeysOptions): Promise<ManyKeysFigures> {
  const labs = [await startKeysLab({ processes: 1 }), await startKeysLab({ processes: 1 })] as const;
  const agent = new Agent({ keepAlive: true });
  try {
    const subjects = await Promise.all(labs.map(async (lab) => new Subject(lab, await createKeys(lab, few), agent)));
    const stored = await fill(labs[1], many - few);
    for (const subject of subjects) await subject.warmUp();
    for (let block = 0; block < requests / BLOCK; block += 1) for (const subject of subjects) await subject.ask();
    const [small, large] = subjects.map((subject) => subject.cost());
    if (small === undefined || large === undefined) throw new Error("Two registries are compared.");
    return { few: small, many: large, stored };
  } finally {
    agent.destroy();
    for (const lab of labs) await lab.close();
  }
}

/** One registry, as its callers see it. */
class Subject {
  readonly #lab: KeysLab;
  readonly #keys: readonly string[];
  readonly #agent: Agent;
  #known: number[] = [];
  #asked: number[] = [];

  constructor(lab: KeysLab, keys: readonly string[], agent: Agent) {
    this.#lab = lab;
    this.#keys = keys;
    this.#agent = agent;
  }

  async warmUp(): Promise<void> {
    for (let block = 0; block < WARM_UPS; block += 1) await this.ask();
    this.#known = [];
    this.#asked = [];
  }

  /** A block of each kind. */
  async ask(): Promise<void> {
    const options = { agent: this.#agent };
    const known = await timed(BLOCK, (turn) => this.#lab.ask(this.#keys[turn % this.#keys.length] ?? "", 0, options), 200);
    const asked = await timed(BLOCK, () => this.#lab.ask(guessKey(randomId()), 0, options), 401);
    this.#known.push(...known);
    this.#asked.push(...asked);
  }

  cost(): KeyCost {
    return { known: percentile(this.#known, 0.5), asked: percentile(this.#asked, 0.5) };
  }
}

async function createKeys(lab: KeysLab, count: number): Promise<readonly string[]> {
  const keys: string[] = [];
  while (keys.length < count) keys.push(...(await lab.keys("create", "--consumer", "app")));
  return keys;
}

async function timed(
  count: number,
  ask: (turn: number) => ReturnType<KeysLab["ask"]>,
  expected: number,
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const { status, tookMs } = await ask(turn);
    if (status !== expected) throw new Error(`Expected ${expected}, heard ${status}.`);
    times.push(tookMs);
  }
  return times;
}

/** Writes keys into the registry's own tables while its host is down: making each over the wire would take an hour. */
async function fill({ fleet }: KeysLab, count: number): Promise<number> {
  await fleet.objectHost.close();
  const directory = join(fleet.stateDirectory, "fairlead-KeyRegistry");
  const file = (await readdir(directory)).find((name) => name.endsWith(".sqlite"));
  const database = new DatabaseSync(join(directory, file ?? "no registry"));
  const [like] = database.prepare("SELECT body FROM keys LIMIT 1").all();
  const insert = database.prepare("INSERT INTO keys (id, tenant, consumer, body) VALUES (?, ?, ?, ?)");
  database.exec("BEGIN");
  for (let index = 0; index < count; index += 1)
    insert.run(randomId(), "default", `consumer-${index % 1_000}`, like?.["body"] ?? "{}");
  database.exec("COMMIT");
  const stored = Number(database.prepare("SELECT COUNT(*) AS count FROM keys").get()?.["count"]);
  database.close();
  await fleet.restartObjectHost();
  return stored;
}

function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => BASE62.charAt(byte % 62)).join("");
}
