import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type AttemptFacts, readRowFacts } from "../../../src/core/ledger/row-facts.ts";
import {
  CHUNKS,
  type MeteredCall,
  type MeteredUsage,
  startMeteredUpstream,
} from "../../rigs/metered-upstream/metered-upstream.ts";
import { askRouter } from "../faults/ask-router.ts";
import { gateway, type PolicyObject, provider, UNLIMITED_RETRIES, unwatchedProvider } from "../faults/policy-objects.ts";
import { createIdentity } from "../../../src/cli/local-identity.ts";
import { startFleetLab } from "../routing/fleet-lab.ts";
import { createCaller } from "../routing/new-caller.ts";
import { group, ruled } from "../routing/rule-objects.ts";
import { type PieceOnDisk, readBooks, type RowOnDisk } from "./read-books.ts";

export interface MixedOptions {
  readonly requests: number;
  readonly processes: number;
  readonly seed: number;
}

interface Sum {
  readonly tokens: number;
  readonly microUsd: number;
}

/** The ledger against the upstream's own books. */
export interface MixedSeen {
  readonly requests: number;
  /** Of each kind of request. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Requests that more than one attempt was made for, and hedges among them. */
  readonly failedOver: number;
  readonly raced: number;
  /** Calls whose client left. */
  readonly left: number;
  /** Of all attempts of which the upstream has told what it used. */
  readonly ledger: Sum;
  readonly upstream: Sum;
  /** Requests whose rows say something else than the upstream. */
  readonly wrong: readonly string[];
  /** What the caller's budgets are charged, and what its rows' attempts add up to, those of our own count too. */
  readonly charged: Sum;
  readonly attempted: Sum;
  /** Attempts of which the upstream told nothing, so that the ledger holds our own count, and says so. */
  readonly estimated: number;
}

/** In micro-USD per million tokens. */
const PRICE = { input: 2_345_678n, cached: 1_172_839n, output: 9_876_543n };
const MILLION = 1_000_000n;
const KINDS = ["json", "stream", "failover", "hedged", "left"] as const;
const MODELS = { json: "x-plain", stream: "x-plain", failover: "x-failover", hedged: "x-hedged", left: "x-left" } as const;
const WIDTH = 24;
const TOLD_MS = 2_500;

/** Sends requests of all kinds, and compares what was booked for each with what the upstream says it used for it. */
export async function runMixed({ processes, requests, seed }: MixedOptions): Promise<MixedSeen> {
  const upstream = await startMeteredUpstream({ seed });
  const identity = createIdentity();
  const caller = await createCaller("caller", identity.pepper);
  const objects = () => [...objectsOf(upstream.url), withBudgets(caller.object)];
  const lab = await startFleetLab({ processes, identity, keepsContents: false, objects });
  const agent = new Agent({ keepAlive: true });
  const ids = new Map<string, string>();
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < requests; index = next++) {
      const user = `request-${index}`;
      const id = await ask({ url: lab.router(index % processes).url, key: caller.key }, { kind: kindOf(index), user, agent });
      if (id !== null) ids.set(user, id);
    }
  };
  try {
    await Promise.all(Array.from({ length: WIDTH }, work));
    await sleep(TOLD_MS);
    const { pieces, rows } = await readBooks(lab.fleet.stateDirectory);
    return compare({ requests, ids, calls: upstream.calls(), rows, pieces });
  } finally {
    agent.destroy();
    await lab.close();
    await upstream.close();
  }
}

function objectsOf(url: string): readonly PolicyObject[] {
  const price = {
    inputPerMillion: toUsd(PRICE.input),
    cachedInputPerMillion: toUsd(PRICE.cached),
    outputPerMillion: toUsd(PRICE.output),
  };
  const priced = (object: PolicyObject): PolicyObject => ({
    ...object,
    spec: { ...(object["spec"] as object), models: [{ name: "*", price }] }, // `provider` writes it
  });
  const hedge = { afterPercentile: 95, minDelay: "200ms" };
  return [
    gateway([url], { retryBudget: UNLIMITED_RETRIES }),
    priced(unwatchedProvider("plain", url)),
    priced(provider("raced", url)),
    ruled("x-plain", { groups: [group("only", ["plain/talks"])] }),
    ruled("x-left", { groups: [group("only", ["plain/holds"])] }),
    ruled("x-failover", {
      groups: [group("first", ["plain/fails"]), group("second", ["plain/talks"])],
      failover: { on: ["server_error"] },
    }),
    ruled("x-hedged", { groups: [group("first", ["raced/dawdles"]), group("second", ["raced/talks"])], failover: { hedge } }),
  ];
}

function toUsd(micro: bigint): string {
  return `${micro / MILLION}.${String(micro % MILLION).padStart(6, "0")}`;
}

function withBudgets(object: PolicyObject): PolicyObject {
  const budgets = [
    { usd: "99999", per: "month" },
    { tokens: 1_000_000_000, per: "month" },
  ];
  return { ...object, spec: { ...(object["spec"] as object), budgets } }; // `createCaller` writes it
}

/** Of ten requests three are JSON and three streams, two race, one fails over and one is left. */
function kindOf(index: number): (typeof KINDS)[number] {
  return (
    (["json", "stream", "hedged", "json", "failover", "stream", "left", "json", "hedged", "stream"] as const)[index % 10] ??
    "json"
  );
}

