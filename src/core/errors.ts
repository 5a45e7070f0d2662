/** Why a request ends. Each code owns one HTTP status and one OpenAI `error.type`; the README lists them. */
export const ERROR_TABLE = {
  invalid_path: { status: 400, type: "invalid_request_error" },
  invalid_host: { status: 400, type: "invalid_request_error" },
  misdirected_host: { status: 421, type: "invalid_request_error" },
  uri_too_long: { status: 414, type: "invalid_request_error" },
  headers_too_large: { status: 431, type: "invalid_request_error" },
  not_found: { status: 404, type: "invalid_request_error" },
  method_not_allowed: { status: 405, type: "invalid_request_error" },
  invalid_header: { status: 400, type: "invalid_request_error" },
  missing_credentials: { status: 401, type: "invalid_request_error" },
  ambiguous_credentials: { status: 400, type: "invalid_request_error" },
  invalid_api_key: { status: 401, type: "invalid_request_error" },
  expired_api_key: { status: 401, type: "invalid_request_error" },
  inactive_api_key: { status: 401, type: "invalid_request_error" },
  revoked_api_key: { status: 401, type: "invalid_request_error" },
  unknown_consumer: { status: 403, type: "invalid_request_error" },
  audit_unavailable: { status: 503, type: "server_error" },
  keys_unavailable: { status: 503, type: "server_error" },
  answers_unavailable: { status: 503, type: "server_error" },
  invalid_token: { status: 401, type: "invalid_request_error" },
  expired_token: { status: 401, type: "invalid_request_error" },
  jwks_unavailable: { status: 401, type: "invalid_request_error" },
  txn_token_required: { status: 401, type: "invalid_request_error" },
  invalid_txn_token: { status: 401, type: "invalid_request_error" },
  txn_replayed: { status: 401, type: "invalid_request_error" },
  insufficient_scope: { status: 403, type: "invalid_request_error" },
  exceeds_transaction: { status: 403, type: "invalid_request_error" },
  unmapped_identity: { status: 403, type: "invalid_request_error" },
  unsupported_media_type: { status: 415, type: "invalid_request_error" },
  body_too_large: { status: 413, type: "invalid_request_error" },
  body_timeout: { status: 408, type: "invalid_request_error" },
  invalid_utf8: { status: 400, type: "invalid_request_error" },
  invalid_json: { status: 400, type: "invalid_request_error" },
  too_deep: { status: 400, type: "invalid_request_error" },
  too_complex: { status: 400, type: "invalid_request_error" },
  duplicate_key: { status: 400, type: "invalid_request_error" },
  forbidden_key: { status: 400, type: "invalid_request_error" },
  unknown_field: { status: 400, type: "invalid_request_error" },
  invalid_value: { status: 400, type: "invalid_request_error" },
  missing_field: { status: 400, type: "invalid_request_error" },
  too_many_messages: { status: 400, type: "invalid_request_error" },
  too_many_tools: { status: 400, type: "invalid_request_error" },
  unsupported_feature: { status: 400, type: "invalid_request_error" },
  conflict: { status: 409, type: "invalid_request_error" },
  idempotency_key_reused: { status: 422, type: "invalid_request_error" },
  idempotency_in_progress: { status: 409, type: "invalid_request_error" },
  idempotency_result_unavailable: { status: 409, type: "invalid_request_error" },
  idempotency_unavailable: { status: 503, type: "server_error" },
  model_not_found: { status: 404, type: "invalid_request_error" },
  forbidden: { status: 403, type: "invalid_request_error" },
  feature_not_allowed: { status: 403, type: "invalid_request_error" },
  target_not_allowed: { status: 403, type: "invalid_request_error" },
  no_matching_rule: { status: 403, type: "invalid_request_error" },
  caller_disabled: { status: 403, type: "invalid_request_error" },
  model_disabled: { status: 403, type: "invalid_request_error" },
  context_length_exceeded: { status: 400, type: "invalid_request_error" },
  content_filter: { status: 400, type: "invalid_request_error" },
  upstream_invalid_request: { status: 400, type: "invalid_request_error" },
  upstream_not_found: { status: 404, type: "invalid_request_error" },
  upstream_too_large: { status: 413, type: "invalid_request_error" },
  upstream_unprocessable: { status: 422, type: "invalid_request_error" },
  too_many_wrong_keys: { status: 429, type: "rate_limit_error" },
  rate_limit_exceeded: { status: 429, type: "rate_limit_error" },
  insufficient_quota: { status: 429, type: "insufficient_quota" },
  exceeds_limit: { status: 400, type: "invalid_request_error" },
  limiter_unavailable: { status: 503, type: "server_error" },
  no_target_available: { status: 503, type: "server_error" },
  too_many_streams: { status: 503, type: "server_error" },
  server_is_overloaded: { status: 503, type: "server_error" },
  upstream_failed: { status: 502, type: "server_error" },
  upstream_timeout: { status: 504, type: "server_error" },
  upstream_credentials_exhausted: { status: 502, type: "server_error" },
  request_loop: { status: 508, type: "invalid_request_error" },
  stream_interrupted: { status: 502, type: "upstream_error" },
  internal_error: { status: 500, type: "server_error" },
} as const;

export type ErrorCode = keyof typeof ERROR_TABLE;

/** What a `FairleadError` may carry beside its message. */
export interface ErrorDetail {
  /** The request field at fault, as the caller named it. */
  readonly param?: string;
  /** The upstream's own code, shown to the caller in place of ours. */
  readonly upstreamCode?: string;
  /** Seconds after which a repeat may succeed; becomes `retry-after` and `retry-after-ms`. */
  readonly retryAfterSeconds?: number;
  /** The caller's SDK must not retry: our own attempts are spent. */
  readonly attemptsSpent?: boolean;
  /** Response headers known so far, such as the number of attempts. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** The one error that ends a request; rendered once, in `http/render-error.ts`. */
export class FairleadError extends Error {
  readonly code: ErrorCode;
  readonly param: string | null;
  readonly upstreamCode: string | null;
  readonly retryAfterSeconds: number | null;
  readonly attemptsSpent: boolean;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, { cause: detail.cause });
    this.name = "FairleadError";
    this.code = code;
    this.param = detail.param ?? null;
    this.upstreamCode = detail.upstreamCode ?? null;
    this.retryAfterSeconds = detail.retryAfterSeconds ?? null;
    this.attemptsSpent = detail.attemptsSpent ?? false;
    this.headers = detail.headers ?? {};
  }
}
