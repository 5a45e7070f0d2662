/** The `error` object of an OpenAI-shaped refusal. */
export interface RefusalDetail {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

type KnownStatus = Omit<RefusalDetail, "param">;

/** @see https://platform.openai.com/docs/guides/error-codes */
const BY_STATUS: ReadonlyMap<number, KnownStatus> = new Map([
  [401, { message: "Incorrect API key provided.", type: "invalid_request_error", code: "invalid_api_key" }],
  [402, { message: "Payment is required.", type: "insufficient_quota", code: "billing_hard_limit_reached" }],
  [403, { message: "Your key may not use this model.", type: "invalid_request_error", code: "permission_denied" }],
  [
    404,
    {
      message: "The model does not exist or you do not have access to it.",
      type: "invalid_request_error",
      code: "model_not_found",
    },
  ],
  [429, { message: "Rate limit reached. Please try again later.", type: "requests", code: "rate_limit_exceeded" }],
  [500, { message: "The server had an error while processing your request.", type: "server_error", code: null }],
  [502, { message: "Bad gateway.", type: "server_error", code: null }],
  [503, { message: "The engine is currently overloaded, please try again later.", type: "server_error", code: null }],
  [529, { message: "Overloaded.", type: "overloaded_error", code: null }],
]);

const INSUFFICIENT_QUOTA: RefusalDetail = {
  message: "You exceeded your current quota, please check your plan and billing details.",
  type: "insufficient_quota",
  param: null,
  code: "insufficient_quota",
};

const CONTEXT_LENGTH: RefusalDetail = {
  message: "This model's maximum context length is 8 tokens. Please reduce the length of the messages.",
  type: "invalid_request_error",
  param: "messages",
  code: "context_length_exceeded",
};

const BLOCKED: RefusalDetail = {
  message: "The prompt was filtered by the provider's content policy.",
  type: "invalid_request_error",
  param: "messages",
  code: "content_filter",
};

/** A refusal with the given status, as OpenAI words it where it has words for it; 3xx point elsewhere. */
export function refuseWithStatus(status: number, retryAfterSeconds: number | null): Response {
  const known = BY_STATUS.get(status) ?? {
    message: `The simulator was asked to answer ${status}.`,
    type: status < 500 ? "invalid_request_error" : "server_error",
    code: null,
  };
  const headers: Record<string, string> = {};
  if (retryAfterSeconds !== null) headers["retry-after"] = String(retryAfterSeconds);
  if (status < 400) headers["location"] = "https://elsewhere.invalid/";
  return refusal(status, { ...known, param: null }, headers);
}

/** 400 for a request the simulator cannot answer; `param` names the field at fault. */
export function refuseRequest(message: string, param: string | null): Response {
  return refusal(400, { message, type: "invalid_request_error", param, code: null });
}

/** 404 for a model or path the simulator does not have. */
export function refuseUnknown(message: string, code: "model_not_found" | "unknown_url"): Response {
  return refusal(404, { message, type: "invalid_request_error", param: code === "model_not_found" ? "model" : null, code });
}

/** 429 of an account that has run out of money, which no waiting cures. */
export function refuseQuota(): Response {
  return refusal(429, INSUFFICIENT_QUOTA);
}

/** 400 `context_length_exceeded`. */
export function refuseContext(): Response {
  return refusal(400, CONTEXT_LENGTH);
}

/** 400 of a filter that lets the prompt not pass. */
export function refuseBlocked(): Response {
  return refusal(400, BLOCKED);
}

function refusal(status: number, error: RefusalDetail, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify({ error }), { status, headers: { "content-type": "application/json", ...headers } });
}
