import { type Frame, readFrames } from "./frames.ts";
import { at, broken, has, isSame, listAt, textAt } from "./judged.ts";
import { ALL_TOLD, type Outcome, type Told } from "./outcome.ts";
import { ResponseItems } from "./response-items.ts";
import { eventTypes } from "./validate.ts";

const TERMINALS: Readonly<Record<string, string>> = {
  "response.completed": "completed",
  "response.incomplete": "incomplete",
  "response.failed": "failed",
};
/** What Open Responses requires of a response beside what its types require. @see https://www.openresponses.org/specification */
export const ECHOED = [
  "completed_at",
  "status",
  "previous_response_id",
  "truncation",
  "text",
  "presence_penalty",
  "frequency_penalty",
  "top_logprobs",
  "reasoning",
  "user",
  "usage",
  "max_output_tokens",
  "max_tool_calls",
  "store",
  "background",
  "service_tier",
  "safety_identifier",
  "prompt_cache_key",
] as const;

interface State {
  readonly problems: string[];
  readonly told: Told;
  readonly items: ResponseItems;
  readonly types: ReadonlySet<unknown>;
  /** Null until the first response, and again when someone else's end is appended. */
  id: string | null;
  /** The event at which the numbers begin: the first, or an error appended by someone who has not counted. */
  base: number;
  /** An `error` event has come: `response.failed` must follow. */
  isTold: boolean;
  terminal: string | null;
}

/**
 * What in a written Responses stream breaks an invariant, each with the number of its event; empty when nothing. An error
 * ends as `response.failed`, before which an `error` event may tell the SDKs that read no further.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function checkResponsesStream(
  written: string | Uint8Array,
  outcome: Outcome = "complete",
  told: Told = ALL_TOLD,
): readonly string[] {
  const { frames, problems } = readFrames("openai-responses", written);
  const state: State = {
    problems: [...problems],
    told,
    items: new ResponseItems(),
    types: eventTypes("openai-responses"),
    id: null,
    base: 0,
    isTold: false,
    terminal: null,
  };
  frames.forEach((frame, index) => takeFrame(state, frame, index));
  const isError = state.terminal === "response.failed";
  if (state.terminal === null) state.problems.push("the stream has no terminal event");
  else if (isError !== (outcome === "error")) state.problems.push(`the stream ends with ${state.terminal}`);
  return state.problems;
}

function takeFrame(state: State, frame: Frame, index: number): void {
  const wrong = (says: string): void => void state.problems.push(`event ${frame.number}: ${says}`);
  if (frame.value === undefined) return;
  const type = textAt(frame.value, "type");
  const sequence = at(frame.value, "sequence_number");
  if (type === "error" && sequence === 0) Object.assign(state, { base: index, id: null });
  for (const says of broken([
    [frame.name !== type, `its event: line says ${String(frame.name)}, its type ${type}`],
    [!state.types.has(type), `${type} is no published type`],
    [state.terminal !== null, `follows ${String(state.terminal)}`],
    [state.isTold && type !== "response.failed", "follows error"],
    [sequence !== index - state.base, `has the sequence number ${String(sequence)}, not ${index - state.base}`],
    [
      type !== "error" && (type === "response.created") !== (index === 0),
      index === 0 ? `the first event is ${type}` : "is created again",
    ],
  ]))
    wrong(says);
  if (type === "error") state.isTold = true;
  else if (has(frame.value, "response")) takeResponse(state, frame, wrong);
  else for (const says of state.items.take(frame.value)) wrong(says);
  if (TERMINALS[type] !== undefined) state.terminal = type;
}

function takeResponse(state: State, { value }: Frame, wrong: (says: string) => void): void {
  const type = textAt(value, "type");
  const response = at(value, "response");
  const id = textAt(response, "id");
  if (id === "" || (state.id !== null && id !== state.id))
    wrong(`the response's id is ${JSON.stringify(id)}, not ${String(state.id)}`);
  state.id ??= id;
  for (const says of missingEchoes(response)) wrong(says);
  const status = TERMINALS[type] ?? (type === "response.queued" ? "queued" : "in_progress");
  if (at(response, "status") !== status) wrong(`its status is ${String(at(response, "status"))}`);
  if (TERMINALS[type] === undefined && listAt(response, "output").length > 0) wrong("has output before there is any");
  if (TERMINALS[type] !== undefined) takeTerminal(state, value, wrong);
}

function takeTerminal({ items, told }: State, value: unknown, wrong: (says: string) => void): void {
  const type = textAt(value, "type");
  const response = at(value, "response");
  if (type === "response.failed") {
    if (textAt(response, "error", "code") === "" || textAt(response, "error", "message") === "")
      wrong("its error has no code or no message");
    return;
  }
  for (const says of items.left()) wrong(says);
  const output = listAt(response, "output");
  if (output.length !== items.done.length) wrong(`its output has ${output.length} items, the stream had ${items.done.length}`);
  items.done.forEach((item, index) => {
    if (index < output.length && !isSame(item, output[index]))
      wrong(`item ${index} of its output is not what its done event said`);
  });
  if (type === "response.incomplete" && textAt(response, "incomplete_details", "reason") === "")
    wrong("does not say why it is incomplete");
  if (type === "response.completed" && at(response, "incomplete_details") !== null) wrong("has incomplete_details");
  for (const says of wrongUsage(at(response, "usage"), told)) wrong(says);
}

/** Members that a response must echo and does not have. */
export function missingEchoes(response: unknown): readonly string[] {
  return ECHOED.filter((name) => !has(response, name)).map((name) => `the response has no ${name}`);
}

/** What is wrong with a response's usage, which has five members and their details. */
export function wrongUsage(usage: unknown, { hasUsage }: Told): readonly string[] {
  if (usage === null && !hasUsage) return [];
  const paths = [
    ["input_tokens"],
    ["output_tokens"],
    ["total_tokens"],
    ["input_tokens_details", "cached_tokens"],
    ["input_tokens_details", "cache_write_tokens"],
    ["output_tokens_details", "reasoning_tokens"],
  ];
  const missing = paths
    .filter((path) => !Number.isSafeInteger(at(usage, ...path)))
    .map((path) => `usage.${path.join(".")} is no whole number`);
  if (missing.length > 0) return missing;
  const [input = 0, output = 0, total = 0] = paths.map((path) => Number(at(usage, ...path)));
  return input + output === total ? [] : [`usage.total_tokens is ${total}, not ${input + output}`];
}
