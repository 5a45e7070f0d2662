import { writeJson } from "../../core/json/exact-json.ts";
import type { ChatAnswer } from "../canonical/chat-event.ts";
import type { AnswerContext } from "../stream.ts";
import { writeStopReason } from "./stop-reason.ts";
import { writeMessageUsage } from "./usage.ts";
import { writeAnswerBlock } from "./write-answer-block.ts";

/** A whole answer as a message. @see https://docs.anthropic.com/en/api/messages */
export function writeAnswer(answer: ChatAnswer, { model, seed }: AnswerContext): string {
  const isRefusal = answer.blocks.some(({ kind }) => kind === "refusal");
  return writeJson({
    id: answer.id ?? `msg_${seed}`,
    type: "message",
    role: "assistant",
    model: answer.model ?? model,
    content: answer.blocks.flatMap(writeAnswerBlock),
    ...writeStopReason(answer.finish, isRefusal),
    usage: writeMessageUsage(answer.usage),
  });
}
