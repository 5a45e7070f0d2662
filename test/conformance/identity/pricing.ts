import { setTimeout as sleep } from "node:timers/promises";
import { askAdmin } from "../faults/ask-router.ts";
import { createDraw } from "../faults/draws.ts";
import { PRICES, type UsageLab } from "./usage-lab.ts";

export interface PricingSeen {
  readonly requests: number;
  /** Micro-USD: what the rows, the report and our own reckoning of it come to. */
  readonly rows: number;
  readonly report: number;
  readonly expected: number;
  /** Requests whose row, or whose header, says something else than was reckoned. */
  readonly wrong: readonly string[];
}

/** Tokens of one answer, each of one kind only. */
type Kinds = Readonly<Record<keyof typeof PRICES, number>>;

const MILLION = 1_000_000n;
const WIDTH = 16;
/** Long enough for what is claimed to be believed. */
const SAYS = "Aye. ".repeat(120);
const MOST_TOKENS = 300;
const PATIENCE_MS = 30_000;

/** Asks for answers of random usage of every kind, whole and in streams, and prices each anew, in whole numbers of any size. */
export async function runPricing(
  lab: UsageLab,
  { requests, seed }: { readonly requests: number; readonly seed: number },
): Promise<PricingSeen> {
  const draw = createDraw(seed);
  const asked = Array.from({ length: requests }, (_, index) => ({ kinds: drawKinds(draw), stream: index % 2 === 1 }));
  const wrong: string[] = [];
  const expected = new Map<string, number>();
  for (let from = 0; from < requests; from += WIDTH) {
    const batch = asked.slice(from, from + WIDTH).map(async ({ kinds, stream }) => {
      const { headers, id } = await lab.ask("priced", { says: SAYS, usage: toUsage(kinds) }, { stream });
      const cost = reckon(kinds);
      expected.set(id, cost);
      if (!stream && headers["x-fairlead-cost"] !== String(cost))
        wrong.push(`${id}: header ${headers["x-fairlead-cost"]}, not ${cost}`);
    });
    await Promise.all(batch);
  }
  const booked = await readBooked(lab, requests);
  for (const [id, cost] of expected) if (booked.get(id) !== cost) wrong.push(`${id}: row ${booked.get(id)}, not ${cost}`);
  const { groups } = (await askAdmin(lab.router, "/admin/api/usage?by=model")) as Report; // our own API
  const report = groups.find(({ group }) => group.model === "priced")?.costMicroUsd ?? 0;
  return { requests, rows: sum(booked.values()), report, expected: sum(expected.values()), wrong };
}

interface Report {
  readonly groups: readonly { readonly group: { readonly model: string }; readonly costMicroUsd: number }[];
}

/** Costs by request, once so many are told; what is missing then is missing. */
async function readBooked(lab: UsageLab, requests: number): Promise<ReadonlyMap<string, number>> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const rows = (await lab.rows()).filter(({ facts }) => facts.model === "priced");
    if (rows.length >= requests || performance.now() > until)
      return new Map(rows.map(({ facts, id }) => [id, facts.totalCostMicroUsd]));
    await sleep(200);
  }
}

function drawKinds(draw: () => number): Kinds {
  return Object.fromEntries(Object.keys(PRICES).map((kind) => [kind, Math.floor(draw() * MOST_TOKENS)])) as Kinds; // every kind is there
}

/** As OpenAI's format reports it: parts are in their whole. */
function toUsage(kinds: Kinds): object {
  const input = [kinds.inputPerMillion, kinds.cachedInputPerMillion, kinds.cacheWritePerMillion];
  const output = [kinds.outputPerMillion, kinds.reasoningPerMillion];
  return {
    prompt_tokens: sum([...input, kinds.audioInputPerMillion, kinds.imageInputPerMillion]) + 1,
    completion_tokens: sum([...output, kinds.audioOutputPerMillion, kinds.imageOutputPerMillion]),
    prompt_tokens_details: {
      cached_tokens: kinds.cachedInputPerMillion,
      cache_write_tokens: kinds.cacheWritePerMillion,
      audio_tokens: kinds.audioInputPerMillion,
      image_tokens: kinds.imageInputPerMillion,
    },
    completion_tokens_details: {
      reasoning_tokens: kinds.reasoningPerMillion,
      audio_tokens: kinds.audioOutputPerMillion,
      image_tokens: kinds.imageOutputPerMillion,
    },
  };
}

/** Micro-USD, rounded up once; one token of text more than was drawn, so that no prompt is empty. */
function reckon(kinds: Kinds): number {
  const names = Object.keys(PRICES) as readonly (keyof typeof PRICES)[];
  const millionths = names.map(
    (name) => BigInt(kinds[name] + (name === "inputPerMillion" ? 1 : 0)) * BigInt(PRICES[name].replace(".", "")),
  );
  const total = millionths.reduce((left, right) => left + right, 0n);
  return Number((total + MILLION - 1n) / MILLION);
}

function sum(amounts: Iterable<number>): number {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}
