import type { ChatEvent } from "../../../src/dialects/canonical/chat-event.ts";

/**
 * What is wrong with events that should be strict, each with the number of its event; empty when nothing is. `isEnded` is
 * false where the events are only the beginning of an answer.
 */
export function checkStrict(events: readonly ChatEvent[], isEnded = true): readonly string[] {
  const state: State = { problems: [], at: 0, open: null, next: 0, isOver: false };
  for (const event of events) {
    checkPlace(state, event, events[state.at + 1]);
    if ("index" in event) takeBlock(state, event);
    else if (event.kind === "finish" || event.kind === "error") takeEnd(state, event);
    state.at += 1;
  }
  if (isEnded && !state.isOver) state.problems.push("no finish and no error");
  return state.problems;
}

interface State {
  readonly problems: string[];
  at: number;
  open: number | null;
  next: number;
  isOver: boolean;
}

function blame(state: State, event: ChatEvent, says: string): void {
  state.problems.push(`event ${state.at} (${event.kind}): ${says}`);
}

function checkPlace(state: State, event: ChatEvent, next: ChatEvent | undefined): void {
  if (state.isOver) blame(state, event, "follows the end");
  if ((event.kind === "start") !== (state.at === 0)) blame(state, event, "the start is not first, or not alone");
  if (event.kind === "usage" && next?.kind !== "finish") blame(state, event, "is not right before the finish");
}

function takeBlock(state: State, event: Extract<ChatEvent, { readonly index: number }>): void {
  if (event.kind === "open" || event.kind === "block") {
    if (state.open !== null) blame(state, event, `block ${state.open} is open`);
    if (event.index !== state.next) blame(state, event, `has index ${event.index}, not ${state.next}`);
    state.next = event.index + 1;
    state.open = event.kind === "open" ? event.index : null;
    return;
  }
  if (event.index !== state.open) blame(state, event, `is for block ${event.index}, not ${state.open}`);
  if (event.kind === "close") state.open = null;
  if (event.kind === "delta" && (event.pieces.length === 0 || !event.pieces.every(isStringText)))
    blame(state, event, "holds a piece that is empty or no JSON string's text");
}

function takeEnd(state: State, event: ChatEvent): void {
  if (event.kind === "finish" && state.open !== null) blame(state, event, `block ${state.open} is open`);
  state.isOver = true;
}

function isStringText(piece: string): boolean {
  try {
    return piece !== "" && typeof JSON.parse(`"${piece}"`) === "string";
  } catch {
    return false;
  }
}
