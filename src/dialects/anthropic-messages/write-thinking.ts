import type { Effort, ReasoningWish } from "../canonical/chat-request.ts";
import type { WireMessage } from "./write-turns.ts";
import type { Wire, Writing } from "./writing.ts";

export interface WrittenThinking {
  readonly thinking: Wire | null;
  /** `output_config.effort`. */
  readonly effort: string | null;
  /** Room for the thoughts included. */
  readonly maxTokens: number;
}

interface Surroundings {
  readonly messages: readonly WireMessage[];
  readonly toolChoice: Wire | null;
}

/** The least budget the API takes. */
const MIN_BUDGET = 1_024;
/** Where neither caller nor catalogue says how long an answer may be. */
const DEFAULT_MAX_TOKENS = 4_096;

/** Share of the model's output that an effort may spend on thoughts, for models that think by budget. */
const SHARE: Readonly<Record<Exclude<Effort, "none">, number>> = {
  minimal: 0,
  low: 0.1,
  medium: 0.3,
  high: 0.6,
  xhigh: 0.9,
  max: 0.9,
};
/** Budgets where the model's output is not known. */
const BUDGET: Readonly<Record<Exclude<Effort, "none">, number>> = {
  minimal: MIN_BUDGET,
  low: MIN_BUDGET,
  medium: 2_048,
  high: 4_096,
  xhigh: 8_192,
  max: 16_384,
};

/** How the model is asked to think, and the limit of its output, which thoughts count against. */
export function writeThinking(writing: Writing, surroundings: Surroundings): WrittenThinking {
  const { reasoning } = writing.request;
  const maxTokens = limitOf(writing);
  const nothing = { thinking: null, effort: null, maxTokens };
  if (reasoning === null) return nothing;
  if (!writing.has("reasoning")) {
    if (reasoning.effort !== "none") writing.hint("reasoning", "the model does not think");
    return nothing;
  }
  const wanted = writing.isOwn ? ownThinking(reasoning) : foreignThinking(reasoning, writing);
  const budget = wanted.thinking?.["budget_tokens"];
  if (typeof budget !== "number") return { ...wanted, maxTokens };
  const obstacle = obstacleTo(surroundings);
  const fitted = obstacle === null ? fit(budget, maxTokens, writing) : null;
  if (fitted === null) {
    writing.hint("reasoning", obstacle ?? "the model's longest answer leaves no room to think");
    return { thinking: null, effort: wanted.effort, maxTokens };
  }
  return { thinking: { ...wanted.thinking, budget_tokens: fitted.budget }, effort: wanted.effort, maxTokens: fitted.maxTokens };
}

function limitOf(writing: Writing): number {
  const { maxOutputTokens: asked } = writing.request.sampling;
  const { maxOutputTokens: ceiling } = writing.upstream;
  if (asked === null) return ceiling ?? DEFAULT_MAX_TOKENS;
  if (ceiling === null || asked <= ceiling || writing.isOwn) return asked;
  writing.hint("max_output_tokens", `the model's answers end at ${ceiling} tokens`);
  return ceiling;
}

type Wanted = Omit<WrittenThinking, "maxTokens">;

function display({ visible }: ReasoningWish): Wire {
  return visible === null ? {} : { display: visible ? "summarized" : "omitted" };
}

/** As the caller wrote it: it knows which of the forms its model takes. */
function ownThinking(wish: ReasoningWish): Wanted {
  const { adaptive, budgetTokens, effort } = wish;
  if (effort === "none") return { thinking: { type: "disabled" }, effort: null };
  if (adaptive) return { thinking: { type: "adaptive", ...display(wish) }, effort };
  if (budgetTokens === null) return { thinking: null, effort };
  return { thinking: { type: "enabled", budget_tokens: budgetTokens, ...display(wish) }, effort };
}

function foreignThinking(wish: ReasoningWish, writing: Writing): Wanted {
  const { adaptive, budgetTokens, effort, visible } = wish;
  // Who only says what it wants to see of thoughts, and that is nothing, asks for none.
  if (effort === null && budgetTokens === null && !adaptive && visible !== true) return { thinking: null, effort: null };
  const isOff = effort === "none" || budgetTokens === 0;
  if (isOff) return { thinking: writing.isNew ? { type: "disabled" } : null, effort: null };
  if (!writing.isNew) return { thinking: { type: "enabled", budget_tokens: budgetOf(wish, writing) }, effort: null };
  return { thinking: { type: "adaptive", ...display(wish) }, effort: effortOf(wish, writing) };
}

function budgetOf({ budgetTokens, effort }: ReasoningWish, { upstream }: Writing): number {
  if (budgetTokens !== null) return budgetTokens;
  const level = effort === null || effort === "none" ? "medium" : effort;
  const { maxOutputTokens } = upstream;
  return maxOutputTokens === null ? BUDGET[level] : Math.floor(maxOutputTokens * SHARE[level]);
}

function effortOf({ budgetTokens, effort }: ReasoningWish, writing: Writing): string | null {
  if (effort !== null) return effort === "minimal" ? "low" : effort;
  if (budgetTokens === null) return null;
  writing.hint("reasoning", "the model thinks by effort, a budget is rounded to one");
  if (budgetTokens <= 1_024) return "low";
  return budgetTokens <= 4_096 ? "medium" : "high";
}

/** Why thinking by budget would be refused; null when nothing stands against it. */
function obstacleTo({ messages, toolChoice }: Surroundings): string | null {
  const isForced = toolChoice?.["type"] === "any" || toolChoice?.["type"] === "tool";
  if (isForced) return "the model cannot think where a tool is forced";
  const last = messages.at(-1);
  if (last?.role === "assistant") return "the model cannot think in the middle of an answer";
  const isAnswered = last?.content[0]?.["type"] === "tool_result";
  const isThoughtless = isAnswered && callsWithoutThought(messages.findLast(({ role }) => role === "assistant"));
  return isThoughtless ? "the thoughts behind the last tool call are not known" : null;
}

/** A turn that thought before it called must show so. */
function callsWithoutThought(turn: WireMessage | undefined): boolean {
  if (turn === undefined || !turn.content.some(({ type }) => type === "tool_use")) return false;
  const opening = turn.content[0]?.["type"];
  return opening !== "thinking" && opening !== "redacted_thinking";
}

interface Fitted {
  readonly budget: number;
  readonly maxTokens: number;
}

/** Room for thoughts and answer; null where the model's longest answer has none. */
function fit(asked: number, limit: number, writing: Writing): Fitted | null {
  const budget = Math.max(MIN_BUDGET, asked);
  if (budget < limit) return { budget, maxTokens: limit };
  const { maxOutputTokens: ceiling } = writing.upstream;
  const maxTokens = Math.min(limit + budget, ceiling ?? Infinity);
  // The answer keeps the room it was given, as far as the ceiling lets it.
  const room = Math.min(budget, Math.max(MIN_BUDGET, maxTokens - limit));
  if (room >= maxTokens) return null;
  const isRaised = maxTokens > limit && writing.request.sampling.maxOutputTokens !== null;
  if (isRaised) writing.hint("max_output_tokens", "it is raised by the room for thoughts");
  return { budget: room, maxTokens };
}
