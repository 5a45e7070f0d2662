import { JSON_TYPE, type Refusal, type WireReply } from "./wire.ts";

const ERRORS: Readonly<Record<Refusal, { readonly status: number; readonly type: string; readonly code: string | null }>> = {
  auth: { status: 401, type: "invalid_request_error", code: "invalid_api_key" },
  rate_limited: { status: 429, type: "rate_limit_error", code: "rate_limit_exceeded" },
  overloaded: { status: 503, type: "server_error", code: "server_is_overloaded" },
  context_length: { status: 400, type: "invalid_request_error", code: "context_length_exceeded" },
  invalid_request: { status: 400, type: "invalid_request_error", code: null },
  server_error: { status: 500, type: "server_error", code: null },
};

const MESSAGES: Readonly<Partial<Record<Refusal, string>>> = {
  context_length: "This model's maximum context length is 128000 tokens. However, your messages resulted in 200000 tokens.",
  invalid_request: "Invalid value for 'top_p'.",
};

/** OpenAI's refusals, which its three formats share. */
export function refuseAsOpenAi(refusal: Refusal): WireReply {
  const { code, status, type } = ERRORS[refusal];
  const param = refusal === "invalid_request" ? "top_p" : null;
  const error = { message: MESSAGES[refusal] ?? "Not now.", type, param, code };
  const wait = refusal === "rate_limited" ? { "retry-after": "7" } : {};
  return { status, headers: { ...JSON_TYPE, ...wait }, body: JSON.stringify({ error }) };
}
