import type { FairleadError } from "../core/errors.ts";
import type { Failure } from "../core/failure.ts";
import type { CompiledCaps } from "../core/policy/compiled.ts";
import type { Usage } from "../core/usage.ts";

export type Operation = "chat" | "embeddings";

/** What routing needs of a request; the body stays as it came, in `text`. */
export interface DecodedRequest {
  readonly operation: Operation;
  /** The virtual model the caller asked for. */
  readonly model: string;
  readonly stream: boolean;
  /** How many choices the caller asked for (`n`). */
  readonly choices: number;
  readonly text: string;
  /** Where in `text` the value of `model` stands. */
  readonly modelSpan: Span;
  /** Where `stream_options` stands, when the caller sent it. */
  readonly streamOptionsSpan: Span | null;
  /** What the caller said of `stream_options.include_usage`; null when nothing. */
  readonly asksUsage: boolean | null;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A whole JSON answer, judged: what it used, or why it counts as a failed attempt. */
export type AnswerReading =
  | { readonly kind: "complete"; readonly usage: Usage | null; readonly outputCharacters: number }
  | { readonly kind: "failed"; readonly failure: Failure };

/** Everything noticed in a stream so far. */
export interface StreamReading {
  /** The first content (text, reasoning, tool call, refusal, audio) has come. */
  readonly content: boolean;
  /** Every choice has its finish reason. */
  readonly finished: boolean;
  /** A finish reason other than `stop` came: an answer without content is then no failure. */
  readonly explained: boolean;
  /** The dialect's terminator has come: `[DONE]`. */
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

/** How an upstream's refusal reads: pure, from status and body. */
export interface ErrorResponse {
  readonly status: number;
  readonly body: string;
  readonly retryAfterSeconds: number | null;
}

/** What a backend of this dialect needs beside the request. */
export interface UpstreamModel {
  readonly model: string;
  /** The backend accepts `stream_options.include_usage`. */
  readonly streamUsage: boolean;
}

/**
 * A wire format: both directions, pure, sans-I/O. Same dialect in and out is native: the body is forwarded as it came
 * with the model name spliced, the answer is passed on byte for byte.
 */
export interface Dialect {
  readonly name: "openai-chat";
  /** Path under the provider's base URL. */
  readonly paths: Readonly<Record<Operation, string>>;
  /** @throws FairleadError a 4xx code naming the field */
  decodeRequest(operation: Operation, text: string, caps: CompiledCaps): DecodedRequest;
  /** The body to send upstream. */
  encodeUpstream(request: DecodedRequest, upstream: UpstreamModel): string;
  readAnswer(operation: Operation, text: string): AnswerReading;
  createStreamMeter(choices: number): StreamMeter;
  classifyError(response: ErrorResponse): Failure;
  encodeError(error: FairleadError): string;
  /** One well-formed error event, to be written into a stream that has begun. */
  encodeErrorEvent(error: FairleadError): string;
  /** What ends a successful stream. */
  readonly terminator: string;
}
