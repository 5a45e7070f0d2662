import { readFrames } from "./frames.ts";
import { at, broken, has, isObjectText, listAt, textAt } from "./judged.ts";
import { ALL_TOLD, type Outcome, type Told } from "./outcome.ts";

interface State {
  /** Candidates by index: whether each has its finish reason. */
  readonly candidates: Map<number, boolean>;
  readonly callIds: Set<string>;
  isBlocked: boolean;
  responseId: string | null;
}

/** The members of which a part has one. */
const DATA = [
  "text",
  "functionCall",
  "functionResponse",
  "inlineData",
  "fileData",
  "executableCode",
  "codeExecutionResult",
  "toolCall",
  "toolResponse",
];
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * What in a written Gemini stream, server-sent events or one array, breaks an invariant, each with the number of its event;
 * empty when nothing. @see https://ai.google.dev/api/generate-content
 */
export function checkGeminiStream(
  written: string | Uint8Array,
  outcome: Outcome = "complete",
  told: Told = ALL_TOLD,
): readonly string[] {
  const { frames, problems } = readFrames("gemini", written);
  const state: State = { candidates: new Map(), callIds: new Set(), isBlocked: false, responseId: null };
  const broke = frames.flatMap(({ number, value }, index) => {
    const trailing = has(value, "error") && index < frames.length - 1 ? ["something follows the error"] : [];
    return [...takeFrame(state, value), ...trailing].map((says) => `event ${number}: ${says}`);
  });
  return [
    ...problems,
    ...broke,
    ...checkEnd(state, outcome, frames.at(-1)?.value),
    ...wrongTotal(outcome, told, frames.at(-1)?.value),
  ];
}

function checkEnd({ candidates, isBlocked }: State, outcome: Outcome, last: unknown): readonly string[] {
  const isError = has(last, "error");
  const isFinished = candidates.size > 0 && ![...candidates.values()].includes(false);
  if (outcome === "error")
    return broken([
      [!isError, "the stream does not end in an error"],
      [isFinished, "every candidate has finished before the error"],
    ]);
  return broken([
    [isError, "the stream ends in an error"],
    [!isFinished && !isBlocked, "a candidate has no finishReason, or there is no candidate"],
  ]);
}

function wrongTotal(outcome: Outcome, { hasUsage }: Told, last: unknown): readonly string[] {
  const isMissing = !Number.isSafeInteger(at(last, "usageMetadata", "totalTokenCount"));
  return broken([[outcome === "complete" && hasUsage && isMissing, "the last event has no usageMetadata with a total"]]);
}

function takeFrame(state: State, value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (has(value, "error")) return wrongError(value);
  const id = textAt(value, "responseId");
  const problems = broken([
    [state.responseId !== null && id !== "" && id !== state.responseId, `responseId changed to ${id}`],
    [!["candidates", "promptFeedback", "usageMetadata"].some((name) => has(value, name)), "says nothing"],
    [has(value, "modelVersion") && textAt(value, "modelVersion") === "", "modelVersion is empty"],
  ]);
  if (id !== "") state.responseId = id;
  if (textAt(value, "promptFeedback", "blockReason") !== "") state.isBlocked = true;
  return [...problems, ...listAt(value, "candidates").flatMap((candidate) => takeCandidate(state, candidate))];
}

/** What is wrong with an error of Google's form. */
function wrongError(value: unknown): readonly string[] {
  const error = at(value, "error");
  return broken([
    [Object.keys(Object(value) as object).join() !== "error", "has more than an error"], // `Object` gives one whatever it is given
    [typeof at(error, "code") !== "number" || textAt(error, "status") === "", "its error has no code or no status"],
    [textAt(error, "message") === "", "its error has no message"],
  ]);
}

function takeCandidate({ candidates, callIds }: State, candidate: unknown): readonly string[] {
  const index = Number(at(candidate, "index") ?? 0);
  const isOver = candidates.get(index) === true;
  candidates.set(index, textAt(candidate, "finishReason") !== "");
  return [...takeParts(candidate, callIds), ...broken([[isOver, `candidate ${index} goes on after its finishReason`]])];
}

/** What is wrong with the parts of a candidate; the ids of its calls are added to `callIds`. */
export function takeParts(candidate: unknown, callIds: Set<string>): readonly string[] {
  const content = at(candidate, "content");
  const problems = broken([[content !== undefined && at(content, "role") !== "model", "the content's role is not model"]]);
  return [...problems, ...listAt(content, "parts").flatMap((part) => takePart(part, callIds))];
}

function takePart(part: unknown, callIds: Set<string>): readonly string[] {
  const data = DATA.filter((name) => has(part, name));
  const problems = broken([
    [data.length !== 1, `a part has ${data.length === 0 ? "no data" : data.join(" and ")}`],
    [has(part, "text") && typeof at(part, "text") !== "string", "text is no text"],
    [has(part, "thoughtSignature") && !BASE64.test(textAt(part, "thoughtSignature")), "thoughtSignature is not base64"],
    [has(part, "thought") && at(part, "thought") !== true, "thought is not true"],
  ]);
  return has(part, "functionCall") ? [...problems, ...takeCall(at(part, "functionCall"), callIds)] : problems;
}

function takeCall(call: unknown, callIds: Set<string>): readonly string[] {
  const id = textAt(call, "id");
  const isUsed = id !== "" && callIds.has(id);
  callIds.add(id);
  return broken([
    [textAt(call, "name") === "", "a call has no name"],
    [has(call, "partialArgs") || has(call, "willContinue"), "a call is not whole"],
    [has(call, "args") && !isObjectText(JSON.stringify(at(call, "args"))), "args is no object"],
    [isUsed, `the call id ${id} was used before`],
  ]);
}
