import type { Effort, ReasoningWish } from "../canonical/chat-request.ts";
import { claudeVersion } from "./claude-version.ts";
import type { WireMessage } from "./write-messages.ts";
import type { WireBlock, Writing } from "./writing.ts";

/** How the wish for thinking is told in the fields of the model's vendor. */
export interface WrittenThinking {
  /** Of `additionalModelRequestFields`. */
  readonly fields: WireBlock;
  /** Anthropic's models think before they answer: sampling and limits are bound to it. */
  readonly isThinking: boolean;
  readonly budgetTokens: number;
}

/** What thinking may collide with. */
export interface ThinkingScope {
  readonly messages: readonly WireMessage[];
  readonly isToolForced: boolean;
}

const OFF: WrittenThinking = { fields: {}, isThinking: false, budgetTokens: 0 };

/** Claude from here on is asked by effort and decides for itself how long it thinks. */
const ADAPTIVE_FROM = 406;
/** From here on a budget is refused. */
const WITHOUT_BUDGET_FROM = 407;
const LEAST_BUDGET_TOKENS = 1024;

/** Share of the limit of output, and tokens where there is none. */
const BUDGETS: Readonly<Record<Exclude<Effort, "none">, { readonly share: number; readonly tokens: number }>> = {
  minimal: { share: 0.02, tokens: 1024 },
  low: { share: 0.1, tokens: 1024 },
  medium: { share: 0.3, tokens: 2048 },
  high: { share: 0.6, tokens: 4096 },
  xhigh: { share: 0.9, tokens: 8192 },
  max: { share: 0.9, tokens: 8192 },
};

type Level = "low" | "medium" | "high";

const LEVELS: Readonly<Record<Exclude<Effort, "none">, Level>> = {
  minimal: "low",
  low: "low",
  medium: "medium",
  high: "high",
  xhigh: "high",
  max: "high",
};

export function writeThinking(scope: ThinkingScope, writing: Writing): WrittenThinking {
  const { reasoning: wish } = writing.request;
  if (wish === null || isEmpty(wish)) return OFF;
  switch (writing.vendor) {
    case "anthropic":
      return writeClaude(wish, scope, writing);
    case "amazon":
      return writeNova(wish, writing);
    case "openai":
      return writeLevel(wish, writing, (level) => ({ reasoning_effort: level }));
    case "qwen":
      return writeLevel(wish, writing, (level) => ({ reasoning_config: level === "low" ? "low" : "high" }));
    default:
      return withoutField(wish, writing);
  }
}

