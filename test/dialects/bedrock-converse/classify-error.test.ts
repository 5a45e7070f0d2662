import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { classifyError } from "../../../src/dialects/bedrock-converse/classify-error.ts";

interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly message: string };
  readonly kind: string;
}

const refusals = JSON.parse(
  readFileSync(new URL("../../fixtures/errors/syn-bedrock/cases.json", import.meta.url), "utf8"),
) as readonly Refusal[]; // our own file

const CLASSES: Readonly<Record<string, string>> = {
  invalid_request: "invalid_request",
  not_found: "invalid_request",
  context_length: "context_length",
  permission: "auth",
  authentication: "auth",
  timeout: "server_error",
  server_error: "server_error",
  rate_limit: "rate_limited",
  overloaded: "overloaded",
  quota: "quota_exhausted",
};

describe("classifyError", () => {
  it.each(refusals)("takes $status $headers for $kind", ({ body, headers, kind, status }) => {
    const failure = classifyError({
      status,
      body: JSON.stringify(body),
      retryAfterSeconds: 7,
      errorType: headers["x-amzn-errortype"] ?? null,
    });
    expect(failure).toMatchObject({ class: CLASSES[kind], status, retryAfterSeconds: 7 });
    const isCallers = ["invalid_request", "context_length"].includes(failure.class);
    expect(failure.message === body.message).toBe(isCallers);
    expect(failure.code).toBe(isCallers ? headers["x-amzn-errortype"]?.split(":")[0] : null);
  });

  it("reads the type in the body where no header names it", () => {
    const body = JSON.stringify({ __type: "com.amazon.coral.service#AccessDeniedException", Message: "no" });
    expect(classifyError({ status: 400, body, retryAfterSeconds: null })).toMatchObject({ class: "auth" });
  });

  it.each([
    [301, "server_error"],
    [400, "invalid_request"],
    [403, "auth"],
    [404, "invalid_request"],
    [413, "invalid_request"],
    [424, "server_error"],
    [429, "rate_limited"],
    [500, "server_error"],
    [503, "overloaded"],
    [199, "malformed"],
  ])("goes by the status %i where nothing else is said", (status, failureClass) => {
    expect(classifyError({ status, body: "<html>", retryAfterSeconds: null, errorType: null })).toMatchObject({
      class: failureClass,
    });
  });
});
