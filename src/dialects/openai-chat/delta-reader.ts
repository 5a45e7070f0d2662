import { escapeText } from "../../core/json/escaped-text.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { MediaBlock } from "../canonical/block.ts";
import type { BlockHead, ChatEvent } from "../canonical/chat-event.ts";
import { CallTracker, isFunctionCall, thoughtSignatureOf, type TrackedCall } from "./call-tracker.ts";
import { readAnnotations, readAudio, readContent, readImages, readReasoning } from "./message-content.ts";
import { DetailsCollector } from "./reasoning-details.ts";

/** Loose indices of the blocks a chat stream can have; calls follow, and what comes whole has negative ones. */
const TEXT = 0;
const REASONING = 1;
const REFUSAL = 2;
const FIRST_CALL = 3;
/** The index under which the one legacy `function_call` is tracked: none that a server gives. */
const LEGACY_INDEX = -1;

type Delta = Readonly<Record<string, unknown>>;

/** Deltas of one choice → loose events. */
export class DeltaReader {
  /** Something a caller could use has come. */
  hasContent = false;
  readonly #family: string;
  readonly #mintId: (ordinal: number) => string;
  readonly #tracker = new CallTracker();
  readonly #details = new DetailsCollector();
  readonly #open = new Set<number>();
  /** Thoughts have a member of their own: what details show has been told. */
  #hasShown = false;
  #audio: Record<string, string> | null = null;
  #whole = 0;
  #out: ChatEvent[] = [];

  constructor(family: string, mintId: (ordinal: number) => string) {
    this.#family = family;
    this.#mintId = mintId;
  }

  /** Calls begun so far. */
  get calls(): number {
    return this.#tracker.calls.length;
  }

  /** Adds to `out` what a delta says. Returns the member whose string gave the last event, if one string did. */
  read(delta: Delta, out: ChatEvent[]): string | null {
    this.#out = out;
    const reasoning = this.#readReasoning(delta);
    const text = this.#readText(delta);
    const call = this.#readCalls(delta);
    const hasAudio = this.#readMedia(delta);
    return hasAudio ? null : (call ?? text ?? reasoning);
  }

  /** More deltas of an open block, as they stand on the wire. */
  more(index: number, pieces: readonly string[]): ChatEvent {
    const call = this.#tracker.calls[index - FIRST_CALL];
    if (call !== undefined) call.argumentsText += pieces.join("");
    return { kind: "delta", index, pieces };
  }

  /** What is known whole only when other content or the end comes. */
  flush(): readonly ChatEvent[] {
    this.#out = [];
    this.#seal();
    const audio = readAudio(this.#audio);
    this.#audio = null;
    if (audio !== null) this.#block(audio);
    return this.#out;
  }

  #readReasoning(delta: Delta): string | null {
    const shown = this.#details.add(delta["reasoning_details"]);
    const said = readReasoning(delta);
    this.#hasShown ||= said !== null;
    const text = said?.text ?? (this.#hasShown ? "" : shown);
    if (text !== "") this.#delta(REASONING, { kind: "reasoning", isSummary: this.#details.isSummary }, text);
    return said === null || shown !== "" ? null : said.member;
  }

  #readText(delta: Delta): string | null {
    const { images, text, thinking } = readContent(delta["content"]);
    if (thinking !== "") this.#delta(REASONING, { kind: "reasoning", isSummary: false }, thinking);
    if (text !== "") this.#content(TEXT, { kind: "text" }, text);
    for (const image of images) this.#block(image);
    for (const annotation of readAnnotations(delta["annotations"])) this.#out.push({ kind: "annotate", index: TEXT, annotation });
    const { refusal } = delta;
    if (typeof refusal === "string" && refusal !== "") {
      this.#content(REFUSAL, { kind: "refusal" }, refusal);
      return "refusal";
    }
    return text !== "" && typeof delta["content"] === "string" ? "content" : null;
  }

  #readCalls(delta: Delta): string | null {
    const { function_call: legacy, tool_calls: entries } = delta;
    if (isFunctionCall(legacy)) this.#readCall({ index: LEGACY_INDEX, function: legacy });
    if (!Array.isArray(entries)) return null;
    let member: string | null = null;
    for (const entry of entries) if (isRecord(entry)) member = this.#readCall(entry);
    return member;
  }

  /** A call is told when its name is known; what came of its arguments till then is told with it. */
  #readCall(entry: Delta): string | null {
    const { argumentsText, call, isNamed } = this.#tracker.read(entry);
    const index = FIRST_CALL + call.ordinal;
    const isNew = !call.isTold && call.name !== "";
    if (isNew) {
      this.#seal();
      call.isTold = true;
      this.hasContent = true;
      this.#out.push({ kind: "open", index, head: headOf(call, this.#mintId) });
    }
    const text = isNew ? call.argumentsText : argumentsText;
    if (call.isTold && text !== "") this.#out.push({ kind: "delta", index, pieces: [text] });
    this.#readCallSeal(entry, index);
    // A name that is repeated may begin another call.
    return isNew || isNamed ? null : call.form === "custom" ? "input" : "arguments";
  }

  #readCallSeal(entry: Delta, index: number): void {
    const data = thoughtSignatureOf(entry);
    if (data === null) return;
    this.#out.push({ kind: "seal", index, seal: { family: this.#family, form: "thought_signature", data, id: null } });
  }

  #readMedia(delta: Delta): boolean {
    for (const image of readImages(delta["images"])) this.#block(image);
    const { audio } = delta;
    if (!isRecord(audio)) return false;
    this.#audio ??= {};
    for (const member of ["data", "transcript"]) {
      const more = audio[member];
      if (typeof more !== "string" || more === "") continue;
      this.#audio[member] = (this.#audio[member] ?? "") + more;
      this.hasContent = true;
    }
    return true;
  }

  #block(block: MediaBlock): void {
    this.hasContent = true;
    this.#out.push({ kind: "block", index: --this.#whole, block });
  }

  #content(index: number, head: BlockHead, text: string): void {
    this.#seal();
    this.#delta(index, head, text);
  }

  #delta(index: number, head: BlockHead, text: string): void {
    this.hasContent = true;
    this.#begin(index, head);
    this.#out.push({ kind: "delta", index, pieces: [escapeText(text)] });
  }

  #begin(index: number, head: BlockHead): void {
    if (this.#open.has(index)) return;
    this.#open.add(index);
    this.#out.push({ kind: "open", index, head });
  }

  #seal(): void {
    const { isSummary } = this.#details;
    const seal = this.#details.take(this.#family);
    if (seal === null) return;
    this.#begin(REASONING, { kind: "reasoning", isSummary });
    this.#out.push({ kind: "seal", index: REASONING, seal });
  }
}

function headOf({ form, id, name, ordinal }: TrackedCall, mintId: (ordinal: number) => string): BlockHead {
  return { kind: "tool_call", id: id === "" ? mintId(ordinal) : id, name, form, namespace: null };
}
