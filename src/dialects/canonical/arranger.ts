import type { Failure } from "../../core/failure.ts";
import { unescapeText } from "../../core/json/escaped-text.ts";
import type { Usage } from "../../core/usage.ts";
import type { Restore } from "../dialect.ts";
import { ArgumentsEnd } from "./arguments-end.ts";
import type { BlockHead, ChatEvent, Finish } from "./chat-event.ts";
import { failureOfFinish, isObjectText } from "./judge-calls.ts";
import { finishOf, restoreHead, unwrapCustom, withUniqueId } from "./restore.ts";

type BlockEvent = Extract<ChatEvent, { readonly index: number }>;

/** The block that is open: the only one a writer has to keep in mind. */
interface OpenBlock {
  /** The reader's index and ours. */
  readonly loose: number;
  readonly strict: number;
  /** A call as the backend told it, which another block may not cut in two; null for everything else. */
  readonly call: OpenCall | null;
}

interface OpenCall {
  /** Where the arguments end; null for a free-form tool, whose text ends where the backend says so. */
  readonly end: ArgumentsEnd | null;
  readonly name: string;
  /** A free-form tool sent as a function of one string, which is told whole when it closes. */
  readonly isWrapped: boolean;
  /** The arguments so far, escaped. */
  text: string;
  /** What `end` has not read yet: it is asked only when another block wants to begin. */
  unread: string;
}

/**
 * Makes a reader's loose events strict: the invariants of every stream that is written are enforced here and nowhere else.
 * Blocks that interleave wait for the open one; a text or thought that goes on after another block is a new block.
 */
export class Arranger {
  content = false;
  explained = false;
  failure: Failure | null = null;
  usage: Usage | null = null;
  outputCharacters = 0;
  contentEvents = 0;
  readonly #restore: Restore;
  readonly #estimate: (outputCharacters: number) => Usage | null;
  readonly #heads = new Map<number, BlockHead>();
  readonly #waiting = new Map<number, BlockEvent[]>();
  #out: ChatEvent[] = [];
  #open: OpenBlock | null = null;
  #next = 0;
  #isStarted = false;
  #hasCalls = false;
  /** A function whose arguments are no object, by name. */
  #badCall: string | null = null;
  readonly #callIds = new Set<string>();
  #finish: Finish | null = null;
  #isOver = false;

  /** `estimate` counts where the backend reported nothing, given the characters of the answer. */
  constructor(restore: Restore, estimate: (outputCharacters: number) => Usage | null) {
    this.#restore = restore;
    this.#estimate = estimate;
  }

  /** The backend has said how the answer ended. */
  get finished(): boolean {
    return this.#finish !== null;
  }

