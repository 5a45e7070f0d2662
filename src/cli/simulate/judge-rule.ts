import type { CompiledRoute } from "../../core/policy/compiled.ts";
import type { LinkedRule } from "../../core/policy/linked.ts";
import type { Lacking, TraceFacts } from "./trace-facts.ts";

/** Whether a rule applies, as far as a trace tells. */
export type Judgement =
  | { readonly kind: "applies" | "does not" }
  | { readonly kind: "unknown"; readonly lacking: readonly Lacking[] };

/** Every expression is given these, whether it names them or not. */
const GIVEN_TO_ALL: ReadonlySet<Lacking> = new Set(["path", "tokens", "roles", "tags"]);

/** Conditions are core's; one that asks what the trace does not hold leaves the rule open, unless another settles it. */
export function judgeRule(rule: LinkedRule, { matches }: CompiledRoute, facts: TraceFacts): Judgement {
  if (rule.matches.length === 0) return { kind: "applies" };
  const open = new Set<Lacking>();
  for (const [index, conditions] of rule.matches.entries()) {
    const cel = matches[index]?.cel ?? null;
    const lacking = conditions.map((condition, at) => {
      facts.takeMissed();
      const holds = condition.holds(facts);
      const isCel = cel !== null && at === conditions.length - 1;
      const missed = [...facts.takeMissed()].filter((fact) => !isCel || !GIVEN_TO_ALL.has(fact) || cel.includes(fact));
      return { missed, isRefuted: missed.length === 0 && !holds };
    });
    if (lacking.some(({ isRefuted }) => isRefuted)) continue;
    const missed = lacking.flatMap((each) => each.missed);
    if (missed.length === 0) return { kind: "applies" };
    for (const fact of missed) open.add(fact);
  }
  return open.size === 0 ? { kind: "does not" } : { kind: "unknown", lacking: [...open] };
}
