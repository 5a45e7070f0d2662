import { isRecord } from "../../core/json/is-record.ts";
import { stableHash } from "../canonical/stable-hash.ts";
import type { ChatEvent, FinishReason } from "../canonical/chat-event.ts";
import type { ReaderContext, StreamReader } from "../dialect.ts";
import { findDelta } from "../sse/find-delta.ts";
import { type DeltaSpan, SseFramer } from "../sse/sse-framer.ts";
import { answerFailure, failureOfError, findError } from "../canonical/openai-answer-failure.ts";
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

class ChatStreamReader implements StreamReader<string> {
  terminated = false;
  errorTold = false;
  readonly #framer = new SseFramer({
    event: (name, data) => this.#event(name, data),
    run: (pieces) => this.#run(pieces),
  });
  readonly #deltas: DeltaReader;
  #out: ChatEvent[] = [];
  #pattern: Pattern | null = null;
  #isStarted = false;
  #isFinished = false;
  /** Usage came alone after content: nothing but the end follows it. */
  #hasLastUsage = false;
  #isOver = false;

  constructor({ family, seed }: ReaderContext) {
    this.#deltas = new DeltaReader(family, (ordinal) => `call_${stableHash(`${seed} ${ordinal}`).slice(0, 24)}`);
  }

  get midEvent(): boolean {
    return this.#framer.midEvent;
  }

  push(text: string): readonly ChatEvent[] {
    this.#out = [];
    this.#framer.push(text);
    this.#checkCaps();
    return this.#out;
  }

  end(): readonly ChatEvent[] {
    this.#out = [];
    this.#framer.end();
    this.#checkCaps();
    if (this.#isOver) return this.#out;
    this.#isOver = true;
    this.#out.push(...this.#deltas.flush());
    const isComplete = this.terminated || this.#hasLastUsage;
    if (!this.#isFinished && isComplete && this.#deltas.hasContent) this.#finish("stop", null);
    return this.#out;
  }

  #checkCaps(): void {
    if (this.#framer.failure !== null && !this.#isOver) this.#fail(this.#framer.failure);
  }

  #run(pieces: readonly string[]): void {
    const pattern = this.#pattern;
    if (pattern === null) return;
    if (pattern.calls === this.#deltas.calls) return void this.#out.push(this.#deltas.more(pattern.index, pieces));
    for (const piece of pieces) this.#event("", pattern.before + piece + pattern.after);
  }

  #event(name: string, data: string): DeltaSpan | null {
    const trimmed = data.trimEnd();
    if (trimmed === "" || this.#isOver) return null;
    if (trimmed === "[DONE]") {
      this.terminated = true;
      this.#framer.stop();
      return null;
    }
    let chunk: unknown;
    try {
      chunk = JSON.parse(data);
    } catch {
      return this.#fail("An event of the stream is not valid JSON.");
    }
    if (!isRecord(chunk)) return this.#fail("An event of the stream is not a JSON object.");
    const error = findError(name, chunk);
    return error === null ? this.#chunk(chunk, data) : this.#tellError(error);
  }

  #tellError(error: unknown): null {
    this.errorTold = true;
    this.#isOver = true;
    this.#framer.stop();
    this.#out.push({ kind: "error", failure: failureOfError(error) });
    return null;
  }

  #fail(message: string): null {
    this.#isOver = true;
    this.#framer.stop();
    this.#out.push({ kind: "error", failure: answerFailure("malformed", message) });
    return null;
  }

  #chunk(chunk: Chunk, data: string): DeltaSpan | null {
    if (!this.#isStarted) this.#start(chunk);
    const choices: readonly unknown[] = Array.isArray(chunk["choices"]) ? chunk["choices"] : [];
    const usage = readChunkUsage(chunk);
    if (usage !== null) {
      this.#out.push({ kind: "usage", usage });
      this.#hasLastUsage ||= choices.length === 0 && this.#deltas.hasContent;
    }
    const choice = choices.find((one) => isRecord(one) && (one["index"] ?? 0) === 0);
    const member = isRecord(choice) ? this.#choice(choice) : null;
    return member !== null && usage === null && choices.length === 1 ? this.#learn(data, member) : null;
  }

  /** Returns the member whose string gave the one event there was, if one did. */
  #choice(choice: Chunk): string | null {
    const count = this.#out.length;
    const member = isRecord(choice["delta"]) ? this.#deltas.read(choice["delta"], this.#out) : null;
    const finish = readFinish(choice["finish_reason"]);
    if (finish !== null) this.#finish(finish.reason, finish.raw);
    return this.#out.length === count + 1 ? member : null;
  }

  #start(chunk: Chunk): void {
    const { id, model } = chunk;
    if (typeof id !== "string" || id === "") return;
    this.#isStarted = true;
    this.#out.push({ kind: "start", id, model: typeof model === "string" && model !== "" ? model : null, usage: null });
  }

  #finish(reason: FinishReason, raw: string | null): void {
    this.#isFinished = true;
    this.#out.push(...this.#deltas.flush(), { kind: "finish", finish: { reason, raw, stopSequence: null } });
  }

  /** The one event a chunk gave is one delta: it is told as it stands on the wire, and so are those that follow. */
  #learn(data: string, member: string): DeltaSpan | null {
    const event = this.#out.at(-1);
    const span = findDelta(data, member);
    if (event?.kind !== "delta" || span === null) return null;
    const { index } = event;
    this.#out[this.#out.length - 1] = { ...event, pieces: [data.slice(span.start, span.end)] };
    this.#pattern = { before: data.slice(0, span.start), after: data.slice(span.end), index, calls: this.#deltas.calls };
    return span;
  }
}
