import type { FailureClass } from "../../core/failure.ts";
import type { Asking } from "../asking.ts";
import type { Run } from "../deps.ts";
import type { Transcoder } from "../transcoder.ts";
import { failed } from "./attempt.ts";
import type { Settlement } from "./settle.ts";
import { endingOf } from "./stream-ending.ts";
import type { PumpedStream } from "./stream-intake.ts";
import { PINGS_ONLY_MS } from "./watch-stream.ts";

const READ_BYTES = 64 * 1024;
/** A caller whose stream is silent hears from us this often, so that nothing in between closes the connection. */
const HEARTBEAT_MS = 10_000;

/** How long a caller may take for what is on its way when a stream ends. */
const LAST_WRITE_MS = 10_000;

const utf8 = new TextEncoder();

interface Pumped {
  readonly answer: PumpedStream;
  readonly rest: ReadableStream<Uint8Array>;
  readonly settlement: Settlement;
}

/** A pumped stream that ended within what was held. */
export function finishPumped({ text, transcoder }: PumpedStream, settlement: Settlement): string {
  settlement.book(endingOf(transcoder.reading, settlement, { callerLeft: false, failure: null }));
  return text;
}

/**
 * The form for events that are touched: read, transcode, one write for each upstream read. A silent upstream is bridged by
 * heartbeats until a rule ends it. `done` settles when the stream has ended, however it ended.
 */
export function pumpStream(pumped: Pumped, run: Run): { readonly body: ReadableStream; readonly done: Promise<void> } {
  const transit = new IdentityTransformStream();
  return { body: transit.readable, done: carry(pumped, transit.writable.getWriter(), run) };
}

async function carry(
  { answer, rest, settlement }: Pumped,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  run: Run,
): Promise<void> {
  const { transcoder, upstream } = answer;
  const caller = new Caller(writer, answer, run);
  const leave = (): void => {
    caller.hasLeft = true;
    upstream.abort();
  };
  run.signal.addEventListener("abort", leave);
  const failure = await pump({ answer, rest, caller, settlement }, run);
  run.signal.removeEventListener("abort", leave);
  const { hasLeft } = caller;
  settlement.book(endingOf(transcoder.reading, settlement, { callerLeft: hasLeft, failure: hasLeft ? null : failure }));
  if (failure !== null || hasLeft) upstream.abort();
  await caller.end(hasLeft ? "" : lastWords(answer, failure));
}

/** What is still to be said: one error event, unless the transcoder has passed one on. */
function lastWords({ transcoder }: PumpedStream, failure: FailureClass | null): string {
  if (failure === null || transcoder.reading.failure !== null) return "";
  return transcoder.fail(failed(failure, `The answer was interrupted (${failure}); what came so far is incomplete.`).failure);
}

interface Pumping {
  readonly answer: PumpedStream;
  readonly rest: ReadableStream<Uint8Array>;
  readonly caller: Caller;
  readonly settlement: Settlement;
}

/** Reads to the end; resolves with what went wrong, null when the stream is complete or nobody listens any more. */
async function pump({ answer, caller, rest, settlement }: Pumping, run: Run): Promise<FailureClass | null> {
  const { transcoder } = answer;
  const reader = rest.getReader({ mode: "byob" });
  const silence = new Silence(answer, run);
  let isSent = await caller.send(answer.text);
  while (isSent) {
    const read = await nextRead(reader, { answer, caller }, run);
    if (typeof read === "string") return read;
    isSent = await caller.send(read.done ? transcoder.end() : pushed(transcoder, read.value));
    const { failure, finished, outputCharacters, terminated } = transcoder.reading;
    settlement.renew(outputCharacters);
    if (failure !== null) return failure.class;
    if (terminated) return null;
    if (read.done) return finished ? null : "stream_cut";
    const broken = silence.brokenRule();
    if (broken !== null) return broken;
  }
  return caller.hasLeft ? null : "deadline";
}

/** How long nothing but pings has come. */
class Silence {
  readonly #answer: PumpedStream;
  readonly #run: Run;
  #lastContentAt: number;
  #contentEvents: number;

  constructor(answer: PumpedStream, run: Run) {
    this.#answer = answer;
    this.#run = run;
    this.#lastContentAt = run.now();
    this.#contentEvents = answer.transcoder.reading.contentEvents;
  }

  brokenRule(): FailureClass | null {
    const { input, transcoder } = this.#answer;
    const { contentEvents } = transcoder.reading;
    const now = this.#run.now();
    if (contentEvents > this.#contentEvents) this.#lastContentAt = now;
    this.#contentEvents = contentEvents;
    if (now >= input.deadline) return "deadline";
    return now - this.#lastContentAt >= PINGS_ONLY_MS ? "timeout_idle" : null;
  }
}

/** One read, with heartbeats while it waits; a class when silence, the deadline or a cut ends it. */
async function nextRead(
  reader: ReadableStreamBYOBReader,
  { answer, caller }: Pick<Pumping, "answer" | "caller">,
  run: Run,
): Promise<ReadableStreamReadResult<Uint8Array> | FailureClass> {
  const { asking, deadline, timeouts } = answer.input;
  const silentSince = run.now();
  const reading = reader.read(new Uint8Array(READ_BYTES)).catch(() => "stream_cut" as const);
  for (;;) {
    const now = run.now();
    const untilRule = Math.min(deadline, silentSince + timeouts.idleMs) - now;
    if (untilRule <= 0) return now >= deadline ? "deadline" : "timeout_idle";
    const read = await run.watchdog.within(Math.min(HEARTBEAT_MS, untilRule), reading);
    if (read !== "late") return read;
    if (untilRule > HEARTBEAT_MS && !(await caller.send(heartbeatOf(asking)))) return "stream_cut";
  }
}

/** White space is all that a JSON array takes between its elements. */
function heartbeatOf({ decoded, surface }: Asking): string {
  return decoded.framing === "json-array" ? "\n" : surface.heartbeat;
}

/** What one read gives; where the terminator stands in it, the end belongs to the same write. */
function pushed(transcoder: Transcoder, bytes: Uint8Array): string {
  const text = transcoder.push(bytes);
  const { failure, terminated } = transcoder.reading;
  return terminated && failure === null ? text + transcoder.end() : text;
}

/** The caller's end of the stream. */
class Caller {
  hasLeft = false;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answer: PumpedStream;
  readonly #run: Run;

  constructor(writer: WritableStreamDefaultWriter<Uint8Array>, answer: PumpedStream, run: Run) {
    this.#writer = writer;
    this.#answer = answer;
    this.#run = run;
  }

  /** False when nothing more can be sent: the caller left, or took nothing until the deadline. */
  async send(text: string): Promise<boolean> {
    if (text === "") return true;
    const write = this.#writer.write(utf8.encode(text)).then(
      () => true,
      () => {
        this.hasLeft = true;
        return false;
      },
    );
    const sent = await this.#run.watchdog.within(Math.max(1, this.#answer.input.deadline - this.#run.now()), write);
    return sent === true;
  }

  /** Says the last words and closes; a caller who takes nothing is not waited for. */
  async end(text: string): Promise<void> {
    try {
      const closed = this.hasLeft ? this.#writer.abort() : this.#say(text);
      await Promise.race([closed, this.#run.sleep(LAST_WRITE_MS)]);
    } catch {
      // The caller left between the last byte and the ending: there is nobody to tell.
    }
  }

  async #say(text: string): Promise<void> {
    if (text !== "") await this.#writer.write(utf8.encode(text));
    await this.#writer.close();
  }
}
