import { expect, it } from "vitest";
import { replay } from "../../../src/pipeline/stages/replay.ts";

const run = { callerRequestId: "mine" };

it("repeats what the first one got under its own headers, at no cost", async () => {
  const headers = { "content-type": "application/json", "x-fairlead-cost": "42", "x-fairlead-request-id": "first" };
  const response = replay({ kind: "answer", headers, body: '{"a":1}' }, run);
  expect(await response.text()).toBe('{"a":1}');
  expect(Object.fromEntries(response.headers)).toEqual({
    ...headers,
    "x-fairlead-cost": "0",
    "x-request-id": "mine",
    "idempotent-replayed": "true",
  });
});

it("repeats a failure that was charged, and says that a repeat is in vain", () => {
  expect(() => replay({ kind: "error", code: "upstream_timeout", message: "Late.", param: null }, run)).toThrow(
    expect.objectContaining({
      code: "upstream_timeout",
      message: "Late.",
      attemptsSpent: true,
      headers: { "idempotent-replayed": "true" },
    }),
  );
});