  push(events: readonly ChatEvent[]): readonly ChatEvent[] {
    this.#out = [];
    for (const event of events) {
      if (this.#isOver) break;
      this.#take(event);
    }
    return this.#out;
  }

  /** The transport has ended: what waits, the usage, the finish. Nothing where the backend never said how it ended. */
  end(): readonly ChatEvent[] {
    this.#out = [];
    const finish = this.#finish;
    if (this.#isOver || finish === null) return this.#out;
    this.#start();
    this.#drain(true);
    this.#close();
    this.#isOver = true;
    this.usage ??= this.#estimate(this.outputCharacters);
    const failure = failureOfFinish(finish, this.#badCall);
    if (failure !== null) {
      this.failure = failure;
      this.#out.push({ kind: "error", failure });
      return this.#out;
    }
    if (this.usage !== null) this.#out.push({ kind: "usage", usage: this.usage });
    this.#out.push({ kind: "finish", finish: finishOf(finish, this.#hasCalls, this.#restore) });
    return this.#out;
  }

  #take(event: ChatEvent): void {
    switch (event.kind) {
      case "start":
        if (event.usage !== null) this.usage = event.usage;
        if (!this.#isStarted) this.#out.push(event);
        this.#isStarted = true;
        return;
      case "usage":
        this.usage = event.usage;
        return;
      case "finish":
        return this.#takeFinish(event.finish);
      case "error":
        this.#start();
        this.failure = event.failure;
        this.#isOver = true;
        this.#out.push(event);
        return;
      default:
        this.#start();
        return this.#takeBlock(event);
    }
  }

  #start(): void {
    if (!this.#isStarted) this.#out.push({ kind: "start", id: null, model: null, usage: null });
    this.#isStarted = true;
  }

  /** The first reason counts, unless it was a mere stop and a later one says more. */
  #takeFinish(finish: Finish): void {
    if (this.#finish === null || (this.#finish.reason === "stop" && finish.reason !== "stop")) this.#finish = finish;
    this.explained ||= finish.reason !== "stop";
  }

  #takeBlock(event: BlockEvent): void {
    if (event.kind === "delta" && isEmpty(event.pieces)) return;
    if (event.kind === "open") {
      if (this.#heads.has(event.index)) return;
      this.#heads.set(event.index, event.head);
    }
    if (this.#isForOpen(event)) this.#toBlock(event);
    else if (this.#waiting.size > 0 || this.#mustWait()) this.#wait(event);
    else this.#toBlock(event);
    if (this.#waiting.size > 0) this.#drain(false);
  }

  /** A block that comes whole is never more of another, whatever its index. */
  #isForOpen(event: BlockEvent): boolean {
    return this.#open?.loose === event.index && event.kind !== "block";
  }

  /** Another block may not begin while a call's arguments are incomplete. */
  #mustWait(): boolean {
    const call = this.#open?.call ?? null;
    if (call === null) return false;
    if (call.end === null) return true;
    call.end.read(call.unread);
    call.unread = "";
    return !call.end.isReached;
  }

  /** What would add to a block that never began, or to a call that was closed, does not wait. */
  #wait(event: BlockEvent): void {
    const waiting = this.#waiting.get(event.index);
    if (waiting !== undefined) waiting.push(event);
    else if (this.#canBegin(event)) this.#waiting.set(event.index, [event]);
  }

  /** Nothing can follow a call that was closed, and nothing goes on that never began. */
  #canBegin(event: BlockEvent): boolean {
    if (event.kind === "open" || event.kind === "block") return true;
    const head = this.#heads.get(event.index);
    return event.kind !== "close" && head !== undefined && head.kind !== "tool_call";
  }

  #toBlock(event: BlockEvent): void {
    if (this.#open !== null && this.#isForOpen(event)) this.#toOpen(event, this.#open);
    else if (this.#canBegin(event)) this.#toNew(event);
  }

  #toNew(event: BlockEvent): void {
    if (event.kind === "block") {
      this.#close();
      this.content = true;
      this.contentEvents += 1;
      this.outputCharacters += event.block.kind === "reasoning" ? 0 : 1;
      if (event.block.kind === "tool_call") this.#hasCalls = true;
      this.#out.push({ ...event, index: this.#next++ });
      return;
    }
    const head = event.kind === "open" ? event.head : this.#heads.get(event.index);
    if (head === undefined) return;
    this.#close();
    const open = this.#openBlock(event.index, head);
    if (event.kind !== "open") this.#toOpen(event, open);
  }

  #openBlock(loose: number, head: BlockHead): OpenBlock {
    const restored = withUniqueId(restoreHead(head, this.#restore), this.#callIds);
    const open = { loose, strict: this.#next++, call: head.kind === "tool_call" ? openCall(head, restored) : null };
    this.#open = open;
    if (restored.kind === "tool_call") {
      this.#hasCalls = true;
      this.content = true;
      this.contentEvents += 1;
      this.outputCharacters += restored.name.length;
    }
    this.#out.push({ kind: "open", index: open.strict, head: restored });
    return open;
  }

  #toOpen(event: BlockEvent, open: OpenBlock): void {
    switch (event.kind) {
      case "delta":
        return this.#toDelta(event.pieces, open);
      case "seal":
      case "annotate":
        this.#out.push({ ...event, index: open.strict });
        return;
      case "close":
        return this.#close();
      case "open":
      case "block":
    }
  }

  #toDelta(pieces: readonly string[], open: OpenBlock): void {
    this.content = true;
    this.contentEvents += pieces.length;
    for (const piece of pieces) this.outputCharacters += piece.length;
    if (open.call !== null) {
      const text = pieces.join("");
      open.call.unread += text;
      open.call.text += text;
      if (open.call.isWrapped) return;
    }
    const filled = pieces.includes("") ? pieces.filter((piece) => piece !== "") : pieces;
    this.#out.push({ kind: "delta", index: open.strict, pieces: filled });
  }

  #close(): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    const rest = open.call === null ? "" : restOfCall(open.call);
    if (open.call !== null && !hasObject(open.call)) this.#badCall = open.call.name;
    if (rest !== "") this.#out.push({ kind: "delta", index: open.strict, pieces: [rest] });
    this.#out.push({ kind: "close", index: open.strict });
  }

  /** Blocks that waited, in the order in which they came, until one of them may not be cut in two. */
  #drain(isEnd: boolean): void {
    for (const [index, events] of this.#waiting) {
      if (!isEnd && this.#mustWait()) return;
      this.#waiting.delete(index);
      for (const event of events) this.#toBlock(event);
    }
  }
}

function isEmpty(pieces: readonly string[]): boolean {
  return pieces.every((piece) => piece === "");
}

/** `restored` is the call as the caller will see it: its own tool, or the text of the output format it stood for. */
function openCall(head: Extract<BlockHead, { readonly kind: "tool_call" }>, restored: BlockHead): OpenCall {
  const isWrapped = restored.kind === "tool_call" && restored.form !== head.form;
  const end = head.form === "custom" ? null : new ArgumentsEnd();
  return { end, name: head.name, isWrapped, text: "", unread: "" };
}

/** Whether a function was given an object, as every function is; a free-form tool may be given anything. */
function hasObject({ end, text }: OpenCall): boolean {
  if (end === null || text === "") return true;
  try {
    return isObjectText(unescapeText(text));
  } catch {
    return false;
  }
}

/** What is told of a call's arguments when it closes: a function's are an object even where it takes none. */
function restOfCall({ end, isWrapped, text }: OpenCall): string {
  if (isWrapped) return unwrapCustom(text);
  return text === "" && end !== null ? "{}" : "";
}
