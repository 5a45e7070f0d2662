import { createArranger } from "../canonical/create-arranger.ts";
import type { Annotation, Block, Seal } from "../../../src/dialects/canonical/block.ts";
import type { BlockHead, ChatAnswer, ChatEvent } from "../../../src/dialects/canonical/chat-event.ts";
import type { Failure } from "../../../src/core/failure.ts";

/** What a caller would have in the end: the answer, or as much of it as came before it failed or broke off. */
export interface Gathered {
  readonly answer: ChatAnswer | null;
  readonly failure: Failure | null;
  readonly events: readonly ChatEvent[];
}

/** A reader's loose events through the arranger, put together again. */
export function gather(loose: readonly ChatEvent[]): Gathered {
  const arranger = createArranger();
  return gatherStrict([...arranger.push(loose), ...arranger.end()]);
}

/** Strict events put together. */
export function gatherStrict(events: readonly ChatEvent[]): Gathered {
  const whole: Whole = {
    answer: { id: null, model: null, blocks: [], finish: { reason: "other", raw: null, stopSequence: null }, usage: null },
    failure: null,
    open: null,
  };
  for (const event of events) take(whole, event);
  closeBlock(whole);
  return { answer: whole.answer, failure: whole.failure, events };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Whole {
  readonly answer: Mutable<Omit<ChatAnswer, "blocks">> & { readonly blocks: Block[] };
  failure: Failure | null;
  open: { readonly head: BlockHead; text: string; seal?: Seal; annotations?: Annotation[] } | null;
}

function take(whole: Whole, event: ChatEvent): void {
  const { answer } = whole;
  switch (event.kind) {
    case "start":
      Object.assign(answer, { id: event.id, model: event.model });
      break;
    case "open":
      whole.open = { head: event.head, text: "" };
      break;
    case "close":
      closeBlock(whole);
      break;
    case "block":
      answer.blocks.push(event.block);
      break;
    case "usage":
      answer.usage = event.usage;
      break;
    case "finish":
      answer.finish = event.finish;
      break;
    case "error":
      whole.failure = event.failure;
      break;
    default:
      takeIntoBlock(whole, event);
  }
}

function takeIntoBlock({ open }: Whole, event: Extract<ChatEvent, { readonly kind: "delta" | "seal" | "annotate" }>): void {
  if (open === null) return;
  if (event.kind === "delta") open.text += String(JSON.parse(`"${event.pieces.join("")}"`));
  else if (event.kind === "seal") open.seal = event.seal;
  else open.annotations = [...(open.annotations ?? []), event.annotation];
}

function closeBlock(whole: Whole): void {
  if (whole.open === null) return;
  const { head, text, ...rest } = whole.open;
  whole.open = null;
  whole.answer.blocks.push(toBlock(head, text, rest));
}

function toBlock(head: BlockHead, text: string, rest: Omit<NonNullable<Whole["open"]>, "head" | "text">): Block {
  switch (head.kind) {
    case "text":
    case "refusal":
      return { kind: head.kind, text, ...rest };
    case "reasoning":
      return { ...head, text, seal: null, ...rest };
    case "tool_call":
      return { ...head, arguments: text, seal: null, ...rest };
  }
}
