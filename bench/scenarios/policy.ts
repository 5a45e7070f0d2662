import { createMemoryHealth } from "../../src/adapters/memory/health.ts";
import { IsolateHealth } from "../../src/core/health/isolate-health.ts";
import { compilePolicy } from "../../src/core/policy/compile.ts";
import type { CompiledPolicy } from "../../src/core/policy/compiled.ts";
import { linkPolicy } from "../../src/core/policy/link.ts";
import type { LinkedPolicy } from "../../src/core/policy/linked.ts";
import { renderProblem } from "../../src/core/policy/problem.ts";
import type { PolicyFile } from "../../src/core/policy/read-documents.ts";
import { AttemptSequence } from "../../src/core/routing/attempt-sequence.ts";
import { createRetryBudget } from "../../src/core/routing/retry-budget.ts";
import type { RouteFacts } from "../../src/core/routing/route-facts.ts";
import { selectRoute } from "../../src/core/routing/select-route.ts";
import { NO_KILLS } from "../../src/core/routing/target-view.ts";
import { DIALECT_FACTS } from "../../src/dialects/index.ts";
import { CATALOGUE } from "../../src/providers/catalogue.ts";
import { modelOf, WIDE_MODEL, writePolicySet } from "../policy-set.ts";
import type { BenchRow } from "../row.ts";
import { median, roundFigure } from "../statistics.ts";
import type { Effort, OfflineScenario } from "./scenario.ts";

const ROUTES = [10, 100, 1_000, 10_000];
/** Ten thousand routes take seconds. */
const MAX_COMPILE_ROUNDS = 3;
/** Decisions of one turn: some milliseconds, which the clock can tell. */
const DECISIONS = 20_000;
const TURNS_PER_ROUND = 10;

/** What more routes cost: once, when a policy is compiled, and with every request. */
export const policy: OfflineScenario = {
  kind: "offline",
  name: "policy",
  about:
    "routes of two weighted targets and a fallback, every tenth of them by prefix: time to compile all, and to decide one request: find its rule, and its first target by the health of all, when the same ten models are asked for and when every route is as busy as any other, which the processor's caches cannot hold; and for a route of a hundred targets in seven groups",
  measure: async (effort) => {
    const sizes = ROUTES.map((routes): Size => ({
      routes,
      files: writePolicySet(routes),
      compileMillis: [],
      decisionNanos: [],
      spreadNanos: [],
      wideNanos: [],
    }));
    const compiled = await measureCompiling(sizes, effort);
    measureDecisions(sizes, compiled, effort);
    return sizes.map(({ compileMillis, decisionNanos, routes, spreadNanos, wideNanos }): BenchRow => ({
      scenario: "policy",
      subject: "fairlead",
      routes,
      compileMillis: roundFigure(median(compileMillis)),
      decisionNanos: roundFigure(median(decisionNanos)),
      decisionSpreadNanos: roundFigure(median(spreadNanos)),
      decisionWideNanos: roundFigure(median(wideNanos)),
    }));
  },
};

/** A policy set of one size, and a sample a turn. */
interface Size {
  readonly routes: number;
  readonly files: readonly PolicyFile[];
  readonly compileMillis: number[];
  readonly decisionNanos: number[];
  readonly spreadNanos: number[];
  readonly wideNanos: number[];
}

/** Size after size, round after round, once the compiler's own code is warm. */
async function measureCompiling(sizes: readonly Size[], effort: Effort): Promise<readonly CompiledPolicy[]> {
  const [smallest] = sizes;
  if (smallest !== undefined) for (let run = 0; run < 20; run += 1) await compile(smallest.files);
  let compiled: readonly CompiledPolicy[] = [];
  const rounds = Math.min(effort.rounds, MAX_COMPILE_ROUNDS);
  for (let round = 1; round <= rounds; round += 1) {
    effort.log(`policy: compile, round ${round} of ${rounds}`);
    const results: CompiledPolicy[] = [];
    for (const { compileMillis, files } of sizes) {
      const startedAt = performance.now();
      results.push(await compile(files));
      compileMillis.push(performance.now() - startedAt);
    }
    compiled = results;
  }
  return compiled;
}

async function compile(files: readonly PolicyFile[]): Promise<CompiledPolicy> {
  const result = await compilePolicy({ files, catalogue: CATALOGUE, environment: {}, epoch: 1, generation: 1 });
  if (result.kind === "rejected")
    throw new Error(`The benchmark's own policy is refused: ${result.problems.slice(0, 3).map(renderProblem).join("; ")}`);
  return result.policy;
}

