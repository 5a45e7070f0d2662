import type { Effort, ReasoningWish } from "../canonical/chat-request.ts";
import type { UpstreamModel } from "../dialect.ts";
import type { Losses } from "./losses.ts";
import type { ModelTraits } from "./model-traits.ts";
import type { Draft } from "./write-media.ts";

/** What is thought with at most where the model's ceiling is not known. */
const OUTPUT_TOKENS = 65_536;
/** Budgets the API takes, whatever the model's ceiling. */
const LEAST_BUDGET = 512;
const LEAST_PRO_BUDGET = 128;
const MOST_BUDGET = 24_576;
const MOST_PRO_BUDGET = 32_768;
/** Budgets up to which an effort is meant. */
const LOW_BUDGET = 1_024;
const MEDIUM_BUDGET = 4_096;

const SHARES: Readonly<Record<Exclude<Effort, "none">, number>> = {
  minimal: 0.02,
  low: 0.1,
  medium: 0.3,
  high: 0.6,
  xhigh: 0.9,
  max: 0.9,
};

const LEVELS: Readonly<Record<Effort, string>> = {
  none: "MINIMAL",
  minimal: "MINIMAL",
  low: "LOW",
  medium: "MEDIUM",
  high: "HIGH",
  xhigh: "HIGH",
  max: "HIGH",
};

interface Rules {
  readonly upstream: UpstreamModel;
  readonly traits: ModelTraits;
  readonly losses: Losses;
}

/** `thinkingConfig`; null where nothing need be said. @see https://ai.google.dev/gemini-api/docs/thinking */
export function writeThinking(wish: ReasoningWish | null, rules: Rules): Draft | null {
  if (wish === null) return null;
  const { losses, traits, upstream } = rules;
  if (!traits.thinks || upstream.capabilities?.has("reasoning") === false) {
    if (wish.effort !== "none") losses.hint("reasoning", "the model does not think");
    return null;
  }
  const includeThoughts = wish.effort !== "none" && wish.visible !== false;
  const amount = traits.isThirdGeneration ? writeLevel(wish, rules) : writeBudget(wish, rules);
  const config = { ...amount, ...(includeThoughts && { includeThoughts }) };
  return Object.keys(config).length === 0 ? null : config;
}

function writeLevel({ budgetTokens, effort }: ReasoningWish, { losses, traits }: Rules): Draft {
  if (effort === null && budgetTokens === null) return {};
  if (effort === null) losses.hint("reasoning", "a budget of thinking is rounded to a level");
  const level = LEVELS[effort ?? effortOf(budgetTokens ?? 0)];
  if (effort === "none") losses.hint("reasoning", "the model thinks at least minimally");
  return { thinkingLevel: level === "MINIMAL" && traits.isPro ? "LOW" : level };
}

function effortOf(budgetTokens: number): Effort {
  if (budgetTokens <= LOW_BUDGET) return "low";
  return budgetTokens <= MEDIUM_BUDGET ? "medium" : "high";
}

function writeBudget({ adaptive, budgetTokens, effort }: ReasoningWish, rules: Rules): Draft {
  const { losses, traits } = rules;
  const most = traits.isPro ? MOST_PRO_BUDGET : MOST_BUDGET;
  if (effort === "none") return { thinkingBudget: leastThinking(rules) };
  if (budgetTokens !== null) {
    if (budgetTokens > most) losses.hint("reasoning", "the budget of thinking is larger than gemini allows");
    return { thinkingBudget: Math.max(traits.isPro ? LEAST_PRO_BUDGET : 1, Math.min(budgetTokens, most)) };
  }
  if (effort === null) return adaptive ? { thinkingBudget: -1 } : {};
  const share = Math.round(SHARES[effort] * (rules.upstream.maxOutputTokens ?? OUTPUT_TOKENS));
  return { thinkingBudget: Math.min(most, Math.max(traits.isPro ? LEAST_PRO_BUDGET : LEAST_BUDGET, share)) };
}

function leastThinking({ losses, traits }: Rules): number {
  if (!traits.isPro) return 0;
  losses.hint("reasoning", "the model thinks at least minimally");
  return LEAST_PRO_BUDGET;
}
