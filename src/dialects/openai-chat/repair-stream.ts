import { FairleadError } from "../../core/errors.ts";
import type { Failure } from "../../core/failure.ts";
import { parseExact, writeJson } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Usage } from "../../core/usage.ts";
import { encodeOpenAiErrorEvent } from "../canonical/openai-error-body.ts";
import type { StreamReading, StreamRepair } from "../stream.ts";
import { findDelta } from "../sse/find-delta.ts";
import { type DeltaSpan, SseFramer } from "../sse/sse-framer.ts";
import { answerFailure } from "../canonical/failed-answer.ts";
import { failureOfError, findError } from "../canonical/openai-answer-error.ts";
import type { TrackedCall } from "./call-tracker.ts";
import { ChoiceMender } from "./choice-mender.ts";
import { HeldUsage } from "./held-usage.ts";
import { DONE } from "./stream-writer.ts";
import { textOf } from "./text-of.ts";

type Chunk = Readonly<Record<string, unknown>>;

/** Members of a delta of which there may be one and nothing else. */
const TEXT_MEMBERS = ["content", "reasoning_content", "reasoning", "refusal"] as const;
const CALL_MEMBERS = ["arguments", "input"] as const;

/**
 * Mends a chat stream for stock SDKs. What is sound passes as it came; usage is held back to be told once, last, in a chunk
 * of its own. `mend` meters as well, and `push` is `mend` without its text: whoever pumps calls one of them.
 */
export function createStreamRepair(choices: number, seed: string): StreamRepair {
  return new ChatStreamRepair(choices, seed);
}

/** The event that later ones differ from in the text of their delta alone, as it came and as it was told. */
interface Pattern {
  readonly came: { readonly before: string; readonly after: string };
  readonly told: { readonly before: string; readonly after: string };
  readonly choice: ChoiceMender;
  readonly version: number;
  /** Whose arguments the deltas are; null for text. */
  readonly call: TrackedCall | null;
}

