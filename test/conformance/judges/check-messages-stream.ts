import { type Frame, readFrames } from "./frames.ts";
import { at, broken, has, isObjectText, listAt, textAt } from "./judged.ts";
import type { Outcome } from "./outcome.ts";

interface OpenBlock {
  readonly type: string;
  json: string;
  hasSignature: boolean;
}

interface State {
  readonly problems: string[];
  readonly ids: Set<string>;
  phase: "before" | "blocks" | "told" | "over";
  blocks: number;
  open: OpenBlock | null;
  hasToolUse: boolean;
  /** A call's arguments that were no JSON object, which only a cut answer may have. */
  brokenCall: number | null;
  startTokens: number;
}

/** Which deltas a block takes; the others take none. */
const DELTAS: Readonly<Record<string, readonly string[]>> = {
  text: ["text_delta", "citations_delta"],
  thinking: ["thinking_delta", "signature_delta"],
  tool_use: ["input_json_delta"],
  server_tool_use: ["input_json_delta"],
  mcp_tool_use: ["input_json_delta"],
};
/** What a block must not yet have when it starts: it comes in deltas. */
const EMPTY_AT_START: Readonly<Record<string, readonly string[]>> = { text: ["text"], thinking: ["thinking", "signature"] };
const CUT: ReadonlySet<unknown> = new Set(["max_tokens", "model_context_window_exceeded", "refusal"]);

/**
 * What in a written Messages stream breaks an invariant, each with the number of its event; empty when nothing.
 * @see https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */
export function checkMessagesStream(written: string | Uint8Array, outcome: Outcome = "complete"): readonly string[] {
  const { frames, problems } = readFrames("anthropic-messages", written);
  const state: State = {
    problems: [...problems],
    ids: new Set(),
    phase: "before",
    blocks: 0,
    open: null,
    hasToolUse: false,
    brokenCall: null,
    startTokens: 0,
  };
  for (const frame of frames) if (frame.value !== undefined) takeFrame(state, frame);
  const last = textAt(frames.at(-1)?.value, "type");
  if (outcome === "complete" && last !== "message_stop") state.problems.push(`the last event is ${last}, not message_stop`);
  if (outcome === "error" && last !== "error") state.problems.push(`the last event is ${last}, not error`);
  return state.problems;
}

type Wrong = (says: string) => void;

const TAKERS: Readonly<Record<string, (state: State, event: unknown, wrong: Wrong) => void>> = {
  ping: () => {},
  message_start: takeStart,
  content_block_start: takeBlock,
  content_block_delta: takeDelta,
  content_block_stop: takeStop,
  message_delta: takeMessageDelta,
  message_stop: takeMessageStop,
  error: takeError,
};

function takeFrame(state: State, { number, name, value }: Frame): void {
  const wrong = (says: string): void => void state.problems.push(`event ${number}: ${says}`);
  const type = textAt(value, "type");
  if (name !== type) wrong(`its event: line says ${String(name)}, its type ${type}`);
  if (state.phase === "over") wrong("follows the end");
  const take = TAKERS[type];
  if (take === undefined) wrong(`${type} is no published type`);
  else take(state, value, wrong);
}

function takeMessageStop(state: State, _event: unknown, wrong: Wrong): void {
  if (state.phase !== "told") wrong("there was no message_delta");
  state.phase = "over";
}

function takeError(state: State, event: unknown, wrong: Wrong): void {
  if (state.phase === "told") wrong("follows message_delta");
  if (textAt(event, "error", "type") === "" || textAt(event, "error", "message") === "") wrong("has no type or no message");
  state.phase = "over";
}

function takeStart(state: State, event: unknown, wrong: Wrong): void {
  const message = at(event, "message");
  if (state.phase !== "before") wrong("starts again");
  state.phase = "blocks";
  if (textAt(message, "id") === "" || textAt(message, "model") === "") wrong("the message's id or model is empty");
  if (listAt(message, "content").length > 0) wrong("the message has content before its blocks");
  if (at(message, "stop_reason") !== null || at(message, "stop_sequence") !== null)
    wrong("the message has stopped before it began");
  const tokens = at(message, "usage", "output_tokens");
  state.startTokens = typeof tokens === "number" ? tokens : 0;
}

function takeBlock(state: State, event: unknown, wrong: Wrong): void {
  const block = at(event, "content_block");
  const type = textAt(block, "type");
  if (state.phase !== "blocks") wrong("a block starts outside the message");
  if (state.open !== null) wrong("the block before it is still open");
  if (at(event, "index") !== state.blocks) wrong(`its index is ${String(at(event, "index"))}, not ${state.blocks}`);
  for (const member of EMPTY_AT_START[type] ?? [])
    if (at(block, member) !== "") wrong(`${member} of the started block is not ""`);
  if (type === "tool_use") takeToolUse(state, block, wrong);
  state.open = { type, json: "", hasSignature: false };
}

function takeToolUse(state: State, block: unknown, wrong: Wrong): void {
  state.hasToolUse = true;
  const id = textAt(block, "id");
  if (id === "" || state.ids.has(id)) wrong(`the id ${JSON.stringify(id)} is empty or used before`);
  state.ids.add(id);
  if (textAt(block, "name") === "") wrong("the tool has no name");
  if (JSON.stringify(at(block, "input")) !== "{}") wrong("input of the started block is not {}");
}

function takeDelta({ open, blocks }: State, event: unknown, wrong: Wrong): void {
  const type = textAt(event, "delta", "type");
  if (open === null || at(event, "index") !== blocks)
    return wrong(`is for block ${String(at(event, "index"))}, which is not open`);
  if (!(DELTAS[open.type] ?? []).includes(type)) wrong(`${type} in a block of type ${open.type}`);
  if (open.hasSignature) wrong("follows the signature");
  if (type === "signature_delta") open.hasSignature = true;
  if (type === "input_json_delta") open.json += textAt(event, "delta", "partial_json");
}

function takeStop(state: State, event: unknown, wrong: Wrong): void {
  const { open } = state;
  if (open === null || at(event, "index") !== state.blocks)
    return wrong(`stops block ${String(at(event, "index"))}, which is not open`);
  if (open.type === "tool_use" && open.json !== "" && !isObjectText(open.json)) state.brokenCall ??= state.blocks;
  state.open = null;
  state.blocks += 1;
}

function takeMessageDelta(state: State, event: unknown, wrong: Wrong): void {
  if (state.phase !== "blocks" || state.open !== null) wrong("the message is not ready to end");
  state.phase = "told";
  for (const says of wrongStop(state, at(event, "delta"))) wrong(says);
  for (const name of ["input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"]) {
    if (!has(at(event, "usage"), name)) wrong(`usage has no ${name}`);
  }
  if (Number(at(event, "usage", "output_tokens")) < state.startTokens) wrong("usage is not cumulative");
}

function wrongStop({ hasToolUse, brokenCall }: State, delta: unknown): readonly string[] {
  const reason = textAt(delta, "stop_reason");
  const hasSequence = typeof at(delta, "stop_sequence") === "string";
  return broken([
    [reason === "", "has no stop_reason"],
    [(reason === "stop_sequence") !== hasSequence, "stop_sequence does not fit stop_reason"],
    [hasToolUse && ["end_turn", "stop_sequence"].includes(reason), `stops with ${reason} although there are tool calls`],
    [!hasToolUse && reason === "tool_use", "stops with tool_use without one"],
    [brokenCall !== null && !CUT.has(reason), `the input of block ${String(brokenCall)} is not a JSON object`],
  ]);
}
