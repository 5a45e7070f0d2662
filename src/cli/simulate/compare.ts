import type { CompiledPolicy } from "../../core/policy/compiled.ts";
import type { CompiledConsumer } from "../../core/policy/compiled-consumer.ts";
import { canonicalJson } from "../../core/policy/canonical-json.ts";
import type { LinkedPolicy } from "../../core/policy/linked.ts";
import type { TraceLine } from "../trace/trace-line.ts";
import { createLearntView, type LearntTargets, learnTargets } from "./learnt-targets.ts";
import { type Side, type Simulated, simulateLine, toldByRoute } from "./simulate-line.ts";

/** A request under both policies. */
export interface Replayed {
  readonly line: TraceLine;
  readonly before: Simulated;
  readonly after: Simulated;
}

export interface Comparison {
  readonly replayed: readonly Replayed[];
  readonly learnt: LearntTargets;
}

/** A policy, as it was compiled and as tables. */
export interface ReadyPolicy {
  readonly compiled: CompiledPolicy;
  readonly policy: LinkedPolicy;
}

/** Replays every line under both policies: with the same draws, and everybody well. */
export function comparePolicies(lines: readonly TraceLine[], before: ReadyPolicy, after: ReadyPolicy): Comparison {
  const learnt = learnTargets(lines);
  const view = createLearntView(learnt);
  const left = toSide(before, after);
  const right = toSide(after, before);
  const replayed = lines.map((line) => {
    const replaying = { view, told: toldByRoute(line, left) };
    return { line, before: simulateLine(line, left, replaying), after: simulateLine(line, right, replaying) };
  });
  return { replayed, learnt };
}

function toSide({ compiled, policy }: ReadyPolicy, other: ReadyPolicy): Side {
  const own = namesOf(compiled.consumers);
  const rules = compiled.routes.map(
    (route) => [route.id, { compiled: route, conditions: canonicalJson(route.matches) }] as const,
  );
  return {
    policy,
    rules: new Map(rules),
    gone: new Set([...namesOf(other.compiled.consumers)].filter((name) => !own.has(name))),
  };
}

/** Consumers as `tenant/name`, and ids of keys. */
function namesOf(consumers: readonly CompiledConsumer[]): ReadonlySet<string> {
  return new Set(consumers.flatMap(({ id, keys }) => [id, ...keys.map((key) => key.id)]));
}

/** Two decisions are the same when the same rule leads to the same target, or to the same refusal. */
export function isChanged({ after, before }: Replayed): boolean {
  return isDecided({ after, before }) && describe(before) !== describe(after);
}

/** Whether the trace decides the request under both policies. */
export function isDecided({ after, before }: Pick<Replayed, "after" | "before">): boolean {
  return before.kind !== "open" && after.kind !== "open";
}

/** In words: the same for requests that are treated alike. */
export function describe(simulated: Simulated): string {
  switch (simulated.kind) {
    case "asks":
      return `${simulated.route} → ${simulated.target}`;
    case "cached":
      return `${simulated.route} → answered from memory`;
    case "refused":
      return `refused: ${simulated.code}`;
    case "open":
      return `${simulated.rule}: not decided by this trace`;
  }
}
