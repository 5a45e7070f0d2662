import { Agent } from "node:http";
import { createIdentity } from "../../../src/cli/local-identity.ts";
import { type MeteredCall, startMeteredUpstream } from "../../rigs/metered-upstream/metered-upstream.ts";
import { askRouter, type Heard } from "../faults/ask-router.ts";
import { gateway, unwatchedProvider } from "../faults/policy-objects.ts";
import { startFleetLab } from "../routing/fleet-lab.ts";
import { createCaller } from "../routing/new-caller.ts";
import { group, ruled } from "../routing/rule-objects.ts";

export interface PhantomOptions {
  /** Agents that ask one thing after the other, until one of them is refused. */
  readonly agents: number;
  readonly budgetUsd: number;
  readonly processes: number;
  readonly seed: number;
}

/** What a budget was used for, by the upstream's own books. In US dollars. */
export interface PhantomSeen {
  readonly answers: number;
  /** Of all answers whose callers had them when the first refusal came. */
  readonly usedUsd: number;
  /** Of these and those that were under way then. */
  readonly totalUsd: number;
  /** What the longest answer cost beyond the average, for each agent: no error of the estimate is larger. */
  readonly errorUsd: number;
  /** Code of the first refusal. */
  readonly refusal: string;
}

const MODEL = "x-agents";
const PRICE = { inputPerMillion: "2.5", cachedInputPerMillion: "1.25", outputPerMillion: "10" };
const PROMPT = "You are one of many agents. ".repeat(60);

/** Agents that allow 128,000 tokens for an answer and get some hundreds use up a budget. */
export async function runPhantom({ agents, budgetUsd, processes, seed }: PhantomOptions): Promise<PhantomSeen> {
  const upstream = await startMeteredUpstream({ seed, delayMs: 100, tokens: [200, 1_400] });
  const identity = createIdentity();
  const caller = await createCaller("agents", identity.pepper);
  const spec = { ...(caller.object["spec"] as object), budgets: [{ usd: budgetUsd.toFixed(2), per: "month" }] }; // `createCaller` writes it
  const lab = await startFleetLab({
    processes,
    identity,
    keepsContents: false,
    objects: () => [
      gateway([upstream.url]),
      withPrices(unwatchedProvider("metered", upstream.url)),
      ruled(MODEL, { groups: [group("only", ["metered/talks"])] }),
      { ...caller.object, spec },
    ],
  });
  const agent = new Agent({ keepAlive: true });
  let refused: Heard | null = null;
  let usedUsd = 0;
  const work = async (process: number): Promise<void> => {
    while (refused === null) {
      const body = { model: MODEL, max_tokens: 128_000, messages: [{ role: "user", content: PROMPT }] };
      const heard = await askRouter({ url: lab.router(process).url, key: caller.key }, body, { agent });
      if (heard.status !== 200) refused ??= heard;
      else if (refused === null) usedUsd += costOf(JSON.parse(heard.body.toString()));
    }
  };
  try {
    await Promise.all(Array.from({ length: agents }, (_, index) => work(index % processes)));
    const costs = upstream.calls().filter(({ ended }) => ended === "finished");
    return judge(costs, { agents, refused, usedUsd });
  } finally {
    agent.destroy();
    await lab.close();
    await upstream.close();
  }
}

function withPrices(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const spec = object["spec"] as object; // `unwatchedProvider` writes it
  return { ...object, spec: { ...spec, models: [{ name: "*", price: PRICE }] } };
}

/** By the price list, from what the upstream says it used. US dollars. */
function costOf({ usage }: Pick<MeteredCall, "usage">): number {
  if (usage === null) return 0;
  const cached = usage.prompt_tokens_details.cached_tokens;
  return ((usage.prompt_tokens - cached) * 2.5 + cached * 1.25 + usage.completion_tokens * 10) / 1_000_000;
}

interface Ended {
  readonly agents: number;
  readonly refused: Heard | null;
  readonly usedUsd: number;
}

function judge(calls: readonly MeteredCall[], { agents, refused, usedUsd }: Ended): PhantomSeen {
  const costs = calls.map(costOf);
  const totalUsd = costs.reduce((sum, cost) => sum + cost, 0);
  return {
    answers: calls.length,
    usedUsd,
    totalUsd,
    errorUsd: agents * (Math.max(...costs) - totalUsd / calls.length),
    refusal: refused === null ? "" : JSON.parse(refused.body.toString()).error.code,
  };
}