class ChatStreamRepair implements StreamRepair, StreamReading {
  content = false;
  explained = false;
  terminated = false;
  failure: Failure | null = null;
  errorTold = false;
  outputCharacters = 0;
  contentEvents = 0;
  /** Only whole events are told. */
  readonly midEvent = false;
  readonly #framer = new SseFramer({
    event: (name, data) => this.#event(name, data),
    run: (pieces) => this.#run(pieces),
  });
  readonly #asked: number;
  /** Beside the stream's own id, which may be empty, what missing call ids are minted from. */
  readonly #seed: string;
  readonly #choices = new Map<number, ChoiceMender>();
  readonly #held = new HeldUsage();
  /** Usage came alone after content: nothing but the end follows it. */
  #hasLastUsage = false;
  #pattern: Pattern | null = null;
  /** Who mended the last choice, and whether deltas that read the same go the same way. */
  #last: { readonly mender: ChoiceMender; readonly isSteady: boolean } | null = null;
  #out = "";

  constructor(asked: number, seed: string) {
    this.#asked = asked;
    this.#seed = seed;
  }

  get reading(): StreamReading {
    return this;
  }

  get usage(): Usage | null {
    return this.#held.usage;
  }

  get finished(): boolean {
    const menders = [...this.#choices.values()];
    if (menders.length === 0 || menders.some(({ finish }) => finish === null)) return false;
    // Some backends ignore `n`; their terminator says that no further choice will come.
    return this.terminated || menders.length >= this.#asked;
  }

  push(text: string): void {
    this.mend(text);
  }

  end(): void {
    this.mendEnd();
  }

  mend(text: string): string {
    this.#out = "";
    this.#framer.push(text);
    this.#checkCaps();
    return this.#out;
  }

  mendEnd(): string {
    this.#out = "";
    if (this.terminated || this.failure !== null) return "";
    this.#framer.end();
    this.#checkCaps();
    if (this.failure !== null || this.terminated) return this.#out;
    if (this.finished || (this.#hasLastUsage && this.content)) this.#complete();
    return this.#out;
  }

  #checkCaps(): void {
    if (this.#framer.failure !== null && this.failure === null) this.#fail(answerFailure("malformed", this.#framer.failure));
  }

  #tell(data: string): void {
    this.#out += `data: ${data}\n\n`;
  }

  #run(pieces: readonly string[]): void {
    const pattern = this.#pattern;
    if (pattern === null) return;
    const { call, came, choice, told, version } = pattern;
    if (choice.version !== version) {
      for (const piece of pieces) this.#event("", came.before + piece + came.after);
      return;
    }
    for (const piece of pieces) this.#count(piece.length);
    if (call !== null) call.argumentsText += pieces.join("");
    const prefix = `data: ${told.before}`;
    const suffix = `${told.after}\n\n`;
    this.#out += prefix + pieces.join(suffix + prefix) + suffix;
  }

  #count(characters: number): void {
    if (characters === 0) return;
    this.content = true;
    this.contentEvents += 1;
    this.outputCharacters += characters;
  }

  #event(name: string, data: string): DeltaSpan | null {
    const trimmed = data.trim();
    if (trimmed === "" || this.failure !== null) return null;
    if (trimmed === "[DONE]") {
      this.#complete();
      return null;
    }
    let chunk: unknown;
    try {
      chunk = parseExact(data);
    } catch {
      return this.#fail(answerFailure("malformed", "An event of the stream is not valid JSON."));
    }
    if (!isRecord(chunk)) return this.#fail(answerFailure("malformed", "An event of the stream is not a JSON object."));
    const error = findError(name, chunk);
    return error === null ? this.#chunk(chunk, data) : this.#fail(failureOfError(error));
  }

  /** Nothing after this can mend the stream; the caller is told in the one form at which SDKs raise. */
  #fail(failure: Failure): null {
    this.failure = failure;
    this.errorTold = true;
    this.#framer.stop();
    const detail = {
      ...(failure.param === null ? {} : { param: failure.param }),
      ...(failure.code === null ? {} : { upstreamCode: failure.code }),
    };
    this.#out += encodeOpenAiErrorEvent(new FairleadError("stream_interrupted", failure.message, detail));
    return null;
  }

  #chunk(chunk: Chunk, data: string): DeltaSpan | null {
    const list: readonly unknown[] = Array.isArray(chunk["choices"]) ? chunk["choices"] : [];
    if (list.length === 0) return this.#bareChunk(chunk, data);
    this.#held.take(chunk, null);
    const kept = this.#mendChoices(list, textOf(chunk["id"]));
    const last = this.#last;
    if (kept.length === 0 || last === null) return null;
    const rest = this.#held.without(chunk);
    const isSound = rest === chunk && isSameList(kept, list) && !data.includes("\n");
    const told = isSound ? data : writeJson({ ...rest, choices: kept });
    this.#tell(told);
    return kept.length === 1 && last.isSteady ? this.#learn(data, told, last.mender) : null;
  }

  /** Without choices: usage alone, or what a server says beside the answer. */
  #bareChunk(chunk: Chunk, data: string): null {
    if (this.#held.take(chunk, data)) this.#hasLastUsage ||= this.content;
    else this.#tell(Array.isArray(chunk["choices"]) && !data.includes("\n") ? data : writeJson({ ...chunk, choices: [] }));
    return null;
  }

  #mendChoices(list: readonly unknown[], chunkId: string): readonly Chunk[] {
    const kept: Chunk[] = [];
    for (const [position, choice] of list.entries()) {
      if (!isRecord(choice)) continue;
      const index = typeof choice["index"] === "number" ? choice["index"] : position;
      const mender = this.#menderOf(index);
      const { version } = mender;
      const mended = mender.mend(choice, index, chunkId + this.#seed);
      if (mended === null) continue;
      kept.push(mended.choice);
      this.#count(mended.characters);
      this.explained ||= mender.finish !== null && mender.finish !== "stop";
      this.#last = { mender, isSteady: mender.version === version && mender.finish === null };
    }
    return kept;
  }

  #menderOf(index: number): ChoiceMender {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const mender = new ChoiceMender();
    this.#choices.set(index, mender);
    return mender;
  }

  /** Where a chunk was one delta and nothing else, further ones like it need no parsing. */
  #learn(data: string, told: string, choice: ChoiceMender): DeltaSpan | null {
    const texts = TEXT_MEMBERS.filter((member) => isFilled(data, member));
    const calls = CALL_MEMBERS.filter((member) => isFilled(data, member));
    const [member, ...others] = [...texts, ...calls];
    // A name that is repeated may begin another call.
    if (member === undefined || others.length > 0 || (calls.length > 0 && isFilled(data, "name"))) return null;
    const came = findDelta(data, member);
    const span = findDelta(told, member);
    if (came === null || span === null) return null;
    const call = calls.length > 0 ? choice.call : null;
    this.#pattern = { came: around(data, came), told: around(told, span), choice, version: choice.version, call };
    return came;
  }

  /** The proper end: what no choice said of its own, usage, the terminator. */
  #complete(): void {
    if (this.content) this.#finishOpen();
    if (this.#held.data !== null) this.#tell(this.#held.data);
    this.#out += DONE;
    this.terminated = true;
    this.#framer.stop();
  }

  #finishOpen(): void {
    for (const [index, mender] of this.#choices) {
      if (mender.finish !== null) continue;
      const end = mender.mend({ index, delta: {}, finish_reason: "stop" }, index, "");
      if (end === null) continue;
      this.explained ||= mender.finish !== "stop";
      this.#tell(writeJson({ ...this.#held.common, choices: [end.choice] }));
    }
  }
}

function isSameList(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, position) => item === right[position]);
}

/** The member may stand in the text more than once, or hold something. */
function isFilled(data: string, member: string): boolean {
  if (!data.includes(`"${member}":"`)) return false;
  const span = findDelta(data, member);
  return span === null || span.end > span.start;
}

function around(text: string, { end, start }: DeltaSpan): { readonly before: string; readonly after: string } {
  return { before: text.slice(0, start), after: text.slice(end) };
}
