import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { classifyOpenAiError, classifyOpenAiErrorBody } from "../../../src/dialects/canonical/openai-errors.ts";

interface ErrorCase {
  readonly status: number;
  readonly body: unknown;
  readonly kind: string;
}

const FIXTURES = join(import.meta.dirname, "../../fixtures/errors");
const CASES = ["syn-openai", "syn-azure"].flatMap((name) => {
  const cases = JSON.parse(readFileSync(join(FIXTURES, name, "cases.json"), "utf8")) as readonly ErrorCase[];
  return cases.map((one, index) => ({ name: `${name} ${index}`, ...one }));
});

/** The classes that the fixtures' kinds may be: a missing permission is our credential's, a missing model the request's. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  authentication: ["auth"],
  permission: ["auth"],
  content_policy: ["content_filter"],
  context_length: ["context_length"],
  invalid_request: ["invalid_request"],
  not_found: ["invalid_request"],
  too_large: ["invalid_request"],
  rate_limit: ["rate_limited"],
  quota: ["quota_exhausted"],
  overloaded: ["overloaded"],
  timeout: ["server_error"],
  server_error: ["server_error"],
};

function classOf(status: number, body: unknown): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return classifyOpenAiError({ status, body: text, retryAfterSeconds: null }).class;
}

describe("a refusal", () => {
  it.each(CASES)("is of its class: $name, $status $kind", ({ body, kind, status }) => {
    expect(CLASSES[kind]).toContain(classOf(status, body));
  });

  it("is never followed elsewhere", () => {
    expect(classOf(302, "")).toBe("server_error");
  });

  it("keeps the upstream's words only where they blame the request", () => {
    const body = JSON.stringify({ error: { message: "Your key sk-123 is wrong.", code: "invalid_api_key", param: "p" } });
    const failure = classifyOpenAiError({ status: 401, body, retryAfterSeconds: 3 });
    expect(failure).toMatchObject({ class: "auth", param: null, code: null, retryAfterSeconds: 3 });
    expect(failure.message).not.toContain("sk-123");
    const blame = JSON.stringify({ error: { message: "No.", code: "bad_tool", param: "tools[0]" } });
    expect(classifyOpenAiError({ status: 400, body: blame, retryAfterSeconds: null })).toMatchObject({
      class: "invalid_request",
      message: "No.",
      code: "bad_tool",
      param: "tools[0]",
    });
  });
});

describe("an error inside a 200", () => {
  it.each([
    [{ error: { code: "server_error", message: "x" } }, "server_error"],
    [{ error: { code: "rate_limit_exceeded" } }, "rate_limited"],
    [{ error: { code: "invalid_prompt" } }, "invalid_request"],
    [{ error: { code: "image_too_large" } }, "invalid_request"],
    [{ error: { code: "image_content_policy_violation" } }, "content_filter"],
    [{ error: { code: "vector_store_timeout" } }, "server_error"],
    [{ error: { code: 429, message: "x" } }, "rate_limited"],
    [{ error: { code: 424, message: "x" } }, "invalid_request"],
    [{ error: { code: "1301", message: "x" } }, "malformed"],
    [{ error: "broken" }, "server_error"],
    [{ type: "error", code: "insufficient_quota", message: "x", param: null }, "quota_exhausted"],
    [{ error: { type: "invalid_request_error", message: "maximum context length is 3" } }, "context_length"],
  ])("%j is %s", (body, kind) => {
    expect(classifyOpenAiErrorBody({ status: 200, body: JSON.stringify(body), retryAfterSeconds: null }).class).toBe(kind);
  });
});
