import { describe, expect, it } from "vitest";
import { AttemptSequence, type NextAttempt } from "../../../src/core/routing/attempt-sequence.ts";
import type { FailureClass } from "../../../src/core/failure.ts";
import { credential, failure, target } from "./routing-fixtures.ts";

const NOW = 1_790_000_000_000;
const alpha = target("alpha/one");
const beta = target("beta/two");

function step(
  sequence: AttemptSequence,
  failureClass: FailureClass,
  retryAfterSeconds: number | null = null,
): NextAttempt | null {
  return sequence.next(failure(failureClass, { retryAfterSeconds }), 0.5, NOW);
}

it("begins with the first target, at once", () => {
  expect(new AttemptSequence([alpha, beta]).first()).toMatchObject({ target: alpha, delayMs: 0 });
});

it("has nothing to try without targets", () => {
  expect(new AttemptSequence([]).first()).toBeNull();
});

describe("the next target", () => {
  const classes: readonly FailureClass[] = [
    "connection",
    "server_error",
    "timeout_ttft",
    "malformed",
    "overloaded",
    "rate_limited",
    "auth",
    "empty_completion",
  ];
  it.each(classes)("is asked at once after %s", (failureClass) => {
    const sequence = new AttemptSequence([alpha, beta]);
    sequence.first();
    expect(step(sequence, failureClass)).toMatchObject({ target: beta, delayMs: 0 });
  });

  it("is asked at once although the one before wants a pause", () => {
    const sequence = new AttemptSequence([alpha, beta]);
    sequence.first();
    expect(step(sequence, "rate_limited", 30)).toMatchObject({ target: beta, delayMs: 0 });
  });
});

describe("a target that was asked before", () => {
  it("is asked again when there is no other, after full jitter that grows", () => {
    const sequence = new AttemptSequence([alpha]);
    sequence.first();
    expect(
      [step(sequence, "server_error"), step(sequence, "connection"), step(sequence, "overloaded")].map((next) => next?.delayMs),
    ).toEqual([50, 100, 200]);
  });

  it("gets the pause it asked for", () => {
    const sequence = new AttemptSequence([alpha]);
    sequence.first();
    expect(step(sequence, "rate_limited", 3)).toMatchObject({ target: alpha, delayMs: 3_000 });
  });

  it("gets the pause whichever key is used, when it is the server that asks", () => {
    const sequence = new AttemptSequence([target("keyed/one", { credentials: [credential("first"), credential("second")] })]);
    sequence.first();
    expect(step(sequence, "overloaded", 3)).toMatchObject({ delayMs: 3_000 });
  });

  it("comes after one that can be asked sooner", () => {
    const sequence = new AttemptSequence([alpha, beta]);
    sequence.first();
    step(sequence, "rate_limited", 30);
    expect(step(sequence, "server_error")).toMatchObject({ target: beta, delayMs: 50 });
  });

  it.each<FailureClass>(["timeout_ttft", "auth", "quota_exhausted", "context_length"])(
    "is not asked again after %s",
    (failureClass) => {
      const sequence = new AttemptSequence([alpha]);
      sequence.first();
      expect(step(sequence, failureClass)).toBeNull();
    },
  );

  it("is passed over in favour of one whose failure may pass", () => {
    const sequence = new AttemptSequence([alpha, beta]);
    sequence.first();
    step(sequence, "server_error");
    expect(step(sequence, "auth")).toMatchObject({ target: alpha });
  });
});

describe("keys of one provider", () => {
  const credentials = [credential("first"), credential("second"), credential("third")];
  const keyed = target("keyed/one", { credentials });
  const sibling = target("keyed/two", { credentials });

  it.each<FailureClass>(["auth", "quota_exhausted", "rate_limited"])("rotate on the same target after %s", (failureClass) => {
    const sequence = new AttemptSequence([keyed, beta]);
    const used = [sequence.first(), step(sequence, failureClass), step(sequence, failureClass), step(sequence, failureClass)];
    expect(used.map((next) => `${next?.target.label ?? ""} ${next?.credential.name ?? ""}`)).toEqual([
      "keyed/one first",
      "keyed/one second",
      "keyed/one third",
      "beta/two only",
    ]);
  });

  it("are not the reason for a server's failure", () => {
    const sequence = new AttemptSequence([keyed, beta]);
    sequence.first();
    expect(step(sequence, "server_error")).toMatchObject({ target: beta });
  });

  it.each<FailureClass>(["auth", "quota_exhausted"])("are dead for the whole request after %s", (failureClass) => {
    const sequence = new AttemptSequence([keyed, sibling]);
    sequence.first();
    step(sequence, failureClass);
    expect(step(sequence, "server_error")).toMatchObject({ target: sibling, credential: { name: "second" } });
  });

  it("are limited for one model, not for the next", () => {
    const sequence = new AttemptSequence([target("keyed/one", { credentials: credentials.slice(0, 1) }), sibling]);
    sequence.first();
    expect(step(sequence, "rate_limited")).toMatchObject({ target: sibling, credential: { name: "first" } });
  });

  it("keep each the pause it was asked for", () => {
    const sequence = new AttemptSequence([target("keyed/one", { credentials: credentials.slice(0, 2) })]);
    sequence.first();
    step(sequence, "rate_limited", 30);
    expect(step(sequence, "rate_limited", 1)).toMatchObject({ credential: { name: "second" }, delayMs: 1_000 });
  });

  it("are not rotated to before the pause they were asked for", () => {
    const sequence = new AttemptSequence([target("keyed/one", { credentials: credentials.slice(0, 2) })]);
    sequence.first();
    step(sequence, "rate_limited", 1);
    step(sequence, "rate_limited", 30);
    expect(step(sequence, "rate_limited", 2)).toMatchObject({ credential: { name: "first" }, delayMs: 2_000 });
  });

  it("that are all dead do not keep another target from being asked again", () => {
    const sequence = new AttemptSequence([
      target("keyed/one", { credentials: credentials.slice(0, 1) }),
      beta,
      target("keyed/two", { credentials: credentials.slice(0, 1) }),
    ]);
    sequence.first();
    step(sequence, "server_error");
    step(sequence, "server_error");
    expect(step(sequence, "auth")).toMatchObject({ target: beta });
  });

  it("leave nothing to try when all are dead", () => {
    const sequence = new AttemptSequence([keyed, sibling]);
    sequence.first();
    for (const _ of credentials.slice(1)) step(sequence, "auth");
    expect(step(sequence, "auth")).toBeNull();
  });
});

it("divides the deadline over the targets that have not been asked", () => {
  const sequence = new AttemptSequence([alpha, beta, target("gamma/three")]);
  sequence.first();
  const left = [sequence.unasked];
  for (let turn = 0; turn < 3; turn += 1) {
    step(sequence, "server_error");
    left.push(sequence.unasked);
  }
  expect(left).toEqual([3, 2, 1, 1]);
});
