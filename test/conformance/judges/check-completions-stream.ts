import { ChunkIdentity, wrongError } from "./chunk-identity.ts";
import { type Frame, readFrames } from "./frames.ts";
import { at, broken, has, listAt } from "./judged.ts";
import type { Outcome } from "./outcome.ts";

interface State {
  readonly problems: string[];
  readonly identity: ChunkIdentity;
  /** Choices by index: whether each has its finish reason. */
  readonly finished: Map<unknown, boolean>;
  isDone: boolean;
  hasUsage: boolean;
}

/**
 * What in a written stream of legacy Completions breaks an invariant, each with the number of its event; empty when nothing.
 * @see https://platform.openai.com/docs/api-reference/completions
 */
export function checkCompletionsStream(written: string | Uint8Array, outcome: Outcome = "complete"): readonly string[] {
  const { frames, problems } = readFrames("openai-completions", written);
  const state: State = { problems: [], identity: new ChunkIdentity(), finished: new Map(), isDone: false, hasUsage: false };
  frames.forEach((frame, index) => {
    for (const says of takeFrame(state, frame)) state.problems.push(`event ${frame.number}: ${says}`);
    const isEnd = frame.data === "[DONE]" || has(frame.value, "error");
    if (isEnd && index < frames.length - 1) state.problems.push(`event ${frame.number}: something follows the end`);
  });
  const isError = has(frames.at(-1)?.value, "error");
  const isFinished = state.finished.size > 0 && [...state.finished.values()].every(Boolean);
  const ending =
    outcome === "complete"
      ? broken([
          [isError, "the stream ends in an error"],
          [!state.isDone, "there is no [DONE]"],
          [!isFinished, "a choice has no finish reason, or there is no choice"],
        ])
      : broken([
          [!isError, "the stream does not end in an error"],
          [isFinished, "every choice has finished before the error"],
        ]);
  return [...problems, ...state.problems, ...ending];
}

function takeFrame(state: State, frame: Frame): readonly string[] {
  if (frame.data === "[DONE]") {
    state.isDone = true;
    return [];
  }
  if (has(frame.value, "error")) return wrongError(frame.value);
  return frame.value === undefined ? [] : takeChunk(state, frame.value);
}

function takeChunk(state: State, value: unknown): readonly string[] {
  const isUsage = (at(value, "usage") ?? null) !== null;
  const isEmpty = listAt(value, "choices").length === 0;
  const problems = [
    ...state.identity.take(value),
    ...broken([
      [state.hasUsage, "follows the usage"],
      [isUsage && !isEmpty, "has usage and choices"],
      [isUsage && [...state.finished.values()].includes(false), "has usage before the finish"],
      [!isUsage && isEmpty, "has no choice and no usage"],
    ]),
  ];
  state.hasUsage ||= isUsage;
  return [...problems, ...listAt(value, "choices").flatMap((choice) => takeChoice(state, choice))];
}

function takeChoice({ finished }: State, choice: unknown): readonly string[] {
  const index = at(choice, "index");
  const problems = broken([
    [typeof at(choice, "text") !== "string", "a choice has no text"],
    [finished.get(index) === true, `choice ${String(index)} goes on after its finish`],
  ]);
  finished.set(index, (at(choice, "finish_reason") ?? null) !== null);
  return problems;
}
