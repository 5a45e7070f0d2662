import type { ChatAnswer } from "../canonical/chat-event.ts";
import { writeOpenAiUsage } from "../canonical/openai-usage.ts";
import type { AnswerContext } from "../stream.ts";
import { writeFinish } from "./finish-reasons.ts";

/** A whole answer: what was said, and nothing else, as there is no place for it. */
export function writeAnswer({ blocks, finish, id, model, usage }: ChatAnswer, context: AnswerContext): string {
  const text = blocks.map((block) => (block.kind === "text" || block.kind === "refusal" ? block.text : "")).join("");
  return JSON.stringify({
    ...headOf(id, model, context),
    choices: [{ index: 0, text, logprobs: null, finish_reason: writeFinish(finish.reason) }],
    ...(usage === null ? {} : { usage: writeOpenAiUsage(usage) }),
  });
}

/** What an answer and each of its chunks begin with. @see https://platform.openai.com/docs/api-reference/completions/object */
export function headOf(id: string | null, model: string | null, context: AnswerContext): Readonly<Record<string, unknown>> {
  return {
    id: id ?? `cmpl-${context.seed}`,
    object: "text_completion",
    created: context.createdSeconds,
    model: model ?? context.model,
  };
}
