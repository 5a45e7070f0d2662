import { eventSchema } from "./response-schema.ts";

interface Item {
  readonly id: string;
  readonly type: string;
  readonly [name: string]: unknown;
}

/** An event as it was written. */
export interface WrittenEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly output_index?: number;
  readonly item_id?: string;
  readonly item?: Item;
  readonly response?: { readonly id: string; readonly output: readonly Item[]; readonly [name: string]: unknown };
  readonly [name: string]: unknown;
}

/** The events of a stream. Throws where one is not exactly a name, one line of data and a blank line. */
export function parseEvents(sse: string): readonly WrittenEvent[] {
  if (!sse.endsWith("\n\n")) throw new Error("The stream does not end with an event.");
  return sse
    .slice(0, -2)
    .split("\n\n")
    .map((block) => {
      const match = /^event: (\S+)\ndata: ([^\r\n]*)$/.exec(block);
      const event = JSON.parse(match?.[2] ?? "null") as WrittenEvent | null;
      if (event === null || event.type !== match?.[1]) throw new Error(`This is no event: ${block}`);
      return event;
    });
}

const OPENS = /^response\.(?:content_part|reasoning_summary_part)\.added$/;
const CLOSES = /^response\.(?:content_part|reasoning_summary_part)\.done$/;
const TEXTS = /^response\.(?:output_text|refusal|reasoning_summary_text)\./;

/** What is wrong with a stream that a writer of ours gave; empty when nothing is. */
export function checkEvents(sse: string): readonly string[] {
  const state: State = { problems: [], number: 0, responseId: null, done: [], ids: new Set(), open: null, isPartOpen: false };
  const events = parseEvents(sse);
  for (const event of events) {
    checkEnvelope(state, event);
    checkItem(state, event);
    checkPart(state, event);
    state.number += 1;
  }
  const last = events.at(-1);
  if (last === undefined || !/^response\.(?:completed|incomplete|failed)$/.test(last.type))
    return [...state.problems, "it has no end"];
  if (JSON.stringify(last.response?.output) !== JSON.stringify(state.done)) blame(state, last, "has other items than were done");
  return state.problems;
}

interface State {
  readonly problems: string[];
  number: number;
  responseId: string | null;
  readonly done: Item[];
  /** Of items and of calls. */
  readonly ids: Set<unknown>;
  open: Item | null;
  isPartOpen: boolean;
}

function blame(state: State, event: WrittenEvent, says: string): void {
  state.problems.push(`${event.sequence_number} ${event.type}: ${says}`);
}

function checkEnvelope(state: State, event: WrittenEvent): void {
  const { number } = state;
  if (!eventSchema.safeParse(event).success)
    blame(state, event, `does not fit its schema: ${JSON.stringify(event).slice(0, 300)}`);
  if (event.sequence_number !== number) blame(state, event, `is number ${number}`);
  const begins = ["response.created", "response.in_progress"][number];
  if (begins !== undefined && event.type !== begins) blame(state, event, "is not how a stream begins");
  state.responseId ??= event.response?.id ?? null;
  if (event.response !== undefined && event.response.id !== state.responseId) blame(state, event, "changes the response's id");
}

function checkItem(state: State, event: WrittenEvent): void {
  const { item, item_id: itemId, output_index: index, type } = event;
  if (itemId !== undefined && itemId !== state.open?.id) blame(state, event, "is about an item that is not open");
  if (index !== undefined && index !== state.done.length) blame(state, event, `is not about item ${state.done.length}`);
  if (item === undefined) return;
  if (type === "response.output_item.added") return checkAdded(state, event, item);
  if (state.open?.id !== item.id || state.open.type !== item.type) blame(state, event, "is not the item that began");
  if (state.isPartOpen) blame(state, event, "has a part that is open");
  state.done.push(item);
  state.open = null;
}

function checkAdded(state: State, event: WrittenEvent, item: Item): void {
  if (state.open !== null) blame(state, event, "begins before the item before it is done");
  state.open = item;
  const isCall = item.type === "function_call" || item.type === "custom_tool_call";
  for (const id of isCall ? [item.id, `${item.type} ${String(item["call_id"])}`] : [item.id]) {
    if (state.ids.has(id)) blame(state, event, "has the id of another item");
    state.ids.add(id);
  }
}

function checkPart(state: State, event: WrittenEvent): void {
  if (OPENS.test(event.type)) state.isPartOpen = true;
  if (TEXTS.test(event.type) && !state.isPartOpen) blame(state, event, "has no part to be in");
  if (CLOSES.test(event.type)) state.isPartOpen = false;
}
