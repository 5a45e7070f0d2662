import { DeltaRuns } from "./delta-runs.ts";

/** Where in an event's data the text of its one delta stands, between the quotes of a JSON string. */
export interface DeltaSpan {
  readonly start: number;
  readonly end: number;
}

export interface SseSink {
  /**
   * One event with data. `name` is empty where the stream gave none. An event that was one delta and nothing else may say
   * where its text stands: further events that differ in that text alone then come as `run`, unparsed.
   */
  event(name: string, data: string): DeltaSpan | null;
  /** More deltas like the last one with a span: each text as it stands in its JSON string. */
  run(pieces: readonly string[]): void;
}

/** All of a line of data that has come, where none of the data has. */
const CUT_DATA_LINE = /^(?:d|da|dat|data:? ?)$/;

/** Characters; what is longer is an attack or a fault. */
export interface SseCaps {
  readonly line: number;
  readonly event: number;
}

export const SSE_CAPS: SseCaps = { line: 256 * 1024, event: 1024 * 1024 };

/**
 * Splits text, in any split, into server-sent events: LF, CR and CRLF, comments, several data lines, fields in any order,
 * with or without the space after the colon. Sans-I/O.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class SseFramer {
  /** Why reading stopped: a cap was broken. */
  failure: string | null = null;
  readonly #sink: SseSink;
  readonly #caps: SseCaps;
  readonly #runs: DeltaRuns;
  /** Text after the last complete line. */
  #rest = "";
  #name = "";
  #data: string | null = null;
  #isFirst = true;
  #afterCarriageReturn = false;
  #isStopped = false;
  /** Where the event being read begins in the text of this push, or -1 when it began in an earlier one. */
  #eventStart = 0;
  /** Where its only data begins, or -1 when there are several lines of it. */
  #dataStart = -1;

  constructor(sink: SseSink, caps: SseCaps = SSE_CAPS) {
    this.#sink = sink;
    this.#caps = caps;
    this.#runs = new DeltaRuns(caps.line);
  }

  /** What was pushed does not end at the end of an event. */
  get midEvent(): boolean {
    return this.#rest !== "" || this.#data !== null || this.#name !== "";
  }

  get #isOver(): boolean {
    return this.#isStopped || this.failure !== null;
  }

  /** Nothing further is read: the terminator has come. */
  stop(): void {
    this.#isStopped = true;
    this.#rest = "";
    this.#data = null;
    this.#name = "";
  }

  push(text: string): void {
    if (this.#isOver || text === "") return;
    const fresh = this.#normalise(text);
    const lines = this.#rest + fresh;
    // A long line that comes in small pieces is looked at once, when it ends.
    if (!fresh.includes("\n")) return this.#keep(lines);
    let start = 0;
    this.#eventStart = this.#data === null && this.#name === "" ? 0 : -1;
    for (;;) {
      if (this.#eventStart === start) start = this.#takeRun(lines, start);
      const end = lines.indexOf("\n", start);
      if (end === -1) break;
      this.#line(lines, start, end);
      if (this.#isOver) return;
      start = end + 1;
    }
    this.#keep(lines.slice(start));
  }

  /** The transport has ended: a last event counts although no blank line ended it, unless it was cut before its data. */
  end(): void {
    const isCut = this.#data === null && CUT_DATA_LINE.test(this.#rest);
    this.push("\n\n");
    if (isCut && !this.#isOver) this.failure = "The stream ended inside an event.";
  }

  #keep(rest: string): void {
    this.#rest = rest;
    if (rest.length > this.#caps.line) this.#fail("line", this.#caps.line);
  }

  #takeRun(lines: string, start: number): number {
    const run = this.#runs.take(lines, start);
    if (run === null) return start;
    this.#sink.run(run.pieces);
    this.#eventStart = run.end;
    return run.end;
  }

  #normalise(text: string): string {
    let fresh = this.#isFirst && text.startsWith("\uFEFF") ? text.slice(1) : text;
    this.#isFirst = false;
    if (this.#afterCarriageReturn && fresh.startsWith("\n")) fresh = fresh.slice(1);
    this.#afterCarriageReturn = text.endsWith("\r");
    return fresh.includes("\r") ? fresh.replaceAll("\r\n", "\n").replaceAll("\r", "\n") : fresh;
  }

  #line(lines: string, start: number, end: number): void {
    if (end - start > this.#caps.line) return this.#fail("line", this.#caps.line);
    if (start === end) return this.#endEvent(lines, end + 1);
    if (lines.startsWith("data", start)) {
      const from = valueStart(lines, start + 4, end);
      if (from !== -1) this.#addData(lines.slice(from, end), from);
    } else if (lines.startsWith("event", start)) {
      const from = valueStart(lines, start + 5, end);
      if (from !== -1) this.#name = lines.slice(from, end);
    }
  }

  #addData(data: string, from: number): void {
    this.#dataStart = this.#data === null ? from : -1;
    this.#data = this.#data === null ? data : `${this.#data}\n${data}`;
    if (this.#data.length > this.#caps.event) this.#fail("event", this.#caps.event);
  }

  #endEvent(lines: string, next: number): void {
    const data = this.#data;
    const name = this.#name;
    this.#data = null;
    this.#name = "";
    const eventStart = this.#eventStart;
    this.#eventStart = next;
    if (data === null) return;
    const span = this.#sink.event(name, data);
    if (span === null) return;
    // A run is like the last event with a span and no other: where that came in parts, nothing is like it.
    if (eventStart === -1 || this.#dataStart === -1) return this.#runs.forget();
    const dataStart = this.#dataStart - eventStart;
    this.#runs.learn(lines.slice(eventStart, next), { start: dataStart + span.start, end: dataStart + span.end });
  }

  #fail(what: "line" | "event", cap: number): void {
    const article = what === "line" ? "A line" : "An event";
    this.failure = `${article} of the stream is longer than ${cap} characters.`;
  }
}

/** Where a field's value begins, after the colon and one space; -1 when the field has another name. An absent colon is an empty value. */
function valueStart(lines: string, at: number, end: number): number {
  if (at === end) return end;
  if (lines.charCodeAt(at) !== 0x3a) return -1;
  return lines.charCodeAt(at + 1) === 0x20 ? at + 2 : at + 1;
}
