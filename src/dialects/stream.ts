import type { Failure } from "../core/failure.ts";
import type { Usage } from "../core/usage.ts";
import type { ChatEvent } from "./canonical/chat-event.ts";
import type { DecodedRequest } from "./dialect.ts";

/** Everything noticed in a stream so far. */
export interface StreamReading {
  /** The first content (text, reasoning, tool call, refusal, audio) has come. */
  readonly content: boolean;
  /** Every choice has its finish reason. */
  readonly finished: boolean;
  /** A finish reason other than `stop` came: an answer without content is then no failure. */
  readonly explained: boolean;
  /** The dialect's terminator has come: `[DONE]`, `message_stop`. */
  readonly terminated: boolean;
  /** An error event, a broken event or a broken cap; the stream has failed. */
  readonly failure: Failure | null;
  /** The upstream's own words have told the caller: stock clients raise at any event that has an `error`. */
  readonly errorTold: boolean;
  /** The last bytes do not end an event: an appended event needs a blank line first. */
  readonly midEvent: boolean;
  readonly usage: Usage | null;
  readonly outputCharacters: number;
  /** Events that carried content, so far: silence in them is what `idle` pings may not hide for ever. */
  readonly contentEvents: number;
}

/** Sans-I/O reader of a response stream: feed it decoded text in any split, look at what it has read. */
export interface StreamMeter {
  push(text: string): void;
  /** The stream has ended: its last event counts although no blank line ended it; `midEvent` stays as it was. */
  end(): void;
  readonly reading: StreamReading;
}

/** What reading an answer needs beside it. */
export interface ReaderContext {
  /** Unique to the request, 32 hex characters: ids that a backend does not give are minted from it. */
  readonly seed: string;
  /** The family that seals in the answer belong to. */
  readonly family: string;
}

/**
 * Reads a stream into loose events, fed in any split. Text that never ends a line or an event within the caps is an
 * `error` event, and so is an event that is not valid.
 */
export interface StreamReader<Chunk> {
  push(chunk: Chunk): readonly ChatEvent[];
  /** The transport ended cleanly; a last event without its blank line counts. */
  end(): readonly ChatEvent[];
  /** The dialect's own end has come; what follows is not read. */
  readonly terminated: boolean;
  /** An error event came in the dialect's own form: whoever was passed these bytes has been told. */
  readonly errorTold: boolean;
  /** What was pushed does not end at the end of an event. */
  readonly midEvent: boolean;
}

/**
 * Mends a backend's own dialect: what is well-formed passes verbatim, unknown fields stay. Where `reading.failure` is set,
 * `mend` has told the caller so, in one error event.
 */
export interface StreamRepair extends StreamMeter {
  /** What to write for what was pushed; whole events only. */
  mend(text: string): string;
  /** What to write at a clean end of the transport: held events and, where the stream is complete, the terminator. */
  mendEnd(): string;
}

/** What a surface needs to write an answer. */
export interface AnswerContext {
  /** Unique, 32 hex characters: ids the backend did not give are minted from it. */
  readonly seed: string;
  readonly createdSeconds: number;
  /** The model that answers, as its provider names it, for a backend that does not say. */
  readonly model: string;
  /** The request, where an answer echoes it (Responses) or obeys it (`include_usage`). */
  readonly asked: DecodedRequest;
}

/** Strict events → text of whole wire events. One call for everything that one upstream read gave. */
export interface StreamWriter {
  write(events: readonly ChatEvent[]): string;
}
