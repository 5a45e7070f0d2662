import { checkChatStream } from "./check-chat-stream.ts";
import { checkCompletionsStream } from "./check-completions-stream.ts";
import { checkGeminiStream } from "./check-gemini-stream.ts";
import { checkJsonAnswer } from "./check-json-answer.ts";
import { checkMessagesStream } from "./check-messages-stream.ts";
import { checkResponsesStream } from "./check-responses-stream.ts";
import { readFrames } from "./frames.ts";
import type { BodyKind, JudgedSurface } from "./judged.ts";
import { ALL_TOLD, type Outcome, type Told } from "./outcome.ts";
import { validateBody, validateEvent } from "./validate.ts";

export type { BodyKind, JudgedSurface } from "./judged.ts";
export type { Outcome } from "./outcome.ts";

const CHECKS: Readonly<Record<JudgedSurface, (written: string | Uint8Array, outcome: Outcome, told: Told) => readonly string[]>> =
  {
    "openai-chat": checkChatStream,
    "openai-completions": checkCompletionsStream,
    "openai-responses": checkResponsesStream,
    "anthropic-messages": checkMessagesStream,
    gemini: checkGeminiStream,
  };

/** One stream as the router wrote it, bytes or text. */
export interface WrittenStream extends Partial<Told> {
  readonly surface: JudgedSurface;
  readonly text: string | Uint8Array;
  readonly outcome: Outcome;
}

/**
 * Everything wrong with one written stream: framing, the surface's invariants, and each event against the published types.
 * Each problem names its event; empty means fine.
 */
export function judgeStream({ surface, text, outcome, ...told }: WrittenStream): readonly string[] {
  const { frames } = readFrames(surface, text);
  const broken = frames.flatMap(({ number, value }) =>
    value === undefined ? [] : validateEvent(surface, value).map((says) => `event ${number}: ${says}`),
  );
  return [...CHECKS[surface](text, outcome, { ...ALL_TOLD, ...told }), ...broken];
}

/** One whole body as the router wrote it; `kind` is `chat` where it is an answer of the surface's main operation. */
export interface WrittenBody extends Partial<Told> {
  readonly surface: JudgedSurface;
  readonly kind: BodyKind;
  readonly text: string;
}

/** Everything wrong with one written body: JSON, invariants, published types; empty means fine. */
export function judgeJson({ surface, kind, text, ...told }: WrittenBody): readonly string[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return ["the body is not JSON"];
  }
  return [
    ...(kind === "chat" ? checkJsonAnswer(surface, body, { ...ALL_TOLD, ...told }) : []),
    ...validateBody(surface, kind, body),
  ];
}
