import { checkChatStream } from "../../conformance/judges/check-chat-stream.ts";
import { checkGeminiStream } from "../../conformance/judges/check-gemini-stream.ts";
import { checkJsonAnswer } from "../../conformance/judges/check-json-answer.ts";
import { checkMessagesStream } from "../../conformance/judges/check-messages-stream.ts";
import { checkResponsesStream } from "../../conformance/judges/check-responses-stream.ts";
import { judgeJson, judgeStream } from "../../conformance/judges/index.ts";
import { ALL_TOLD } from "../../conformance/judges/outcome.ts";
import type { ChatSurface } from "./form-of.ts";

const CHECKS = {
  "openai-chat": checkChatStream,
  "openai-responses": checkResponsesStream,
  "anthropic-messages": checkMessagesStream,
  gemini: checkGeminiStream,
};

interface Replay {
  readonly surface: ChatSurface;
  readonly text: string;
  readonly isStream: boolean;
  /** Against the published types too, whose schemas take seconds to compile. */
  readonly isTyped?: boolean;
}

/** What is wrong with a written answer. */
export function judgeReplay({ isStream, isTyped = false, surface, text }: Replay): readonly string[] {
  if (isTyped) return isStream ? judgeStream({ surface, text, outcome: "complete" }) : judgeJson({ surface, kind: "chat", text });
  return isStream ? CHECKS[surface](text, "complete", ALL_TOLD) : checkJsonAnswer(surface, JSON.parse(text), ALL_TOLD);
}
