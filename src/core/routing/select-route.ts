import type { Condition, LinkedRoute, LinkedRule } from "../policy/linked.ts";
import { affinityKey, stickyDraw } from "./affinity.ts";
import type { RouteFacts } from "./route-facts.ts";
import type { Trace } from "./trace.ts";

/** The first rule that matches, and of a split one the variant that this key always gets; null when none matches. */
export function selectRoute(rules: readonly LinkedRule[], facts: RouteFacts, trace: Trace | null): LinkedRoute | null {
  for (const rule of rules) {
    const isMatch = rule.matches.length === 0 || rule.matches.some((conditions) => conditions.every((each) => each.holds(facts)));
    if (trace !== null) noteRule(rule, { facts, isMatch }, trace);
    if (isMatch) return variantOf(rule, facts, trace);
  }
  return null;
}

function variantOf(rule: LinkedRule, facts: RouteFacts, trace: Trace | null): LinkedRoute | null {
  const [first] = rule.variants;
  if (rule.splitBy === null) return first?.route ?? null;
  const key = affinityKey(rule.splitBy, facts);
  const place = stickyDraw(rule.id, key);
  const chosen = rule.variants.find(({ below }) => place < below) ?? rule.variants.at(-1);
  if (trace !== null && chosen !== undefined) {
    const reason = `its ${rule.splitBy.kind} is at ${(place * 100).toFixed(2)}% of the split`;
    trace.note({ level: 0, subject: `variant ${chosen.route.id}`, verdict: "taken", reason });
  }
  return chosen?.route ?? null;
}

interface Verdict {
  readonly facts: RouteFacts;
  readonly isMatch: boolean;
}

function noteRule(rule: LinkedRule, { facts, isMatch }: Verdict, trace: Trace): void {
  const reason = isMatch ? whyMatched(rule, facts) : rule.matches.map((conditions) => whyNot(conditions, facts)).join("; and ");
  trace.note({ level: 0, subject: `rule ${rule.id}`, verdict: isMatch ? "taken" : "passed over", reason });
}

function whyMatched({ matches }: LinkedRule, facts: RouteFacts): string {
  const held = matches.find((conditions) => conditions.every((each) => each.holds(facts)));
  return held === undefined ? "it has no conditions" : held.map((each) => each.describe(facts)).join(", ");
}

function whyNot(conditions: readonly Condition[], facts: RouteFacts): string {
  return conditions.find((each) => !each.holds(facts))?.describe(facts) ?? "";
}
