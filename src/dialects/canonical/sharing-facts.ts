import type { RequestFacts } from "../../core/cache/text/eligibility.ts";
import type { Block } from "./block.ts";
import type { ChatRequest } from "./chat-request.ts";

/** What a conversation says about sharing its answer, beside its last text. */
export function sharingFacts({ choices, modalities, sampling, toolChoice, tools, turns }: ChatRequest): RequestFacts {
  const blocks = turns.flatMap((turn) => turn.blocks);
  const last = turns.at(-1);
  return {
    offersTools: tools.length > 0 && toolChoice?.kind !== "none",
    hasToolTurns: blocks.some(({ kind }) => kind === "tool_call" || kind === "tool_result"),
    hasMedia: modalities.length > 0 || blocks.some(isMedia),
    endsWithUserText: last?.role === "user" && last.blocks.at(-1)?.kind === "text",
    isPrefilled: last?.role === "assistant",
    choices,
    hasSeed: sampling.seed !== null,
    hasLogprobs: sampling.logprobs === true,
    temperature: sampling.temperature,
  };
}

/** What only its own dialect knows may be anything. */
function isMedia(block: Block): boolean {
  return block.kind === "media" || block.kind === "opaque" || (block.kind === "tool_result" && block.content.some(isMedia));
}
