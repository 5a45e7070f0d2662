import { describe, expect, it } from "vitest";
import { ERROR_TABLE } from "../../../src/core/errors.ts";
import type { Failure, FailureClass } from "../../../src/core/failure.ts";
import { summariseFailures } from "../../../src/core/routing/summarise-failures.ts";
import { failure } from "./routing-fixtures.ts";

const summarise = (...failures: readonly Failure[]) =>
  summariseFailures(
    failures.map((each, index) => ({ target: `provider/model-${index + 1}`, failure: each })),
    failures.length,
  );

describe("status and code", () => {
  const rows: readonly (readonly [readonly FailureClass[], string, number])[] = [
    [["server_error", "connection"], "upstream_failed", 502],
    [["malformed"], "upstream_failed", 502],
    [["timeout_ttft", "deadline"], "upstream_timeout", 504],
    [["timeout_ttft", "server_error"], "upstream_failed", 502],
    [["rate_limited", "rate_limited"], "rate_limit_exceeded", 429],
    [["rate_limited", "quota_exhausted"], "rate_limit_exceeded", 429],
    [["quota_exhausted"], "insufficient_quota", 429],
    [["overloaded", "shed"], "server_is_overloaded", 503],
    [["auth", "auth"], "upstream_credentials_exhausted", 502],
    [["auth", "server_error"], "upstream_failed", 502],
    [["server_error", "context_length"], "context_length_exceeded", 400],
    [["content_filter"], "content_filter", 400],
    [["invalid_request"], "upstream_invalid_request", 400],
  ];
  it.each(rows)("%j ends as %s, %d", (classes, code, status) => {
    const error = summarise(...classes.map((failureClass) => failure(failureClass)));
    expect(error.code).toBe(code);
    expect(ERROR_TABLE[error.code].status).toBe(status);
  });

  it.each([
    [404, "upstream_not_found"],
    [413, "upstream_too_large"],
    [422, "upstream_unprocessable"],
    [418, "upstream_invalid_request"],
  ])("a request blamed with %d ends as %s", (status, code) => {
    expect(summarise(failure("invalid_request", { status })).code).toBe(code);
  });

  it("without any target is 503", () => {
    expect(summariseFailures([], 0)).toMatchObject({ code: "no_target_available" });
  });
});

it("names every attempt with its class, its status only where the upstream refused", () => {
  const error = summarise(failure("server_error", { status: 500 }), failure("malformed", { status: 200 }), failure("connection"));
  expect(error.message).toBe(
    "No target answered after 3 attempts. provider/model-1: server_error (500); provider/model-2: malformed; provider/model-3: connection.",
  );
  expect(error.headers).toEqual({ "x-fairlead-attempts": "3" });
});

it("relays the upstream's words where they blame the request, and only there", () => {
  const detail = { message: "messages[0] is too long.", param: "messages", code: "string_above_max_length" };
  expect(summarise(failure("context_length", detail))).toMatchObject({
    message: detail.message,
    param: "messages",
    upstreamCode: detail.code,
  });
  expect(summarise(failure("server_error", detail)).message).not.toContain("too long");
});

it("tells the caller's SDK that our attempts are spent", () => {
  expect(summarise(failure("server_error")).attemptsSpent).toBe(true);
  expect(summarise(failure("invalid_request")).attemptsSpent).toBe(true);
});

describe("the wait", () => {
  it("is the smallest that was asked for", () => {
    const waits = [40, 25, null].map((retryAfterSeconds) => failure("rate_limited", { retryAfterSeconds }));
    expect(summarise(...waits).retryAfterSeconds).toBe(25);
  });

  it("is not made up", () => {
    expect(summarise(failure("rate_limited")).retryAfterSeconds).toBeNull();
  });
});
