import { describe, expect, it } from "vitest";
import { FAILURE_CLASSES } from "../../../src/core/failure.ts";
import { effectOf } from "../../../src/core/health/outcome.ts";
import { failureOf } from "./outcomes.ts";

describe("effectOf", () => {
  it("has one effect for each class of failure", () => {
    expect(Object.fromEntries(FAILURE_CLASSES.map((name) => [name, effectOf(failureOf(name))]))).toEqual({
      rate_limited: "throttle",
      quota_exhausted: "throttle",
      shed: "throttle",
      evicted: "throttle",
      auth: "credential",
      overloaded: "fail",
      connection: "fail",
      timeout_ttft: "fail",
      timeout_idle: "fail",
      stream_cut: "fail",
      malformed: "fail",
      server_error: "fail",
      context_length: "none",
      content_filter: "none",
      invalid_request: "none",
      deadline: "none",
      empty_completion: "none",
    });
  });

  it.each([
    ["529", { status: 529 }, "throttle"],
    ["503 that says when to come back", { status: 503, retryAfterSeconds: 3 }, "throttle"],
    ["503 that may be tried again at once", { status: 503, retryAfterSeconds: 0 }, "throttle"],
    ["503 that says nothing", { status: 503 }, "fail"],
  ] as const)("takes an overload with %s for what it is", (_, differences, effect) => {
    expect(effectOf(failureOf("overloaded", differences))).toBe(effect);
  });
});
