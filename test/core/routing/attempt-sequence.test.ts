import { describe, expect, it } from "vitest";
import { FAILURE_CLASSES, type FailureClass } from "../../../src/core/failure.ts";
import { credential, failure, groupOf, NOW, routeInOrder, routeOf, target, Walk } from "./routing-fixtures.ts";
import { SettableView } from "./settable-view.ts";

const alpha = target("alpha/one");
const beta = target("beta/two");
const gamma = target("gamma/three");

it("begins with the first target, at once", () => {
  expect(new Walk(routeInOrder([alpha, beta])).current).toMatchObject({ target: alpha, delayMs: 0 });
});

it("has nothing to try without targets", () => {
  const walk = new Walk(routeInOrder([]));
  expect(walk.current).toBeNull();
  expect(walk.sequence.noTarget).toEqual({ kind: "none" });
});

describe("the next target", () => {
  const classes = FAILURE_CLASSES.filter((name) => name !== "context_length");
  it.each(classes)("is asked at once after %s", (failureClass) => {
    expect(new Walk(routeInOrder([alpha, beta])).fail(failureClass)).toMatchObject({ target: beta, delayMs: 0 });
  });

  it("is asked at once although the one before wants a pause", () => {
    expect(new Walk(routeInOrder([alpha, beta])).fail("rate_limited", 30)).toMatchObject({ target: beta, delayMs: 0 });
  });
});

describe("a target that was asked before", () => {
  it("is asked again when there is no other, after full jitter that grows", () => {
    const walk = new Walk(routeInOrder([alpha]));
    const delays = [walk.fail("server_error"), walk.fail("connection"), walk.fail("overloaded")].map((next) => next?.delayMs);
    expect(delays).toEqual([50, 100, 200]);
  });

  it("gets the pause it asked for", () => {
    expect(new Walk(routeInOrder([alpha])).fail("rate_limited", 3)).toMatchObject({ target: alpha, delayMs: 3_000 });
  });

  it("gets the pause whichever key is used, when it is the server that asks", () => {
    const keyed = target("keyed/one", { credentials: [credential("first"), credential("second")] });
    expect(new Walk(routeInOrder([keyed])).fail("overloaded", 3)).toMatchObject({ delayMs: 3_000 });
  });

  it("comes after one that can be asked sooner", () => {
    const walk = new Walk(routeInOrder([alpha, beta]));
    walk.fail("rate_limited", 30);
    expect(walk.fail("server_error")).toMatchObject({ target: beta, delayMs: 50 });
  });

  it.each<FailureClass>(["timeout_ttft", "auth", "quota_exhausted", "context_length"])(
    "is not asked again after %s",
    (failureClass) => {
      expect(new Walk(routeInOrder([alpha])).fail(failureClass)).toBeNull();
    },
  );

  it("is passed over in favour of one whose failure may pass", () => {
    const walk = new Walk(routeInOrder([alpha, beta]));
    walk.fail("server_error");
    expect(walk.fail("auth")).toMatchObject({ target: alpha });
  });

  it("is not asked again when it was passed over because it cannot be asked this", () => {
    const walk = new Walk(routeInOrder([alpha, beta]));
    walk.current = walk.sequence.passOver(NOW);
    expect(walk.current).toMatchObject({ target: beta });
    expect(walk.fail("server_error")).toMatchObject({ target: beta, delayMs: 50 });
  });
});

