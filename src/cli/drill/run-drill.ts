import type { CompiledPolicy } from "../../core/policy/compiled.ts";
import { startRouter } from "../local-router.ts";
import { askRouter, type DrilledRouter } from "./ask-router.ts";
import { CREDENTIAL, type Derived, derivePolicy, modelOf } from "./derive-policy.ts";
import type { Situation } from "./drilled-route.ts";
import { judge } from "./judge.ts";
import { scaleTimeouts } from "./scale-timeouts.ts";

export interface DrillSetting {
  /** Policy directory. */
  readonly location: string;
  readonly compiled: CompiledPolicy;
  /** Variables that it is compiled with. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly isSet: (variable: string) => boolean;
}

/** A situation as it turned out: why it does not hold, or null. */
export interface Outcome {
  readonly situation: Situation;
  readonly why: string | null;
}

/** Requests under way at once: few enough that a busy machine misses no deadline. */
const AT_ONCE = 16;
/** Beyond its deadline nothing is waited for longer than this, milliseconds. */
const PATIENCE_MS = 10_000;

/** Situations that one router runs; a larger policy would take longer to load than to drill. */
const MOST_SITUATIONS = 1_500;

/** Sends every situation to a router that runs them all, or to several in turn. @throws Error when one does not start */
export async function runDrill(situations: readonly Situation[], setting: DrillSetting): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let start = 0; start < situations.length; start += MOST_SITUATIONS) {
    outcomes.push(...(await runBatch(situations.slice(start, start + MOST_SITUATIONS), setting)));
  }
  return outcomes;
}

async function runBatch(situations: readonly Situation[], setting: DrillSetting): Promise<readonly Outcome[]> {
  let standIns: Derived["standIns"] = new Map();
  const router = await startRouter({
    policies: setting.location,
    cwd: setting.cwd,
    env: { ...setting.env, [CREDENTIAL]: "drill" },
    quiet: true,
    derive: (policy) => {
      const derived = derivePolicy(situations, policy, setting.isSet);
      ({ standIns } = derived);
      return derived.policy;
    },
  });
  try {
    return await askAll(situations, router, { standIns, compiled: setting.compiled });
  } finally {
    await router.close();
  }
}

interface Known {
  readonly standIns: Derived["standIns"];
  readonly compiled: CompiledPolicy;
}

async function askAll(situations: readonly Situation[], router: DrilledRouter, known: Known): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = [...situations.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, situation] = next;
      outcomes[index] = await ask({ index, situation }, router, known);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const [index, { situation, why }] of outcomes.entries()) {
    // What was late among many others may be in time alone.
    if (why !== null && situation.on === "timeout_ttft") outcomes[index] = await ask({ index, situation }, router, known);
  }
  return outcomes;
}

interface Numbered {
  readonly index: number;
  readonly situation: Situation;
}

async function ask({ index, situation }: Numbered, router: DrilledRouter, known: Known): Promise<Outcome> {
  const { rule } = situation.route;
  const { totalMs } = scaleTimeouts(rule.timeouts, rule.failover.maxAttempts, situation.stream).timeouts;
  const request = { model: modelOf(index), stream: situation.stream, patienceMs: totalMs + PATIENCE_MS };
  const heard = await askRouter(router, request);
  return { situation, why: judge(situation, heard, { ...known, totalMs }) };
}
