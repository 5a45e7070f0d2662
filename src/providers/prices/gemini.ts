import type { Capability } from "../../core/capability.ts";
import { type PriceTable, statedBy } from "./table.ts";

const GEMINI: readonly Capability[] = [
  "tools",
  "parallel_tools",
  "vision",
  "audio_input",
  "video",
  "files",
  "json_object",
  "json_schema",
  "reasoning",
  "prompt_cache",
  "web_search",
];
const gemini = statedBy("https://ai.google.dev/gemini-api/docs/pricing", "2026-11-04");

/** Paid tier, text. Prompts above 200,000 tokens cost more on the Pro models. */
export const GEMINI_MODELS: PriceTable = {
  "gemini-4-argon": gemini({ tokens: [1_048_576], usd: [2, 10, 0.1], can: GEMINI }),
  "gemini-3.8-flash": gemini({ tokens: [1_048_576, 65_536], usd: [0.75, 3.75, 0.075], can: GEMINI }),
  "gemini-3.7-flash": gemini({ tokens: [1_048_576, 65_536], usd: [0.75, 3.75, 0.075], can: GEMINI }),
  "gemini-3.6-flash": gemini({ tokens: [1_048_576, 65_536], usd: [0.75, 3.75, 0.075], can: GEMINI }),
  "gemini-3.5-flash": gemini({ tokens: [1_048_576, 65_536], usd: [1.5, 9, 0.15], can: GEMINI }),
  "gemini-3.5-flash-lite": gemini({ tokens: [1_048_576, 65_536], usd: [0.3, 2.5, 0.03], can: GEMINI }),
  "gemini-3.1-pro-preview": gemini({ tokens: [1_048_576, 65_536], usd: [2, 12, 0.2], can: GEMINI }),
  "gemini-3.1-flash-lite": gemini({ tokens: [1_048_576, 65_536], usd: [0.25, 1.5, 0.025], can: GEMINI }),
  "gemini-3-flash-preview": gemini({ tokens: [1_048_576, 65_536], usd: [0.5, 3, 0.05], can: GEMINI }),
  "gemini-2.5-pro": gemini({ tokens: [1_048_576, 65_536], usd: [1.25, 10, 0.125], can: GEMINI }),
  "gemini-2.5-flash": gemini({ tokens: [1_048_576, 65_536], usd: [0.3, 2.5, 0.03], can: GEMINI }),
  "gemini-2.5-flash-lite": gemini({ tokens: [1_048_576, 65_536], usd: [0.1, 0.4, 0.01], can: GEMINI }),
  "gemini-flash-latest": gemini({ tokens: [1_048_576, 65_536], usd: [0.75, 3.75, 0.075], can: GEMINI }),
  "gemini-flash-lite-latest": gemini({ tokens: [1_048_576, 65_536], usd: [0.3, 2.5, 0.03], can: GEMINI }),
  "gemini-pro-latest": gemini({ tokens: [1_048_576, 65_536], usd: [2, 12, 0.2], can: GEMINI }),
  "gemini-embedding-2": gemini({ tokens: [8_192], usd: [0.2, 0], can: ["embeddings"] }),
  "gemini-embedding-001": gemini({ tokens: [2_048], usd: [0.15, 0], can: ["embeddings"] }),
};