type Router = Parameters<typeof askRouter>[0];

interface Asked {
  readonly kind: (typeof KINDS)[number];
  readonly user: string;
  readonly agent: Agent;
}

/** The request's id; null where no answer came. */
async function ask(router: Router, { agent, kind, user }: Asked): Promise<string | null> {
  const body = { model: MODELS[kind], user, messages: [{ role: "user", content: `Where is the harbour, ${user}?` }] };
  if (kind === "left") return leave(router, { ...body, stream: true });
  const stream = kind === "stream" || kind === "hedged";
  const { headers, status, whole } = await askRouter(router, { ...body, stream }, { agent });
  return status === 200 && whole ? (headers["x-fairlead-request-id"] ?? null) : null;
}

/** Leaves once all content is there; the stream has not ended. */
function leave(router: Router, body: object): Promise<string | null> {
  return new Promise((resolve) => {
    const call = request(`${router.url}/v1/chat/completions`, {
      method: "POST",
      agent: false,
      headers: { authorization: `Bearer ${router.key}`, "content-type": "application/json" },
    });
    call.once("error", () => resolve(null));
    call.once("response", (response) => {
      let seen = "";
      response.on("error", () => undefined);
      response.on("data", (chunk: Buffer) => {
        seen += chunk.toString();
        if (seen.split('"content":"sail').length <= CHUNKS) return;
        call.destroy();
        resolve(response.headersDistinct["x-fairlead-request-id"]?.[0] ?? null);
      });
    });
    call.end(JSON.stringify(body));
  });
}

interface Evidence {
  readonly requests: number;
  readonly ids: ReadonlyMap<string, string>;
  readonly calls: readonly MeteredCall[];
  readonly rows: readonly RowOnDisk[];
  readonly pieces: readonly PieceOnDisk[];
}

function compare({ calls, ids, pieces, requests, rows }: Evidence): MixedSeen {
  const byId = new Map(rows.map((row) => [row.id, readRowFacts(row.facts).attempts]));
  const byUser = Map.groupBy(calls, ({ user }) => user);
  const pairs = Array.from({ length: requests }, (_, index) => {
    const user = `request-${index}`;
    const attempts = byId.get(ids.get(user) ?? "") ?? null;
    const told = (byUser.get(user) ?? []).flatMap(({ usage }) => usage ?? []);
    const booked = (attempts ?? []).filter(({ usage }) => usage !== null && !usage.estimated);
    const ledger = addUp(booked.map(sumOf));
    return { user, index, attempts, ledger, upstream: addUp(told.map(priceOf)) };
  });
  const totals = {
    ledger: addUp(pairs.map(({ ledger }) => ledger)),
    upstream: addUp(calls.flatMap(({ usage }) => usage ?? []).map(priceOf)),
  };
  const all = pairs.flatMap(({ attempts }) => attempts ?? []);
  return {
    requests,
    kinds: Object.fromEntries([...Map.groupBy(pairs, ({ index }) => kindOf(index))].map(([kind, list]) => [kind, list.length])),
    failedOver: pairs.filter(({ attempts }) => attempts?.some(({ outcome }) => outcome === "server_error")).length,
    raced: pairs.filter(({ attempts }) => attempts?.some(({ outcome }) => outcome === "abandoned")).length,
    left: calls.filter(({ ended, model }) => ended === "client-left" && model === "holds").length,
    ...totals,
    wrong: pairs
      .filter(
        ({ attempts, ledger, upstream }) =>
          attempts === null || ledger.tokens !== upstream.tokens || ledger.microUsd !== upstream.microUsd,
      )
      .map(
        ({ attempts, index, ledger, upstream, user }) =>
          `${user} (${kindOf(index)}): ${JSON.stringify({ ledger, upstream, attempts })}`,
      ),
    charged: { tokens: usedOf(pieces, " tokens "), microUsd: usedOf(pieces, " microUsd ") },
    attempted: addUp(all.map(sumOf)),
    estimated: all.filter(({ usage }) => usage?.estimated).length,
  };
}

function usedOf(pieces: readonly PieceOnDisk[], meter: string): number {
  return pieces.reduce((sum, { account, used }) => (account.includes(meter) ? sum + used : sum), 0);
}

function sumOf({ costMicroUsd, usage }: AttemptFacts): Sum {
  return { tokens: (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0), microUsd: costMicroUsd ?? 0 };
}

function addUp(sums: readonly Sum[]): Sum {
  return sums.reduce((total, { microUsd, tokens }) => ({ tokens: total.tokens + tokens, microUsd: total.microUsd + microUsd }), {
    tokens: 0,
    microUsd: 0,
  });
}

/** By the price list, from what the upstream says it used, rounded up once. */
function priceOf({ completion_tokens, prompt_tokens, prompt_tokens_details, total_tokens }: MeteredUsage): Sum {
  const cached = BigInt(prompt_tokens_details.cached_tokens);
  const exact = (BigInt(prompt_tokens) - cached) * PRICE.input + cached * PRICE.cached + BigInt(completion_tokens) * PRICE.output;
  return { tokens: total_tokens, microUsd: Number((exact + MILLION - 1n) / MILLION) };
}
