/** What is wrong with a stream of this dialect, each with the number of its event; empty when nothing is. */
export function checkMessagesStream(text: string): readonly string[] {
  const problems = text.endsWith("\n\n") ? [] : ["the last event does not end"];
  const state: State = { problems, next: 0, open: null, isStarted: false, isDelta: false, isStopped: false };
  for (const event of text.split("\n\n").slice(0, -1)) takeEvent(state, event);
  if (!state.isStopped) problems.push("no message_stop");
  return problems;
}

interface State {
  readonly problems: string[];
  next: number;
  open: { readonly index: number; readonly type: unknown; isSigned: boolean } | null;
  isStarted: boolean;
  isDelta: boolean;
  isStopped: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const USAGE = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens"];

function takeEvent(state: State, event: string): void {
  const lines = /^event: ([a-z_]+)\ndata: ([^\n]*)$/.exec(event);
  if (lines === null) return void state.problems.push(`not an event and its data: ${event.slice(0, 80)}`);
  const data = JSON.parse(lines[2] ?? "") as Fields;
  const blame = (says: string): void => void state.problems.push(`${lines[1] ?? ""}: ${says}`);
  if (data["type"] !== lines[1]) blame("the type is another");
  if (state.isStopped) blame("follows message_stop");
  if (state.isStarted === (data["type"] === "message_start")) blame("message_start is not first, or not alone");
  TAKES[lines[1] ?? ""]?.(state, data, blame);
}

type Take = (state: State, data: Fields, blame: (says: string) => void) => void;

const TAKES: Readonly<Record<string, Take>> = {
  message_start(state, data, blame) {
    state.isStarted = true;
    checkUsage((data["message"] as Fields)["usage"], blame);
  },
  content_block_start(state, { content_block: block, index }, blame) {
    if (state.open !== null) blame(`block ${state.open.index} is open`);
    if (index !== state.next) blame(`has index ${String(index)}, not ${state.next}`);
    state.open = { index: state.next++, type: (block as Fields)["type"], isSigned: false };
  },
  content_block_delta(state, { delta, index }, blame) {
    if (index !== state.open?.index) blame(`is for block ${String(index)}`);
    if ((delta as Fields)["type"] === "signature_delta" && state.open !== null) state.open.isSigned = true;
  },
  content_block_stop(state, { index }, blame) {
    if (index !== state.open?.index) blame(`is for block ${String(index)}`);
    if (state.open?.type === "thinking" && !state.open.isSigned) blame("the thoughts have no signature");
    state.open = null;
  },
  message_delta(state, { usage }, blame) {
    if (state.open !== null) blame(`block ${state.open.index} is open`);
    checkUsage(usage, blame);
    state.isDelta = true;
  },
  message_stop(state, _data, blame) {
    if (!state.isDelta) blame("no message_delta came");
    state.isStopped = true;
  },
};

function checkUsage(usage: unknown, blame: (says: string) => void): void {
  for (const name of USAGE) if (typeof (usage as Fields)[name] !== "number") blame(`usage.${name} is no number`);
}