describe("keys of one provider", () => {
  const credentials = [credential("first"), credential("second"), credential("third")];
  const keyed = target("keyed/one", { credentials });
  const sibling = target("keyed/two", { credentials });

  it.each<FailureClass>(["auth", "quota_exhausted", "rate_limited"])("rotate on the same target after %s", (failureClass) => {
    const walk = new Walk(routeInOrder([keyed, beta]));
    const used = [walk.current, walk.fail(failureClass), walk.fail(failureClass), walk.fail(failureClass)];
    expect(used.map((next) => `${next?.target.label ?? ""} ${next?.credential.name ?? ""}`)).toEqual([
      "keyed/one first",
      "keyed/one second",
      "keyed/one third",
      "beta/two only",
    ]);
  });

  it("are not the reason for a server's failure", () => {
    expect(new Walk(routeInOrder([keyed, beta])).fail("server_error")).toMatchObject({ target: beta });
  });

  it.each<FailureClass>(["auth", "quota_exhausted"])("are dead for the whole request after %s", (failureClass) => {
    const walk = new Walk(routeInOrder([keyed, sibling]));
    walk.fail(failureClass);
    expect(walk.fail("server_error")).toMatchObject({ target: sibling, credential: { name: "second" } });
  });

  it("are limited for one model, not for the next", () => {
    const walk = new Walk(routeInOrder([target("keyed/one", { credentials: credentials.slice(0, 1) }), sibling]));
    expect(walk.fail("rate_limited")).toMatchObject({ target: sibling, credential: { name: "first" } });
  });

  it("keep each the pause it was asked for", () => {
    const walk = new Walk(routeInOrder([target("keyed/one", { credentials: credentials.slice(0, 2) })]));
    walk.fail("rate_limited", 30);
    expect(walk.fail("rate_limited", 1)).toMatchObject({ credential: { name: "second" }, delayMs: 1_000 });
  });

  it("are not rotated to before the pause they were asked for", () => {
    const walk = new Walk(routeInOrder([target("keyed/one", { credentials: credentials.slice(0, 2) })]));
    walk.fail("rate_limited", 1);
    walk.fail("rate_limited", 30);
    expect(walk.fail("rate_limited", 2)).toMatchObject({ credential: { name: "first" }, delayMs: 2_000 });
  });

  it("that are all dead do not keep another target from being asked again", () => {
    const one = { credentials: credentials.slice(0, 1) };
    const walk = new Walk(routeInOrder([target("keyed/one", one), beta, target("keyed/two", one)]));
    walk.fail("server_error");
    walk.fail("server_error");
    expect(walk.fail("auth")).toMatchObject({ target: beta });
  });

  it("leave nothing to try when all are dead", () => {
    const walk = new Walk(routeInOrder([keyed, sibling]));
    for (const _ of credentials.slice(1)) walk.fail("auth");
    expect(walk.fail("auth")).toBeNull();
  });

  it("that must not be used yet are passed over, and waited for when no other can be used", () => {
    const view = new SettableView().block("default/keyed#first", NOW + 4_000);
    const walk = new Walk(routeInOrder([target("keyed/one", { credentials: credentials.slice(0, 2) })]), { view });
    expect(walk.current).toMatchObject({ credential: { name: "second" } });
    view.block("default/keyed#second", NOW + 7_000);
    expect(walk.fail("rate_limited", 7)).toMatchObject({ credential: { name: "first" }, delayMs: 4_000 });
  });

  it("that were switched off are never used", () => {
    const kills = {
      targets: new Set<string>(),
      models: new Set<string>(),
      callers: new Set<string>(),
      credentials: new Set(["default/keyed#first", "default/keyed#third"]),
    };
    const walk = new Walk(routeInOrder([keyed]), { kills });
    expect(walk.current).toMatchObject({ credential: { name: "second" } });
    expect(walk.fail("auth")).toBeNull();
  });
});

const sized = (label: string, contextTokens: number | null) => target(label, { contextTokens });

describe("a conversation that is too long", () => {
  it("goes on to the next target that is known to be larger, past those that are not", () => {
    const route = routeInOrder([sized("a/8k", 8_000), sized("b/unknown", null), sized("c/8k", 8_000), sized("d/32k", 32_000)]);
    expect(new Walk(route).fail("context_length")).toMatchObject({ target: { label: "d/32k" }, delayMs: 0 });
  });

  it("ends when no target is known to be larger", () => {
    expect(new Walk(routeInOrder([sized("a/8k", 8_000), sized("b/unknown", null)])).fail("context_length")).toBeNull();
  });

  it("stays too long for the small ones after another failure", () => {
    const route = routeInOrder([sized("a/8k", 8_000), sized("d/32k", 32_000), sized("c/16k", 8_000)]);
    const walk = new Walk(route);
    walk.fail("context_length");
    expect(walk.fail("server_error")).toMatchObject({ target: { label: "d/32k" }, delayMs: 50 });
  });
});

