import { createHash } from "node:crypto";
import { compilePolicy } from "../../src/core/policy/compile.ts";
import type { CompiledPolicy } from "../../src/core/policy/compiled.ts";
import { linkPolicy, type LinkedPolicy } from "../../src/core/policy/link.ts";
import { renderProblem } from "../../src/core/policy/problem.ts";
import { planAttempts } from "../../src/core/routing/plan-attempts.ts";
import { DIALECTS } from "../../src/dialects/index.ts";
import { CATALOGUE } from "../../src/providers/catalogue.ts";
import { modelOf, writePolicySet } from "../policy-set.ts";
import type { BenchRow } from "../row.ts";
import { median, roundFigure } from "../statistics.ts";
import type { Effort, OfflineScenario } from "./scenario.ts";

const ROUTES = [10, 100, 1_000, 10_000] as const;
/** Ten thousand routes compile in seconds. */
const MAX_COMPILES = 3;
/** Decisions of one turn: a few milliseconds, which a clock of microseconds can tell. */
const DECISIONS = 20_000;
const TURNS_PER_ROUND = 8;

/** What more routes cost: once, when a policy is compiled, and with every request. */
export const policy: OfflineScenario = {
  kind: "offline",
  name: "policy",
  about:
    "routes of two weighted targets and a fallback, every tenth by prefix: time to compile them, and to find a request's route and put its targets in order, models drawn evenly over all routes",
  measure: async (effort) => {
    const compiled = await compileSets(effort);
    const decided = decideInTurns(compiled, effort);
    return compiled.map(({ compileMillis, routes }, index): BenchRow => ({
      scenario: "policy",
      subject: "fairlead",
      routes,
      compileMillis: roundFigure(median(compileMillis)),
      decisionNanos: roundFigure(median(decided[index] ?? [])),
    }));
  },
};

interface CompiledSet {
  readonly routes: number;
  readonly compileMillis: readonly number[];
  readonly linked: LinkedPolicy;
}

async function compileSets(effort: Effort): Promise<readonly CompiledSet[]> {
  const sets = ROUTES.map((routes) => ({ routes, files: writePolicySet(routes), compileMillis: [] as number[], linked: [] as LinkedPolicy[] }));
  const rounds = Math.min(effort.rounds, MAX_COMPILES);
  for (let round = 1; round <= rounds; round += 1) {
    effort.log(`policy: compile, round ${round} of ${rounds}`);
    for (const { compileMillis, files, linked } of sets) {
      const startedAt = performance.now();
      const compiled = await compile(files);
      compileMillis.push(performance.now() - startedAt);
      linked[0] = linkPolicy(compiled, LINK);
    }
  }
  return sets.map(({ compileMillis, linked, routes }) => ({ routes, compileMillis, linked: linkedOf(linked) }));
}
