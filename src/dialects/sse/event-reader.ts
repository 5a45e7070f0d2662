import type { Failure } from "../../core/failure.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { ChatEvent } from "../canonical/chat-event.ts";
import { answerFailure } from "../canonical/failed-answer.ts";
import type { StreamReader } from "../stream.ts";
import { type DeltaSpan, SseFramer } from "./sse-framer.ts";

/** In what streams of JSON events differ. */
interface EventFormat {
  /** `parseExact` where digits of numbers could be lost. */
  readonly parse: (data: string) => unknown;
  /** `[DONE]` is the end, and an event without text says nothing. */
  readonly hasDone: boolean;
}

/** Reads server-sent events that are JSON objects. What is none ends the stream with an `error` event, and so does a broken cap. */
export abstract class EventReader implements StreamReader<string> {
  terminated = false;
  errorTold = false;
  /** Nothing further is told. */
  protected isOver = false;
  /** What came of the chunk being read. */
  protected out: ChatEvent[] = [];
  readonly #format: EventFormat;
  readonly #framer = new SseFramer({
    event: (name, data) => this.event(name, data),
    run: (pieces) => this.run(pieces),
  });

  constructor(format: EventFormat) {
    this.#format = format;
  }

  get midEvent(): boolean {
    return this.#framer.midEvent;
  }

  push(text: string): readonly ChatEvent[] {
    this.out = [];
    this.#framer.push(text);
    return this.#checked();
  }

  end(): readonly ChatEvent[] {
    this.out = [];
    this.#framer.end();
    return this.#checked();
  }

  /** One event; where it was one delta and nothing else, where its text stands in `data`. */
  protected abstract read(event: Readonly<Record<string, unknown>>, data: string, name: string): DeltaSpan | null;

  /** More deltas like the last one whose place was said. */
  protected abstract run(pieces: readonly string[]): void;

  protected event(name: string, data: string): DeltaSpan | null {
    if (this.isOver || (this.#format.hasDone && this.#isDone(data.trimEnd()))) return null;
    let event: unknown;
    try {
      event = this.#format.parse(data);
    } catch {
      return this.malformed("An event of the stream is not valid JSON.");
    }
    return isRecord(event) ? this.read(event, data, name) : this.malformed("An event of the stream is not a JSON object.");
  }

  protected tell(event: ChatEvent): null {
    this.out.push(event);
    return null;
  }

  protected malformed(message: string): null {
    return this.fail(answerFailure("malformed", message));
  }

  protected fail(failure: Failure): null {
    this.tell({ kind: "error", failure });
    return this.stop();
  }

  /** Nothing further is read. */
  protected stop(): null {
    this.isOver = true;
    this.#framer.stop();
    return null;
  }

  #checked(): readonly ChatEvent[] {
    if (this.#framer.failure !== null && !this.isOver) this.malformed(this.#framer.failure);
    return this.out;
  }

  #isDone(data: string): boolean {
    if (data === "[DONE]") {
      this.terminated = true;
      this.#framer.stop();
    }
    return data === "" || data === "[DONE]";
  }
}
