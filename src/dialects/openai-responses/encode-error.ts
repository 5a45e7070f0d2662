import { ERROR_TABLE, type FairleadError } from "../../core/errors.ts";
import type { Failure, FailureClass } from "../../core/failure.ts";
import type { EncodedError } from "../dialect.ts";
import { responseObject } from "./response-object.ts";

/** An error as the API words it. */
export interface ErrorWords {
  readonly type: string;
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
}

/** The four-key error envelope. @see https://platform.openai.com/docs/guides/error-codes */
export function encodeError(error: FairleadError): EncodedError {
  const { status } = ERROR_TABLE[error.code];
  return { status, body: JSON.stringify({ error: wordsOf(error) }), headers: {} };
}

function wordsOf(error: FairleadError): ErrorWords {
  const { type } = ERROR_TABLE[error.code];
  // Callers cut their history at this one code, whatever the upstream calls it.
  const code = error.code === "context_length_exceeded" ? error.code : (error.upstreamCode ?? error.code);
  return { message: error.message, type, param: error.param, code };
}

/**
 * An error inside a stream whose response we have not written, and know neither id nor last number of. As the API itself
 * does, it is told twice: stock SDKs raise at `error` and read no further, Codex passes over it and takes the code of
 * `response.failed`.
 */
export function encodeErrorEvent(error: FairleadError, requestId: string): string {
  const words = wordsOf(error);
  const { code } = words;
  const response = responseObject(
    {},
    {
      id: `resp_${requestId}`,
      createdSeconds: 0,
      model: "",
      status: "failed",
      incompleteReason: null,
      error: { code, message: withWait(words.message, code, error.retryAfterSeconds) },
      output: [],
      usage: null,
    },
  );
  return errorLines(words, 0) + failedLines(JSON.stringify(response), 1);
}

/** The event at which SDKs raise; with the members of the documented form and of the one that is sent. */
export function errorLines(words: ErrorWords, sequence: number): string {
  const { code, message, param, type } = words;
  const data = { type: "error", sequence_number: sequence, code, message, param, error: { type, code, message, param } };
  return `event: error\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The event that ends a response that failed. */
export function failedLines(responseJson: string, sequence: number): string {
  return `event: response.failed\ndata: {"type":"response.failed","sequence_number":${sequence},"response":${responseJson}}\n\n`;
}

const WORDS_OF_CLASS: Readonly<Partial<Record<FailureClass, Pick<ErrorWords, "type" | "code">>>> = {
  context_length: { type: "invalid_request_error", code: "context_length_exceeded" },
  content_filter: { type: "invalid_request_error", code: "content_filter" },
  invalid_request: { type: "invalid_request_error", code: "invalid_prompt" },
  quota_exhausted: { type: "insufficient_quota", code: "insufficient_quota" },
  rate_limited: { type: "rate_limit_error", code: "rate_limit_exceeded" },
  overloaded: { type: "server_error", code: "server_is_overloaded" },
};

/** A backend's failure in the words that callers act upon. */
export function wordsOfFailure(failure: Failure): ErrorWords {
  const words = WORDS_OF_CLASS[failure.class] ?? { type: "server_error", code: "server_error" };
  const code = failure.class === "invalid_request" ? (failure.code ?? words.code) : words.code;
  const message = withWait(failure.message, code, failure.retryAfterSeconds);
  return { type: words.type, code, message, param: failure.param };
}

/** Codex reads how long to wait out of the sentence. */
function withWait(message: string, code: string, seconds: number | null): string {
  return code === "rate_limit_exceeded" && seconds !== null ? `${message} Please try again in ${seconds}s.` : message;
}
