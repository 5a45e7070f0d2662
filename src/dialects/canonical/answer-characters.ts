import type { Block } from "./block.ts";
import type { ChatAnswer } from "./chat-event.ts";

/** Characters of an answer that a caller could use; 0 means that there is nothing at all. */
export function answerCharacters(answer: ChatAnswer): number {
  return answer.blocks.reduce((sum, block) => sum + charactersOf(block), 0);
}

function charactersOf(block: Block): number {
  switch (block.kind) {
    case "text":
    case "refusal":
      return block.text.length;
    case "reasoning":
      return block.text.length + (block.seal === null ? 0 : 1);
    case "tool_call":
      return block.name.length + block.arguments.length;
    case "media":
    case "tool_result":
    case "opaque":
      return 1;
  }
}
