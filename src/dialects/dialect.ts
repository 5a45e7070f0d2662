import type { Capability } from "../core/capability.ts";
import type { FairleadError } from "../core/errors.ts";
import type { Failure } from "../core/failure.ts";
import type { CompiledCaps, CompiledQuirks, DialectName, Operation } from "../core/policy/compiled.ts";
import type { Usage } from "../core/usage.ts";
import type { CacheRules } from "./canonical/cache-form.ts";
import type { ChatAnswer } from "./canonical/chat-event.ts";
import type { ChatRequest } from "./canonical/chat-request.ts";
import type { EmbeddingsAnswer, EmbeddingsRequest } from "./canonical/embeddings.ts";
import type { FailedAnswer } from "./canonical/failed-answer.ts";
import type { Held } from "./canonical/held.ts";
import type { UseRules } from "./canonical/uses-of.ts";
import type { AnswerContext, ReaderContext, StreamMeter, StreamReader, StreamRepair, StreamWriter } from "./stream.ts";

export type { DialectName, Operation };

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What the address said of a request: Gemini names model and streaming there. */
export interface AddressFacts {
  readonly model: string | null;
  readonly stream: boolean;
  /** The query string without `?`. */
  readonly query: string;
}

/** What routing needs of a request; the body stays as it came, in `text`. */
export interface DecodedRequest {
  readonly surface: DialectName;
  readonly operation: Operation;
  /** The virtual model the caller asked for. */
  readonly model: string;
  readonly stream: boolean;
  /** How many choices the caller asked for (`n`, `candidateCount`). */
  readonly choices: number;
  readonly text: string;
  /** `text`, parsed: only what the surface reads is known to have the right type. `exactBody` keeps every digit. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Where in `text` the value of `model` stands; null where the address names it. */
  readonly modelSpan: Span | null;
  /** Where `stream_options` stands, when the caller sent it. */
  readonly streamOptionsSpan: Span | null;
  /** What the caller said of `stream_options.include_usage`; null when nothing. */
  readonly asksUsage: boolean | null;
  /** Headers of the caller that a backend of the same dialect must see: an API version, beta flags; null where there are none. */
  readonly headers: Readonly<Record<string, string>> | null;
  /** Gemini's stream without `alt=sse` is one JSON array. */
  readonly framing: "sse" | "json-array";
}

/** A whole JSON answer, judged: what it used, or why it counts as a failed attempt. */
export type AnswerReading =
  | { readonly kind: "complete"; readonly usage: Usage | null; readonly outputCharacters: number }
  | FailedAnswer;

/** How an upstream's refusal reads: pure, from status and body. */
export interface ErrorResponse {
  readonly status: number;
  readonly body: string;
  readonly retryAfterSeconds: number | null;
  /** `x-amzn-errortype`, where it came. */
  readonly errorType?: string | null;
}

/** What a backend needs beside the request. */
export interface UpstreamModel {
  readonly model: string;
  /** Whose opaque state this backend reads, as `Seal.family`. */
  readonly family: string;
  readonly quirks: CompiledQuirks;
  /** Null when nothing is known: then everything its dialect can carry is sent. */
  readonly capabilities: ReadonlySet<Capability> | null;
  /** The model's ceiling of output tokens, where known: Anthropic requires a limit in every request. */
  readonly maxOutputTokens: number | null;
}

/**
 * Something of the request that the backend cannot be told. `meaning`: the answer could differ from what was asked, so the
 * route's `unsupported` decides between refusing and dropping. `hint`: only cost, speed or bookkeeping differ; it is dropped
 * with a warning.
 */
export interface Loss {
  /** Canonical name: `temperature`, `stop`, `tools.web_search`, `logprobs`; `Surface.fieldName` says it in the caller's words. */
  readonly feature: string;
  readonly severity: "meaning" | "hint";
  /** One sentence without a full stop, ASCII, safe in a header: `gemini has no logit_bias`. */
  readonly reason: string;
  /** The capability whose presence would help, so that models that have it can be named. */
  readonly capability: Capability | null;
}

/** What must be undone in the answer of a written request. */
export interface Restore {
  /** Mangled tool name → the caller's. */
  readonly names: ReadonlyMap<string, string>;
  /** A tool that stands for the asked output format: its arguments are the answer's text. */
  readonly forcedTool: string | null;
  /** Custom (free-form) tools sent as functions of one string `input`. By the mangled name. */
  readonly customTools: ReadonlySet<string>;
}

export interface WrittenRequest {
  readonly body: string;
  /** Beside the credential and the content type. */
  readonly headers: Readonly<Record<string, string>>;
  readonly losses: readonly Loss[];
  readonly restore: Restore;
}

export type ReadChat = { readonly kind: "read"; readonly answer: ChatAnswer } | FailedAnswer;
export type ReadEmbeddings = { readonly kind: "read"; readonly answer: EmbeddingsAnswer } | FailedAnswer;
export type ReadCount = { readonly kind: "read"; readonly tokens: number } | FailedAnswer;

