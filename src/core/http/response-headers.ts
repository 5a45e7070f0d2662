/**
 * Upstream response headers that callers may see. An allow-list of one, because each of the others is either ours to
 * say or not theirs to know:
 * - `x-ratelimit-*`, `anthropic-ratelimit-*`, `openai-organization`, `openai-project`: our account's, not the caller's;
 * - `x-request-id`, `request-id`, `cf-ray`: the upstream's, logged with the attempt; ours is the one callers quote to us;
 * - `retry-after`, `x-should-retry`: about our attempts, the error renderer has its own;
 * - `set-cookie`, `location`, `alt-svc`, `access-control-*`, `strict-transport-security`: would act on our origin;
 * - `content-length`, `content-encoding`, `transfer-encoding`: the body is inflated and may be changed;
 * - `content-type`: set from what the body was found to be;
 * - `x-fairlead-*`: an upstream could forge our report.
 */
const PASSED_RESPONSE_HEADERS = ["openai-processing-ms"] as const;

const PLAIN_VALUE = /^[\x20-\x7e]{1,64}$/;

/** Copies what may pass from an upstream's answer to ours. @see attack F04 */
export function copyResponseHeaders(upstream: Headers, answer: Headers): void {
  for (const name of PASSED_RESPONSE_HEADERS) {
    const value = upstream.get(name);
    if (value !== null && PLAIN_VALUE.test(value)) answer.set(name, value);
  }
}
