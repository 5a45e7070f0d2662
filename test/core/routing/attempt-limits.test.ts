import { describe, expect, it } from "vitest";
import { FAILURE_CLASSES } from "../../../src/core/failure.ts";
import { createRetryBudget } from "../../../src/core/routing/retry-budget.ts";
import { createDraw } from "../../conformance/faults/draws.ts";
import { credential, NOW, routeInOrder, target, Walk } from "./routing-fixtures.ts";
import { SettableView } from "./settable-view.ts";

const alpha = target("alpha/one");
const beta = target("beta/two");
const keyed = target("keyed/one", { credentials: [credential("first"), credential("second")] });

describe("a request ends", () => {
  it.each(FAILURE_CLASSES)("after %s, where policy does not fail over on it", (failureClass) => {
    const failoverOn = new Set(FAILURE_CLASSES.filter((name) => name !== failureClass));
    expect(new Walk(routeInOrder([alpha, beta], { failoverOn })).fail(failureClass)).toBeNull();
  });

  it("when its attempts are spent, other keys of the same target included", () => {
    for (const maxAttempts of [1, 2, 3]) {
      const walk = new Walk(routeInOrder([keyed, alpha, beta], { maxAttempts }));
      let made = 1;
      while (walk.fail("rate_limited") !== null) made += 1;
      expect(made).toBe(maxAttempts);
    }
  });

  it("when the wait would reach its deadline", () => {
    const deadline = NOW + 3_000;
    expect(new Walk(routeInOrder([alpha]), { deadline }).fail("rate_limited", 3)).toBeNull();
    expect(new Walk(routeInOrder([alpha]), { deadline }).fail("rate_limited", 2.9)).toMatchObject({ delayMs: 2_900 });
    expect(new Walk(routeInOrder([alpha, beta]), { deadline }).fail("server_error", null, deadline)).toBeNull();
  });

  it("rather than wait for longer than ten seconds", () => {
    expect(new Walk(routeInOrder([alpha])).fail("rate_limited", 10)).toMatchObject({ delayMs: 10_000 });
    expect(new Walk(routeInOrder([alpha])).fail("rate_limited", 10.1)).toBeNull();
  });
});

describe("the retry budget", () => {
  const empty = { recordFirst: () => undefined, tryTake: () => false };

  it("bounds the next target as it bounds repeats and other keys", () => {
    expect(new Walk(routeInOrder([alpha, beta]), { budget: empty }).fail("server_error")).toBeNull();
    expect(new Walk(routeInOrder([alpha]), { budget: empty }).fail("server_error")).toBeNull();
    expect(new Walk(routeInOrder([keyed]), { budget: empty }).fail("rate_limited")).toBeNull();
  });

  it("is not needed after a refused credential, which says nothing about load", () => {
    const walk = new Walk(routeInOrder([keyed, alpha]), { budget: empty });
    expect(walk.fail("auth")).toMatchObject({ credential: { name: "second" } });
    expect(walk.fail("auth")).toMatchObject({ target: alpha });
  });

  it("is not spent on what is not tried", () => {
    const budget = createRetryBudget({ percent: 0, floorPerSecond: 0.1 });
    expect(new Walk(routeInOrder([alpha]), { budget }).fail("timeout_ttft")).toBeNull();
    expect(new Walk(routeInOrder([alpha], { maxAttempts: 1 }), { budget }).fail("server_error")).toBeNull();
    expect(new Walk(routeInOrder([alpha]), { budget }).fail("rate_limited", 60)).toBeNull();
    expect(budget.tryTake(NOW, false)).toBe(true);
  });
});

it("never uses a credential where it is blocked, whatever fails and however long it takes", () => {
  const draw = createDraw(20_261_123);
  const targets = ["one", "two", "three"].map((model) => target(`keyed/${model}`, { credentials: keyed.credentials }));
  for (let round = 0; round < 500; round += 1) {
    let now = NOW;
    const view = new SettableView();
    const block = (label: string, id: string): void => void view.block(id, now + Math.floor(draw() * 4) * 1_000, label);
    for (const { label } of targets) for (const { id } of keyed.credentials) block(label, id);
    const walk = new Walk(routeInOrder(targets), { view, draw });
    for (let next = walk.current; next !== null;) {
      now += next.delayMs;
      expect(view.blockedUntil(next.target.id, next.credential.id)).toBeLessThanOrEqual(now);
      block(next.target.label, next.credential.id);
      next = walk.fail(FAILURE_CLASSES[Math.floor(draw() * FAILURE_CLASSES.length)] ?? "server_error", null, now);
    }
  }
});
