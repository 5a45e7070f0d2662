import { createReaderMeter } from "../canonical/reader-meter.ts";
import type { StreamMeter, StreamRepair } from "../stream.ts";
import { SSE_CAPS } from "../sse/sse-framer.ts";
import { encodeFailureEvent } from "./error-envelope.ts";
import { FAMILY } from "./identity.ts";
import { createReader } from "./stream-reader.ts";

/** A meter for streams that pass as they are. */
export function createStreamMeter(): StreamMeter {
  return createReaderMeter(createReader({ seed: "", family: FAMILY }));
}

/**
 * Leaves out a beginning that is said twice, at which SDKs raise; everything else passes verbatim. A stream that breaks, or
 * that goes over into another message, ends in one error event.
 */
export function createStreamRepair(): StreamRepair {
  return new MessageRepair();
}

const MESSAGE_STOP = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
/** The end of an event: two line ends, of any kind. Of a CR that is all there is yet, more may come. */
const EVENT_END = /(?:\r\n|\n|\r(?!\n|$))(?:\r\n|\n|\r(?!\n|$))/g;
/** How far back an end may begin that a push completes. */
const LONGEST_END = 4;

class MessageRepair implements StreamRepair {
  readonly #meter = createStreamMeter();
  /** An event that has not ended. */
  #rest = "";
  #isStarted = false;
  #isOver = false;

  get reading(): StreamMeter["reading"] {
    return this.#meter.reading;
  }

  push(text: string): void {
    this.#meter.push(text);
  }

  end(): void {
    this.#meter.end();
  }

  mend(text: string): string {
    let mended = "";
    let start = 0;
    const lines = this.#rest + text;
    EVENT_END.lastIndex = Math.max(0, this.#rest.length - LONGEST_END);
    for (const found of lines.matchAll(EVENT_END)) {
      const end = found.index + found[0].length;
      mended += this.#event(lines.slice(start, end));
      start = end;
    }
    this.#rest = lines.slice(start);
    if (this.#rest.length > SSE_CAPS.event) mended += this.#event(this.#rest);
    return mended;
  }

  mendEnd(): string {
    const mended = this.#rest.trim() === "" ? "" : this.#event(`${this.#rest}\n\n`);
    this.#rest = "";
    this.#meter.end();
    // With a stop reason the answer is whole; SDKs wait for the last event all the same.
    const isUnended = !this.#isOver && this.reading.finished && !this.reading.terminated;
    return isUnended ? `${mended}${MESSAGE_STOP}` : mended;
  }

  #event(event: string): string {
    if (this.#isOver) return "";
    this.#meter.push(event);
    const { errorTold, failure, terminated } = this.reading;
    this.#isOver = failure !== null || terminated;
    if (failure !== null) return errorTold ? event : encodeFailureEvent(failure);
    return this.#isRepeated(event) ? "" : event;
  }

  /** The reader knows the beginning of another message, so what is left is a beginning told again. */
  #isRepeated(event: string): boolean {
    if (!/"type"\s*:\s*"message_start"/.test(event)) return false;
    const isRepeated = this.#isStarted;
    this.#isStarted = true;
    return isRepeated;
  }
}
