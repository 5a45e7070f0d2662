import { describe, expect, it } from "vitest";
import { FairleadError } from "../../../src/core/errors.ts";
import { backend, surface } from "./asked.ts";
import { fixture } from "./fixtures.ts";

interface Refusal {
  readonly status: number;
  readonly body: unknown;
  readonly kind: string;
}

const CLASSES: Readonly<Record<string, string>> = {
  invalid_request: "invalid_request",
  not_found: "invalid_request",
  permission: "auth",
  authentication: "auth",
  rate_limit: "rate_limited",
  server_error: "server_error",
  timeout: "server_error",
  overloaded: "overloaded",
};

function classify(
  status: number,
  body: unknown,
  retryAfterSeconds: number | null = null,
): ReturnType<typeof backend.classifyError> {
  return backend.classifyError({ status, body: typeof body === "string" ? body : JSON.stringify(body), retryAfterSeconds });
}

function error(status: string, message: string, details: readonly object[] = []): unknown {
  return { error: { code: 0, message, status, details } };
}

function quota(quotaId: string): unknown {
  return error("RESOURCE_EXHAUSTED", "m", [
    { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaId }] },
  ]);
}

describe("refusals of the API", () => {
  const refusals = JSON.parse(fixture("errors/syn-gemini/cases.json")) as readonly Refusal[];

  it.each(refusals)("$status $kind is classified", ({ body, kind, status }) => {
    expect(classify(status, body).class).toBe(CLASSES[kind]);
  });

  it("say when to come back, in whole seconds, unless a header did", () => {
    const limited = refusals.find(({ kind }) => kind === "rate_limit");
    expect(classify(429, limited?.body).retryAfterSeconds).toBe(35);
    expect(classify(429, limited?.body, 3).retryAfterSeconds).toBe(3);
    const details = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "9999s" }];
    expect(classify(429, error("RESOURCE_EXHAUSTED", "m", details)).retryAfterSeconds).toBe(300);
  });

  it.each([
    [
      "INVALID_ARGUMENT",
      "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
      "context_length",
    ],
    ["INVALID_ARGUMENT", 'Unknown name "x"', "invalid_request"],
    ["RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.", "quota_exhausted"],
  ])("%s %s is %s", (status, message, failureClass) => {
    expect(classify(400, error(status, message))).toMatchObject({ class: failureClass });
  });

  it("of a day's quota are spent, of a minute's only limited", () => {
    expect(classify(429, quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier")).class).toBe("quota_exhausted");
    expect(classify(429, quota("GenerateRequestsPerMinutePerProjectPerModel")).class).toBe("rate_limited");
  });

  it("keep their words and the field only where they blame the request", () => {
    const details = [{ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [{ field: "contents[0]" }] }];
    expect(classify(400, error("INVALID_ARGUMENT", "bad contents", details))).toMatchObject({
      message: "bad contents",
      param: "contents[0]",
      code: "INVALID_ARGUMENT",
    });
    expect(classify(403, error("PERMISSION_DENIED", "key AIzaSecret", details))).toMatchObject({
      message: "The upstream answered 403 (auth).",
      param: null,
      code: null,
    });
  });

  it("without a body are classified by status", () => {
    expect(classify(502, "<html>").class).toBe("server_error");
    expect(classify(429, "").class).toBe("rate_limited");
    expect(classify(418, "").class).toBe("invalid_request");
    expect(classify(302, "").class).toBe("server_error");
    expect(classify(424, "").class).toBe("invalid_request");
    expect(classify(499, "").class).toBe("server_error");
    expect(classify(204, "").class).toBe("malformed");
  });
});

describe("our errors", () => {
  it("are Google's envelope, with our code as the reason", () => {
    const refused = new FairleadError("rate_limit_exceeded", "Slow down.", { param: "contents", retryAfterSeconds: 2 });
    const encoded = surface.encodeError(refused, "r-1");
    expect(encoded.status).toBe(429);
    expect(JSON.parse(encoded.body)).toEqual({
      error: {
        code: 429,
        message: "Slow down.",
        status: "RESOURCE_EXHAUSTED",
        details: [
          {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            reason: "RATE_LIMIT_EXCEEDED",
            domain: "fairlead",
            metadata: { requestId: "r-1" },
          },
          {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            fieldViolations: [{ field: "contents", description: "Slow down." }],
          },
          { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "2s" },
        ],
      },
    });
    expect(surface.encodeErrorEvent(refused, "r-1")).toBe(`data: ${encoded.body}\n\n`);
  });

  it.each([
    ["invalid_api_key", 401, "UNAUTHENTICATED"],
    ["model_not_found", 404, "NOT_FOUND"],
    ["body_too_large", 413, "INVALID_ARGUMENT"],
    ["server_is_overloaded", 503, "UNAVAILABLE"],
    ["upstream_timeout", 504, "DEADLINE_EXCEEDED"],
    ["upstream_failed", 502, "INTERNAL"],
  ] as const)("%s is %i %s", (code, status, name) => {
    const encoded = surface.encodeError(new FairleadError(code, "m"), "r");
    expect(encoded.status).toBe(status);
    expect(JSON.parse(encoded.body)).toMatchObject({ error: { code: status, status: name } });
  });
});