function isEmpty({ adaptive, budgetTokens, effort }: ReasoningWish): boolean {
  return effort === null && budgetTokens === null && !adaptive;
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html */
function writeClaude(wish: ReasoningWish, { isToolForced, messages }: ThinkingScope, writing: Writing): WrittenThinking {
  const { losses, upstream } = writing;
  const version = claudeVersion(upstream.model);
  if (wish.effort === "none") return version >= ADAPTIVE_FROM ? { ...OFF, fields: { thinking: { type: "disabled" } } } : OFF;
  const written = version >= ADAPTIVE_FROM ? writeAdaptive(wish, version, writing) : writeBudget(wish, writing);
  if (isToolForced) {
    losses.hint("reasoning", "a model that is made to call a tool does not think");
    return withoutThinking(written);
  }
  if (written.budgetTokens > 0 && isInsideThoughtlessCalls(messages)) {
    losses.hint("reasoning", "the thoughts before the last tool call are not there to go on from");
    return withoutThinking(written);
  }
  return written;
}

function withoutThinking({ fields }: WrittenThinking): WrittenThinking {
  const { thinking: _, ...rest } = fields;
  return { ...OFF, fields: rest };
}

function writeAdaptive(wish: ReasoningWish, version: number, { losses }: Writing): WrittenThinking {
  const { adaptive, budgetTokens, visible } = wish;
  let { effort } = wish;
  if (budgetTokens !== null && !adaptive) {
    if (version < WITHOUT_BUDGET_FROM)
      return withBudget(budgetTokens, effort === null ? {} : { effort: claudeEffort(effort, version) });
    effort ??= levelOf(budgetTokens);
    losses.hint("reasoning", "a budget for thinking is told as an effort");
  }
  const thinking = { type: "adaptive", ...(visible !== null && { display: visible ? "summarized" : "omitted" }) };
  const config = effort === null ? {} : { output_config: { effort: claudeEffort(effort, version) } };
  return { fields: { thinking, ...config }, isThinking: true, budgetTokens: 0 };
}

/** Thoughts count as output: their budget is a share of what the answer may be at most. */
function writeBudget({ budgetTokens, effort }: ReasoningWish, { request, upstream }: Writing): WrittenThinking {
  if (budgetTokens !== null) return withBudget(budgetTokens, {});
  const { share, tokens } = BUDGETS[effort === null || effort === "none" ? "medium" : effort];
  const limits = [request.sampling.maxOutputTokens, upstream.maxOutputTokens].filter((limit) => limit !== null);
  return withBudget(limits.length === 0 ? tokens : Math.floor(Math.min(...limits) * share), {});
}

function withBudget(wish: number, config: WireBlock): WrittenThinking {
  const budgetTokens = Math.max(LEAST_BUDGET_TOKENS, wish);
  const thinking = { type: "enabled", budget_tokens: budgetTokens };
  const isConfigured = Object.keys(config).length > 0;
  return { fields: { thinking, ...(isConfigured && { output_config: config }) }, isThinking: true, budgetTokens };
}

function claudeEffort(effort: Effort, version: number): string {
  if (effort === "minimal" || effort === "none") return "low";
  return effort === "xhigh" && version < WITHOUT_BUDGET_FROM ? "max" : effort;
}

function levelOf(budgetTokens: number): Level {
  if (budgetTokens <= 1024) return "low";
  return budgetTokens <= 4096 ? "medium" : "high";
}

/** The last call's results are being sent, and the turn that made it does not begin with its thoughts. */
function isInsideThoughtlessCalls(messages: readonly WireMessage[]): boolean {
  const results = messages.at(-1);
  const calls = messages.at(-2);
  if (results?.content[0]?.["toolResult"] === undefined || calls === undefined) return false;
  return calls.content[0]?.["reasoningContent"] === undefined;
}

/**
 * At high effort Nova takes neither a limit nor sampling fields: then it is asked for medium effort.
 * @see https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html
 */
function writeNova(wish: ReasoningWish, writing: Writing): WrittenThinking {
  const { maxOutputTokens, temperature, topK, topP } = writing.request.sampling;
  const isBound = [maxOutputTokens, temperature, topK, topP].some((value) => value !== null);
  return writeLevel(wish, writing, (level) => {
    if (level === "high" && isBound) writing.losses.hint("reasoning", "high effort takes no limit and no sampling fields");
    return { reasoningConfig: { type: "enabled", maxReasoningEffort: level === "high" && isBound ? "medium" : level } };
  });
}

function writeLevel(wish: ReasoningWish, { losses }: Writing, toFields: (level: Level) => WireBlock): WrittenThinking {
  const { budgetTokens, effort } = wish;
  if (effort === "none") return OFF;
  if (budgetTokens !== null) losses.hint("reasoning", "a budget for thinking is told as an effort");
  const asked = budgetTokens === null ? "medium" : levelOf(budgetTokens);
  const level = effort === null ? asked : LEVELS[effort];
  if (effort !== null && effort !== level) losses.hint("reasoning", `an effort of ${effort} is told as ${level}`);
  return { ...OFF, fields: toFields(level) };
}

/** A model that thinks anyway is only not told how much. */
function withoutField({ effort }: ReasoningWish, { losses, upstream }: Writing): WrittenThinking {
  const doesThink = upstream.capabilities?.has("reasoning") === true;
  if (doesThink) losses.hint("reasoning", `${upstream.model} takes no effort of thinking`);
  else if (effort !== "none") losses.meaning("reasoning", `${upstream.model} is not known to think on demand`, "reasoning");
  return OFF;
}
