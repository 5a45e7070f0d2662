import { isRecord } from "../../core/json/is-record.ts";
import { stableHash } from "../canonical/stable-hash.ts";
import type { ChatEvent, FinishReason } from "../canonical/chat-event.ts";
import type { ReaderContext, StreamReader } from "../stream.ts";
import { EventReader } from "../sse/event-reader.ts";
import { findDelta } from "../sse/find-delta.ts";
import type { DeltaSpan } from "../sse/sse-framer.ts";
import { failureOfError, findError } from "../canonical/openai-answer-error.ts";
import { readChunkUsage } from "./chunk-usage.ts";
import { DeltaReader } from "./delta-reader.ts";
import { readFinish } from "./finish-reasons.ts";

type Chunk = Readonly<Record<string, unknown>>;

/** Reads the first choice of a chat stream. @see https://platform.openai.com/docs/api-reference/chat/streaming */
export function createStreamReader(context: ReaderContext): StreamReader<string> {
  return new ChatStreamReader(context);
}

/** The event that later ones differ from in the text of their delta alone. */
interface Pattern {
  readonly before: string;
  readonly after: string;
  readonly index: number;
  /** `DeltaReader.calls` then: with another call the same words may mean another one. */
  readonly calls: number;
}

class ChatStreamReader extends EventReader {
  readonly #deltas: DeltaReader;
  #pattern: Pattern | null = null;
  #isStarted = false;
  #isFinished = false;
  /** Usage came alone after content: nothing but the end follows it. */
  #hasLastUsage = false;

  constructor({ family, seed }: ReaderContext) {
    super({ parse: JSON.parse, hasDone: true });
    this.#deltas = new DeltaReader(family, (ordinal) => `call_${stableHash(`${seed} ${ordinal}`).slice(0, 24)}`);
  }

  override end(): readonly ChatEvent[] {
    super.end();
    if (this.isOver) return this.out;
    this.isOver = true;
    this.out.push(...this.#deltas.flush());
    const isComplete = this.terminated || this.#hasLastUsage;
    if (!this.#isFinished && isComplete && this.#deltas.hasContent) this.#finish("stop", null);
    return this.out;
  }

  protected run(pieces: readonly string[]): void {
    const pattern = this.#pattern;
    if (pattern === null) return;
    if (pattern.calls === this.#deltas.calls) return void this.out.push(this.#deltas.more(pattern.index, pieces));
    for (const piece of pieces) this.event("", pattern.before + piece + pattern.after);
  }

  protected read(chunk: Chunk, data: string, name: string): DeltaSpan | null {
    const error = findError(name, chunk);
    if (error !== null) {
      this.errorTold = true;
      return this.fail(failureOfError(error));
    }
    if (!this.#isStarted) this.#start(chunk);
    const choices: readonly unknown[] = Array.isArray(chunk["choices"]) ? chunk["choices"] : [];
    const usage = readChunkUsage(chunk);
    if (usage !== null) {
      this.out.push({ kind: "usage", usage });
      this.#hasLastUsage ||= choices.length === 0 && this.#deltas.hasContent;
    }
    const choice = choices.find((one) => isRecord(one) && (one["index"] ?? 0) === 0);
    const member = isRecord(choice) ? this.#choice(choice) : null;
    return member !== null && usage === null && choices.length === 1 ? this.#learn(data, member) : null;
  }

  /** Returns the member whose string gave the one event there was, if one did. */
  #choice(choice: Chunk): string | null {
    const count = this.out.length;
    const member = isRecord(choice["delta"]) ? this.#deltas.read(choice["delta"], this.out) : null;
    const finish = readFinish(choice["finish_reason"]);
    if (finish !== null) this.#finish(finish.reason, finish.raw);
    return this.out.length === count + 1 ? member : null;
  }

  #start(chunk: Chunk): void {
    const { id, model } = chunk;
    if (typeof id !== "string" || id === "") return;
    this.#isStarted = true;
    this.out.push({ kind: "start", id, model: typeof model === "string" && model !== "" ? model : null, usage: null });
  }

  #finish(reason: FinishReason, raw: string | null): void {
    this.#isFinished = true;
    this.out.push(...this.#deltas.flush(), { kind: "finish", finish: { reason, raw, stopSequence: null } });
  }

  /** The one event a chunk gave is one delta: it is told as it stands on the wire, and so are those that follow. */
  #learn(data: string, member: string): DeltaSpan | null {
    const event = this.out.at(-1);
    const span = findDelta(data, member);
    if (event?.kind !== "delta" || span === null) return null;
    const { index } = event;
    this.out[this.out.length - 1] = { ...event, pieces: [data.slice(span.start, span.end)] };
    this.#pattern = { before: data.slice(0, span.start), after: data.slice(span.end), index, calls: this.#deltas.calls };
    return span;
  }
}
