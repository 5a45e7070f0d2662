import type { Capability } from "../../core/capability.ts";
import { type PriceTable, statedBy } from "./table.ts";

const CLAUDE: readonly Capability[] = [
  "tools",
  "parallel_tools",
  "vision",
  "files",
  "json_object",
  "json_schema",
  "reasoning",
  "prompt_cache",
  "web_search",
];
/** Keeping a prompt for an hour costs twice its input price. */
const HOUR_FACTOR = 2;
const anthropic = statedBy("https://platform.claude.com/docs/en/about-claude/pricing", "2026-11-04", HOUR_FACTOR);

/** The cache write price is that of five minutes. Prompts above 100,000 tokens cost more on claude-haiku-5-5. */
export const ANTHROPIC_MODELS: PriceTable = {
  "claude-opus-5-5": anthropic({ tokens: [1_000_000, 128_000], usd: [4, 20, 0.2, 5], can: CLAUDE }),
  "claude-sonnet-5-5": anthropic({ tokens: [1_000_000, 128_000], usd: [2, 10, 0.1, 2.5], can: CLAUDE }),
  "claude-haiku-5-5": anthropic({ tokens: [1_000_000, 128_000], usd: [0.1, 0.5, 0.01, 0.125], can: CLAUDE }),
  "claude-fable-5-1": anthropic({ tokens: [1_000_000, 128_000], usd: [10, 50, 0.25, 12.5], can: CLAUDE }),
  "claude-fable-5": anthropic({ tokens: [1_000_000, 128_000], usd: [10, 50, 1, 12.5], can: CLAUDE }),
  "claude-opus-5": anthropic({ tokens: [1_000_000, 128_000], usd: [5, 25, 0.5, 6.25], can: CLAUDE }),
  "claude-sonnet-5": anthropic({ tokens: [1_000_000, 128_000], usd: [2, 10, 0.2, 2.5], can: CLAUDE }),
  "claude-opus-4-8": anthropic({ tokens: [1_000_000, 128_000], usd: [5, 25, 0.5, 6.25], can: CLAUDE }),
  "claude-opus-4-7": anthropic({ tokens: [1_000_000, 128_000], usd: [5, 25, 0.5, 6.25], can: CLAUDE }),
  "claude-opus-4-6": anthropic({ tokens: [1_000_000, 128_000], usd: [5, 25, 0.5, 6.25], can: CLAUDE }),
  "claude-sonnet-4-6": anthropic({ tokens: [1_000_000, 128_000], usd: [3, 15, 0.3, 3.75], can: CLAUDE }),
  "claude-opus-4-5": anthropic({ tokens: [200_000, 64_000], usd: [5, 25, 0.5, 6.25], can: CLAUDE }),
  "claude-opus-4-5-20251101": anthropic({ tokens: [200_000, 64_000], usd: [5, 25, 0.5, 6.25], can: CLAUDE }),
  "claude-sonnet-4-5": anthropic({ tokens: [200_000, 64_000], usd: [3, 15, 0.3, 3.75], can: CLAUDE }),
  "claude-sonnet-4-5-20250929": anthropic({ tokens: [200_000, 64_000], usd: [3, 15, 0.3, 3.75], can: CLAUDE }),
  "claude-haiku-4-5": anthropic({ tokens: [200_000, 64_000], usd: [1, 5, 0.1, 1.25], can: CLAUDE }),
  "claude-haiku-4-5-20251001": anthropic({ tokens: [200_000, 64_000], usd: [1, 5, 0.1, 1.25], can: CLAUDE }),
};
