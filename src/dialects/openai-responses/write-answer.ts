import { writeJson } from "../../core/json/exact-json.ts";
import type { Block, ReasoningBlock } from "../canonical/block.ts";
import type { ChatAnswer } from "../canonical/chat-event.ts";
import type { AnswerContext } from "../stream.ts";
import { endOf } from "./end-of.ts";
import {
  callItem,
  ItemIds,
  type ItemStatus,
  messageItem,
  reasoningOf,
  signatureItem,
  textPart,
  wholeItem,
} from "./output-items.ts";
import { responseObject } from "./response-object.ts";

type Item = Readonly<Record<string, unknown>>;

/** A whole answer as a response resource. @see https://platform.openai.com/docs/api-reference/responses/object */
export function writeAnswer(answer: ChatAnswer, context: AnswerContext): string {
  const end = endOf(answer.finish);
  const response = responseObject(context.asked.body, {
    id: `resp_${context.seed}`,
    createdSeconds: context.createdSeconds,
    model: answer.model ?? context.model,
    output: outputOf(answer.blocks, new ItemIds(context.seed), end.status === "incomplete" ? "incomplete" : "completed"),
    usage: answer.usage,
    ...end,
  });
  return writeJson(response);
}

/** The items of an answer; the last one has the status it ended with. */
function outputOf(blocks: readonly Block[], ids: ItemIds, lastStatus: ItemStatus): readonly Item[] {
  const items: Item[] = [];
  let run: ReasoningBlock[] = [];
  const endRun = (): void => {
    if (run.length > 0) items.push(reasoningOf(run, ids));
    run = [];
  };
  blocks.forEach((block, index) => {
    if (block.kind === "reasoning") {
      // A seal without a text is a thought of its own: it says nothing of the texts before it.
      if (block.text === "") endRun();
      run.push(block);
      if (block.seal !== null) endRun();
      return;
    }
    endRun();
    items.push(...itemsOf(block, ids, index === blocks.length - 1 ? lastStatus : "completed"));
  });
  endRun();
  return items;
}

function itemsOf(block: Block, ids: ItemIds, status: ItemStatus): readonly Item[] {
  switch (block.kind) {
    case "text":
      return [messageItem(textPart(block.text, block.annotations ?? []), ids.mint("msg"), status)];
    case "refusal":
      return [messageItem({ type: "refusal", refusal: block.text }, ids.mint("msg"), status)];
    case "tool_call": {
      const callId = ids.callId(block.id);
      const item = callItem(block, { id: ids.mint(block.form === "custom" ? "ctc" : "fc"), callId }, status);
      return block.seal === null ? [item] : [item, signatureItem(block.seal, callId, ids)];
    }
    case "media":
    case "opaque": {
      const item = wholeItem(block, ids);
      return item === null ? [] : [item];
    }
    case "reasoning":
    case "tool_result":
      return [];
  }
}
