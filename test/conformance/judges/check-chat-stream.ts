import { ChunkIdentity, wrongError } from "./chunk-identity.ts";
import { type Frame, readFrames } from "./frames.ts";
import { at, broken, has, isObjectText, listAt, textAt } from "./judged.ts";
import type { Outcome } from "./outcome.ts";

const FINISHES: ReadonlySet<unknown> = new Set(["stop", "length", "tool_calls", "content_filter", "function_call"]);

interface Call {
  readonly id: string;
  readonly type: string;
  argumentsText: string;
}

interface Choice {
  readonly index: number;
  readonly calls: Call[];
  finish: unknown;
}

interface State {
  readonly identity: ChunkIdentity;
  readonly choices: Map<number, Choice>;
  isDone: boolean;
  hasUsage: boolean;
}

/**
 * What in a written Chat Completions stream breaks an invariant, each with the number of its event; empty when nothing.
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 */
export function checkChatStream(written: string | Uint8Array, outcome: Outcome = "complete"): readonly string[] {
  const { frames, problems } = readFrames("openai-chat", written);
  const state: State = { identity: new ChunkIdentity(), choices: new Map(), isDone: false, hasUsage: false };
  const broke = frames.flatMap((frame, index) => {
    const isEnd = frame.data === "[DONE]" || has(frame.value, "error");
    const trailing = isEnd && index < frames.length - 1 ? ["something follows the end"] : [];
    return [...takeFrame(state, frame), ...trailing].map((says) => `event ${frame.number}: ${says}`);
  });
  const isError = has(frames.at(-1)?.value, "error");
  return [...problems, ...broke, ...(outcome === "complete" ? checkComplete(state, isError) : checkFailed(state, isError))];
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
  const problems = [
    ...state.identity.take(value),
    ...(isUsage
      ? takeUsage(state, value)
      : broken([
          [state.hasUsage, "follows the usage"],
          [listAt(value, "choices").length === 0, "has no choice and no usage"],
        ])),
  ];
  state.hasUsage ||= isUsage;
  return [...problems, ...listAt(value, "choices").flatMap((choice) => takeChoice(state, choice))];
}

function takeUsage({ choices, hasUsage }: State, value: unknown): readonly string[] {
  const isFinished = choices.size > 0 && [...choices.values()].every(({ finish }) => finish !== null);
  const tokens = ["prompt_tokens", "completion_tokens", "total_tokens"].map((name) => Number(at(value, "usage", name)));
  return broken([
    [hasUsage, "tells usage again"],
    [listAt(value, "choices").length > 0, "has usage and choices"],
    [!isFinished, "has usage before the finish"],
    [!tokens.every((count) => Number.isSafeInteger(count) && count >= 0), "its usage is not whole numbers"],
  ]);
}

function takeChoice({ choices }: State, choice: unknown): readonly string[] {
  const index = at(choice, "index");
  if (typeof index !== "number" || !Number.isSafeInteger(index) || index < 0) return [`has the choice index ${String(index)}`];
  const known = choices.get(index);
  const entry = known ?? { index, calls: [], finish: null };
  choices.set(index, entry);
  const delta = at(choice, "delta");
  return [
    ...broken([
      [known === undefined && at(delta, "role") !== "assistant", `the first delta of choice ${index} has no role`],
      [known !== undefined && has(delta, "role"), `choice ${index} tells its role again`],
      [entry.finish !== null, `choice ${index} goes on after its finish`],
    ]),
    ...wrongTexts(delta),
    ...listAt(delta, "tool_calls").flatMap((call) => takeCall(entry, call)),
    ...takeFinish(entry, at(choice, "finish_reason") ?? null),
  ];
}

function wrongTexts(delta: unknown): readonly string[] {
  return ["content", "refusal", "reasoning_content", "reasoning"]
    .filter((name) => !["string", "undefined"].includes(typeof (at(delta, name) ?? undefined)))
    .map((name) => `delta.${name} is no text`);
}

function takeFinish(choice: Choice, finish: unknown): readonly string[] {
  if (finish === null) return [];
  choice.finish = finish;
  return broken([
    [!FINISHES.has(finish), `has the finish reason ${JSON.stringify(finish)}`],
    [choice.calls.length > 0 && finish === "stop", "finishes with stop although there are tool calls"],
    [choice.calls.length === 0 && finish === "tool_calls", "finishes with tool_calls without one"],
  ]);
}

function takeCall({ calls }: Choice, delta: unknown): readonly string[] {
  const index = at(delta, "index");
  const piece = at(delta, "function", "arguments") ?? at(delta, "custom", "input") ?? "";
  if (typeof piece !== "string") return ["arguments are no text"];
  if (index === calls.length) return beginCall(calls, delta, piece);
  const known = typeof index === "number" ? calls[index] : undefined;
  if (known === undefined) return [`has the call index ${String(index)}, not ${calls.length}`];
  known.argumentsText += piece;
  const isToldAgain = [at(delta), at(delta, "function"), at(delta, "custom")].some((part) =>
    ["id", "type", "name"].some((name) => has(part, name)),
  );
  return broken([
    [isToldAgain, `tells id, type or name of call ${String(index)} again`],
    [index !== calls.length - 1, `goes back to call ${String(index)}`],
  ]);
}

function beginCall(calls: Call[], delta: unknown, argumentsText: string): readonly string[] {
  const id = textAt(delta, "id");
  const type = textAt(delta, "type");
  const problems = broken([
    [id === "" || calls.some((call) => call.id === id), `the id of call ${calls.length} is empty or used before`],
    [type !== "function" && type !== "custom", `call ${calls.length} has the type ${JSON.stringify(at(delta, "type"))}`],
    [textAt(delta, type, "name") === "", `call ${calls.length} has no name`],
  ]);
  calls.push({ id, type, argumentsText });
  return problems;
}

function checkComplete({ choices, isDone }: State, isError: boolean): readonly string[] {
  const ending = broken([
    [isError, "the stream ends in an error"],
    [!isDone, "there is no [DONE]"],
    [choices.size === 0, "there is no choice"],
  ]);
  const broke = [...choices.values()].flatMap(({ index, finish, calls }) => {
    const hasBrokenCall = calls.some(({ type, argumentsText }) => type === "function" && !isObjectText(argumentsText));
    return broken([
      [finish === null, `choice ${index} has no finish reason`],
      [finish === "tool_calls" && hasBrokenCall, `arguments of a call of choice ${index} are not a JSON object`],
    ]);
  });
  return [...ending, ...broke];
}

function checkFailed({ choices }: State, isError: boolean): readonly string[] {
  return broken([
    [!isError, "the stream does not end in an error"],
    [
      choices.size > 0 && [...choices.values()].every(({ finish }) => finish !== null),
      "every choice has finished before the error",
    ],
  ]);
}