const LINK = { readSecret: (): string => "bench", dialects: DIALECT_FACTS };

/** Turns of all sizes alternate; the first round only warms up. */
function measureDecisions(sizes: readonly Size[], compiled: readonly CompiledPolicy[], effort: Effort): void {
  const linked = compiled.map((document) => linkPolicy(document, LINK));
  const takeTurn = (size: Size, index: number): { readonly busy: number; readonly spread: number; readonly wide: number } => {
    const policies = linked[index];
    if (policies === undefined) throw new Error(`The policy of ${size.routes} routes was not compiled.`);
    return {
      busy: timeDecisions(policies, () => modelOf(busyRoute(size.routes))),
      spread: timeDecisions(policies, () => modelOf(below(size.routes))),
      wide: timeDecisions(policies, () => WIDE_MODEL),
    };
  };
  for (let turn = 0; turn < TURNS_PER_ROUND; turn += 1) sizes.forEach(takeTurn);
  for (let turn = 0; turn < TURNS_PER_ROUND * effort.rounds; turn += 1) {
    if (turn % TURNS_PER_ROUND === 0) effort.log(`policy: decisions, round ${turn / TURNS_PER_ROUND + 1} of ${effort.rounds}`);
    for (const [index, size] of sizes.entries()) {
      const { busy, spread, wide } = takeTurn(size, index);
      size.decisionNanos.push(busy);
      size.spreadNanos.push(spread);
      size.wideNanos.push(wide);
    }
  }
}

/** Decisions over a policy of so many routes: nanoseconds of one, for models drawn or for all routes alike. */
export async function createDecisions(routes: number): Promise<{ spread(): number; time(drawModel: () => string): number }> {
  const linked = linkPolicy(await compile(writePolicySet(routes)), LINK);
  return {
    spread: () => timeDecisions(linked, () => modelOf(below(routes))),
    time: (drawModel) => timeDecisions(linked, drawModel),
  };
}

/** One of ten routes that lie evenly over the whole policy; nine are found by name, one by prefix, as in the smallest. */
function busyRoute(routes: number): number {
  const tenth = below(10);
  const width = routes / 10;
  return tenth * width + (tenth === 9 ? width - 1 : 0);
}

function below(limit: number): number {
  return Math.floor(Math.random() * limit);
}

/** Nanoseconds of one decision. The names are parsed anew each time, because a request's are never strings seen before. */
function timeDecisions(linked: LinkedPolicy, drawModel: () => string): number {
  const names = Array.from({ length: DECISIONS }, drawModel);
  const models = JSON.parse(JSON.stringify(names)) as readonly string[]; // our own text
  let planned = 0;
  const startedAt = process.hrtime.bigint();
  for (const model of models) if (decide(linked, model)) planned += 1;
  const nanos = Number(process.hrtime.bigint() - startedAt);
  if (planned !== DECISIONS) throw new Error(`${DECISIONS} decisions planned ${planned} first attempts.`);
  return nanos / DECISIONS;
}

const NOW = 1_800_000_000_000;
const health = createMemoryHealth(new IsolateHealth("bench", NOW));
const budget = createRetryBudget({ percent: 10, floorPerSecond: 1 });

/** What a request's policy and plan stages decide. */
function decide(linked: LinkedPolicy, model: string): boolean {
  const rulesOf = (name: string): ReturnType<LinkedPolicy["findRules"]> => linked.findRules("default", name);
  const facts = factsOf(model);
  const rules = rulesOf(model);
  const route = rules === null ? null : selectRoute(rules.rules, facts, null);
  if (route === null) return false;
  const sequence = new AttemptSequence(route, {
    access: null,
    facts,
    rulesOf,
    preferences: null,
    trace: null,
    view: health,
    kills: () => NO_KILLS,
    now: NOW,
    draw: Math.random,
    mayProbe: true,
    budget,
    deadline: NOW + 600_000,
  });
  const first = sequence.first();
  return first !== null && sequence.shares > 0;
}

const CALLER = {
  tenant: "default",
  consumer: "bench",
  keyId: "bench",
  roles: [],
  tags: {},
  limits: [],
  isStrict: false,
  access: { allow: [], block: [] },
};

function factsOf(model: string): RouteFacts {
  return {
    caller: CALLER,
    model,
    operation: "chat",
    path: "/v1/chat/completions",
    headers: new Map(),
    stream: false,
    tokens: 100,
    features: { messages: 1, maxTokens: 0, tools: false, images: false, audio: false, jsonSchema: false, reasoning: false },
    prefix: "",
    place: { region: null, zone: null },
    now: NOW,
  };
}
