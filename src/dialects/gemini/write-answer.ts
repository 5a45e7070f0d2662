import { writeJson } from "../../core/json/exact-json.ts";
import type { Annotation, Block } from "../canonical/block.ts";
import type { ChatAnswer } from "../canonical/chat-event.ts";
import type { AnswerContext } from "../stream.ts";
import { writeFinish } from "./finish.ts";
import { writeSignature } from "./seal.ts";
import { writeUsage } from "./usage.ts";
import { type Draft, writeAnswerMedia } from "./write-media.ts";
import { type PartRules, writeModelParts } from "./write-parts.ts";

/** The parts of an answer: every seal goes to the caller, in an envelope where it is not Gemini's. */
export const ANSWER_RULES: PartRules = {
  signatureOf: writeSignature,
  nameOf: (name) => name,
  mediaOf: writeAnswerMedia,
  opaqueOf: ({ dialect, raw }) => (dialect === "gemini" && typeof raw === "object" && raw !== null ? { ...raw } : null),
  losses: null,
  isAnswer: true,
  sentinel: null,
};

/** A whole answer: one candidate. @see https://ai.google.dev/api/generate-content#GenerateContentResponse */
export function writeAnswer(answer: ChatAnswer, context: AnswerContext): string {
  const grounding = writeGrounding(answer.blocks.flatMap(annotationsOf));
  return writeJson({
    candidates: [
      {
        content: { parts: writeModelParts(answer.blocks, ANSWER_RULES), role: "model" },
        finishReason: writeFinish(answer.finish.reason),
        ...(grounding !== null && { groundingMetadata: grounding }),
        index: 0,
      },
    ],
    ...(answer.usage !== null && { usageMetadata: writeUsage(answer.usage) }),
    modelVersion: answer.model ?? context.model,
    responseId: answer.id ?? context.seed,
  });
}

/** Sources as pages of the web; null where there are none. */
export function writeGrounding(annotations: readonly Annotation[]): Draft | null {
  if (annotations.length === 0) return null;
  return {
    groundingChunks: annotations.map(({ title, url }) => ({ web: { uri: url, ...(title !== null && { title }) } })),
  };
}

function annotationsOf(block: Block): readonly Annotation[] {
  return block.kind === "text" ? (block.annotations ?? []) : [];
}