export interface EncodedError {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A virtual model as `GET …/models` shows it; `displayName` is its id. */
export interface ListedModel {
  readonly id: string;
}

/**
 * The caller's side of a wire format: pure, sans-I/O. Request readers check what they read and name the field at fault.
 * `decodeRequest` is on every request's path; the rest runs only where the backend speaks another dialect.
 */
export interface Surface {
  /** Paths that take a POST and name the model in the body. */
  readonly paths: Readonly<Record<string, Operation>>;
  /** Paths that name model and method themselves; null where there are none. */
  readonly addressed: {
    /** Each ends in a slash. Models are listed under the first, which is its own; the others may be shared. */
    readonly prefixes: readonly [string, ...(readonly string[])];
    /** What follows a prefix, its escapes undone; null for a method that there is not. */
    read(rest: string, query: string): { readonly operation: Operation; readonly address: AddressFacts } | null;
  } | null;
  /** A header that only its SDKs send: it tells whose shape is meant where a path of models is shared. */
  readonly modelsHeader: string | null;
  /** @throws FairleadError a 4xx code naming the field */
  decodeRequest(
    operation: Operation,
    text: string,
    context: { readonly caps: CompiledCaps; readonly address: AddressFacts; readonly headers: ReadonlyMap<string, string> },
  ): DecodedRequest;
  /** The caller's family of seals where none is named: what a native signature in its history is taken for. */
  readonly family: string;
  /** `chat` and `count_tokens`. @throws FairleadError 400 naming the field at fault */
  readChat(asked: DecodedRequest): ChatRequest;
  /** What makes its chats equal to others in the cache; null where only equal bytes are. */
  readonly cacheRules: CacheRules | null;
  /** What its chats turn on, for callers who may not use everything. */
  readonly useRules: UseRules;
  /** The longest answer that the request allows, in tokens; null where it does not say. */
  maxOutputTokens(asked: DecodedRequest): number | null;
  writeAnswer(answer: ChatAnswer, context: AnswerContext): string;
  createWriter(context: AnswerContext): StreamWriter;
  /** What keeps an idle stream open: a comment or the dialect's ping, a whole event. */
  readonly heartbeat: string;
  /** How the caller would write a canonical feature: `stop` → `stop_sequences`. */
  fieldName(feature: string): string;
  readonly embeddings: {
    /** Goes through a body and leaves over what is no part of a request for vectors of texts. */
    readonly plain: Held;
    readRequest(asked: DecodedRequest): EmbeddingsRequest;
    writeAnswer(answer: EmbeddingsAnswer, context: AnswerContext): string;
  } | null;
  /** The answer to a count of input tokens. */
  writeCount: ((tokens: number, context: AnswerContext) => string) | null;
  /** The header in which its SDKs look for the request's id, beside `x-request-id`. */
  readonly requestIdHeader: string | null;
  encodeError(error: FairleadError, requestId: string): EncodedError;
  /** One well-formed error event, to be written into a stream that has begun. */
  encodeErrorEvent(error: FairleadError, requestId: string): string;
  readonly models: {
    list(models: readonly ListedModel[]): unknown;
    one(model: ListedModel): unknown;
  };
}

/** The provider's side of a wire format: pure, sans-I/O. */
export interface Backend {
  /** Path and query under the provider's base URL; null when the dialect has no such operation. */
  path(operation: Operation, call: { readonly model: string; readonly stream: boolean }): string | null;
  /** The family whose seals a model of this dialect reads, unless its provider says otherwise: `anthropic`, `openai`, … */
  familyOf(model: string): string;
  /** `native` is null for a dialect no surface speaks. */
  readonly native: {
    /** Operations whose request and answer may pass as they are. */
    readonly operations: readonly Operation[];
    /** The caller's own bytes with what must differ spliced in. */
    encodeUpstream(asked: DecodedRequest, upstream: UpstreamModel): string;
    readAnswer(operation: Operation, text: string): AnswerReading;
    createStreamMeter(choices: number): StreamMeter;
    /** What ends a successful stream; empty where nothing does. */
    readonly terminator: string;
    /** Null where the dialect has one author and nothing to mend. */
    readonly repair: {
      /** `seed`: 32 hex characters, unique to the request; ids that are missing are minted from it. */
      answer(text: string, seed: string): string;
      createStream(choices: number, seed: string): StreamRepair;
    } | null;
  } | null;
  classifyError(response: ErrorResponse): Failure;
  /** What a written request brings about on a model that has it not of its own: a schema by way of a forced tool. */
  readonly emulates: ReadonlySet<Capability>;
  writeRequest(request: ChatRequest, upstream: UpstreamModel): WrittenRequest;
  readChat(text: string, context: ReaderContext): ReadChat;
  readonly reader:
    | { readonly wire: "text"; create(context: ReaderContext): StreamReader<string> }
    | { readonly wire: "bytes"; create(context: ReaderContext): StreamReader<Uint8Array> };
  /** Content type of its streams. */
  readonly streamType: string;
  readonly embeddings: {
    writeRequest(
      request: EmbeddingsRequest,
      upstream: UpstreamModel,
    ): { readonly body: string; readonly losses: readonly Loss[] };
    readAnswer(text: string): ReadEmbeddings;
  } | null;
  /** Where the provider counts input tokens itself. */
  readonly countTokens: {
    /** Beside the credential and the content type; null where there are none. */
    headers(upstream: UpstreamModel): Readonly<Record<string, string>> | null;
    writeRequest(request: ChatRequest, upstream: UpstreamModel): string;
    readAnswer(text: string): ReadCount;
  } | null;
}

/**
 * A wire format, both directions. Same dialect in and out is native: the body is forwarded as it came with the model name
 * spliced, the answer is passed on byte for byte. Otherwise the surface reads a canonical request, the backend writes it,
 * and the answer comes back the same way: dialects never know of one another.
 */
export interface Dialect {
  readonly name: DialectName;
  readonly surface: Surface | null;
  readonly backend: Backend | null;
}
