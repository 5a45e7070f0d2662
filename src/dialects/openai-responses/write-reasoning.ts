import type { Capability } from "../../core/capability.ts";
import type { Effort, ReasoningWish } from "../canonical/chat-request.ts";
import type { LossList } from "./loss-list.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The largest budgets of thinking tokens that are still a low and a medium effort. */
const LOW_TOKENS = 1_024;
const MEDIUM_TOKENS = 4_096;

/** `reasoning` of a request; null where nothing is to be said. A number of tokens becomes the nearest effort. */
export function writeReasoning(
  wish: ReasoningWish | null,
  capabilities: ReadonlySet<Capability> | null,
  losses: LossList,
): Fields | null {
  if (wish === null) return null;
  const effort = effortOf(wish);
  if (capabilities !== null && !capabilities.has("reasoning")) {
    if (effort !== "none") losses.hint("reasoning", "the model does not reason", "reasoning");
    return null;
  }
  if (wish.effort === null && wish.budgetTokens !== null)
    losses.hint(
      "reasoning",
      `openai-responses takes an effort, not a budget: ${wish.budgetTokens} tokens became ${effort ?? "none"}`,
    );
  const fields = {
    ...(effort === null ? {} : { effort }),
    ...(wish.visible === true && effort !== "none" ? { summary: "auto" } : {}),
  };
  return Object.keys(fields).length === 0 ? null : fields;
}

function effortOf({ budgetTokens, effort }: ReasoningWish): Effort | null {
  if (effort !== null || budgetTokens === null) return effort;
  if (budgetTokens <= 0) return "none";
  if (budgetTokens <= LOW_TOKENS) return "low";
  return budgetTokens <= MEDIUM_TOKENS ? "medium" : "high";
}