describe("two attempts beside each other", () => {
  it("are two of those that are allowed", () => {
    const { sequence, current } = new Walk(routeInOrder([alpha, beta, gamma]), {});
    expect(sequence.hasAnother()).toBe(true);
    const second = sequence.beside(NOW);
    expect(second).toMatchObject({ target: beta });
    const limited = new Walk(routeInOrder([alpha, beta, gamma], { maxAttempts: 2 }));
    const other = limited.sequence.beside(NOW);
    if (limited.current === null || other === null || current === null) return expect.unreachable();
    limited.sequence.next(failure("server_error"), NOW, limited.current);
    expect(limited.sequence.next(failure("server_error"), NOW, other)).toBeNull();
  });

  it("lose no target when both fail: what the first failure led to is asked after the second", () => {
    let taken = 0;
    const budget = { recordFirst: () => undefined, tryTake: () => (taken += 1) > 0 };
    const { sequence, current } = new Walk(routeInOrder([alpha, beta, gamma]), { budget });
    const second = sequence.beside(NOW);
    if (current === null || second === null) return expect.unreachable();
    expect(sequence.next(failure("server_error"), NOW, second)).toMatchObject({ target: gamma });
    expect(sequence.next(failure("server_error"), NOW, current)).toMatchObject({ target: gamma });
    expect(taken).toBe(1);
  });

  it("do not go on with what the second failure ruled out", () => {
    const shared = { credentials: [credential("shared")] };
    const route = routeInOrder([alpha, target("keyed/one", shared), target("keyed/two", shared), gamma]);
    const { sequence, current } = new Walk(route);
    const second = sequence.beside(NOW);
    if (current === null || second === null) return expect.unreachable();
    expect(sequence.next(failure("server_error"), NOW, current)).toMatchObject({ target: { label: "keyed/two" } });
    expect(sequence.next(failure("auth"), NOW, second)).toMatchObject({ target: gamma });
  });

  it("need a second target and an attempt to spare", () => {
    expect(new Walk(routeInOrder([alpha])).sequence.hasAnother()).toBe(false);
    expect(new Walk(routeInOrder([alpha, beta], { maxAttempts: 1 })).sequence.hasAnother()).toBe(false);
    const walk = new Walk(routeInOrder([alpha, beta, gamma], { maxAttempts: 2 }));
    walk.fail("server_error");
    expect(walk.sequence.hasAnother()).toBe(false);
  });
});

describe("the deadline is divided", () => {
  it("over the targets that have not been asked", () => {
    const walk = new Walk(routeInOrder([alpha, beta, gamma]));
    const left = [walk.sequence.shares];
    for (let turn = 0; turn < 3; turn += 1) {
      walk.fail("server_error");
      left.push(walk.sequence.shares);
    }
    expect(left).toEqual([3, 2, 1, 1]);
  });

  it("over no more attempts than are allowed", () => {
    const walk = new Walk(routeOf([groupOf([alpha, beta]), groupOf([gamma])], { maxAttempts: 2 }));
    expect(walk.sequence.shares).toBe(2);
    walk.fail("server_error");
    expect(walk.sequence.shares).toBe(1);
  });

  it("over no target that cannot be asked", () => {
    const view = new SettableView().set("beta/two", { standing: "ejected" }).set("gamma/three", { isFull: true });
    expect(new Walk(routeInOrder([alpha, beta, gamma]), { view }).sequence.shares).toBe(1);
  });
});

/** What comes when the key of the attempt that would be made next may not be used. */
function withhold(walk: Walk) {
  return walk.sequence.withhold(walk.current ?? expect.unreachable(), NOW);
}

describe("a key that may not be used", () => {
  const keyed = target("keyed/one", { credentials: [credential("first"), credential("second")] });
  it("is followed by the target's next key, and then by the next target", () => {
    const walk = new Walk(routeInOrder([keyed, alpha]));
    const second = withhold(walk);
    expect(second).toMatchObject({ target: keyed, credential: { name: "second" }, delayMs: 0 });
    expect(walk.sequence.withhold(second ?? expect.unreachable(), NOW)).toMatchObject({ target: alpha, delayMs: 0 });
  });

  it("costs no attempt and no retry, and is not tried again", () => {
    const walk = new Walk(
      routeOf([groupOf([target("keyed/one", { credentials: [credential("only")] })]), groupOf([alpha])], { maxAttempts: 1 }),
    );
    walk.current = withhold(walk);
    expect(walk.current).toMatchObject({ target: alpha });
    expect(walk.fail("server_error")).toBeNull();
    expect(withhold(new Walk(routeInOrder([target("keyed/one", { credentials: [credential("only")] })])))).toBeNull();
  });
});
