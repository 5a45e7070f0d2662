import { describe, expect, it } from "vitest";
import type { LinkedTarget } from "../../../src/core/policy/linked.ts";
import type { Kills } from "../../../src/core/routing/target-view.ts";
import { TargetOrder } from "../../../src/core/routing/target-order.ts";
import { credential, NOW, routeInOrder, sequencingOf, target, Walk } from "./routing-fixtures.ts";
import { SettableView } from "./settable-view.ts";

const alpha = target("alpha/one");
const beta = target("beta/two");
const keyed = target("keyed/one", { credentials: [credential("first"), credential("second")] });
const LATER = NOW + 4_000;
const keyOf = ({ credentials }: LinkedTarget, index = 0): string => credentials[index]?.id ?? "";

/** A request that is to repeat an attempt after a pause. */
function paused(view: SettableView, route = routeInOrder([alpha])) {
  const walk = new Walk(route, { view });
  const next = walk.fail("server_error");
  if (next === null) return expect.unreachable();
  return { next, sequence: walk.sequence };
}

/** A request that could have asked `beta` beside `alpha`, and did not. */
function begin(view: SettableView): Walk {
  const walk = new Walk(routeInOrder([alpha, beta]), { view });
  const second = walk.sequence.beside(NOW);
  if (second === null) return expect.unreachable();
  walk.sequence.giveBack(second);
  return walk;
}

describe("while the attempt before is under way, a target", () => {
  it("that goes out of rotation is not asked after it", () => {
    const view = new SettableView();
    const order = new TargetOrder(routeInOrder([alpha, beta]), sequencingOf({ view }));
    expect(order.next()).toBe(alpha);
    view.set("beta/two", { standing: "ejected" });
    expect(order.next(LATER)).toBeNull();
  });

  it("that comes back is asked after it, once", () => {
    const view = new SettableView().set("beta/two", { standing: "ejected" });
    const order = new TargetOrder(routeInOrder([alpha, beta]), sequencingOf({ view }));
    expect(order.next()).toBe(alpha);
    view.set("beta/two", { standing: "ready" });
    expect([order.next(LATER), order.next(LATER + 1)]).toEqual([beta, null]);
  });

  it("that is switched off is not asked after it", () => {
    const targets = new Set<string>();
    const kills: Kills = { targets, credentials: new Set(), models: new Set(), callers: new Set() };
    const walk = new Walk(routeInOrder([alpha, beta]), { kills });
    targets.add(beta.id);
    expect(walk.fail("timeout_ttft", null, LATER)).toBeNull();
  });
});

it.each(["rate_limited", "auth"] as const)(
  "a target that is switched off is not asked with its next credential after %s",
  (failureClass) => {
    const targets = new Set<string>();
    const kills: Kills = { targets, credentials: new Set(), models: new Set(), callers: new Set() };
    const walk = new Walk(routeInOrder([keyed, beta]), { kills });
    expect(walk.current?.target).toBe(keyed);
    targets.add(keyed.id);
    expect(walk.fail(failureClass)?.target).toBe(beta);
  },
);

describe("a target out of rotation", () => {
  it("is not repeated after its probe has failed, where another one is in rotation", () => {
    const view = new SettableView().set("alpha/one", { standing: "half-open" });
    const walk = new Walk(routeInOrder([alpha, beta]), { view });
    expect(walk.current?.target).toBe(alpha);
    view.set("alpha/one", { standing: "ejected" });
    expect(walk.fail("server_error")?.target).toBe(beta);
    expect(walk.fail("timeout_ttft")).toBeNull();
  });

  it("is repeated where all of them are out", () => {
    const view = new SettableView().set("alpha/one", { standing: "ejected" });
    expect(new Walk(routeInOrder([alpha]), { view }).fail("server_error")?.target).toBe(alpha);
  });
});

describe("after a pause", () => {
  it("the same attempt is made where nothing has changed", () => {
    const { next, sequence } = paused(new SettableView());
    expect(next.delayMs).toBeGreaterThan(0);
    expect(sequence.resume(next, LATER)).toEqual({ ...next, delayMs: 0 });
  });

  it("a credential that was asked to wait meanwhile waits, or another one is used", () => {
    const view = new SettableView();
    const { next, sequence } = paused(view);
    view.block(keyOf(alpha), LATER + 3_000);
    expect(sequence.resume(next, LATER)).toMatchObject({ target: alpha, delayMs: 3_000 });
    const other = paused(view, routeInOrder([keyed]));
    view.block(keyOf(keyed), LATER + 3_000);
    expect(other.sequence.resume(other.next, LATER)?.credential.id).toBe(keyOf(keyed, 1));
  });

  it("one that went out of rotation meanwhile gives way to another that was asked, and is asked where there is none", () => {
    const view = new SettableView();
    const walk = new Walk(routeInOrder([alpha, beta]), { view });
    walk.fail("server_error");
    const next = walk.fail("server_error");
    if (next === null) return expect.unreachable();
    const other = next.target === alpha ? beta : alpha;
    view.set(next.target.label, { standing: "ejected" });
    expect(walk.sequence.resume(next, LATER)).toMatchObject({ target: other });
    const lonely = new SettableView();
    const alone = paused(lonely);
    lonely.set("alpha/one", { standing: "ejected" });
    expect(alone.sequence.resume(alone.next, LATER)).toMatchObject({ target: alpha, delayMs: 0 });
  });

  it("the request ends where the wait would be too long", () => {
    const view = new SettableView();
    const { next, sequence } = paused(view);
    view.block(keyOf(alpha), LATER + 30_000);
    expect(sequence.resume(next, LATER)).toBeNull();
  });

  it("a target that has come back is asked in place of one that went out of rotation", () => {
    const view = new SettableView().set("beta/two", { standing: "ejected" });
    const { next, sequence } = paused(view, routeInOrder([alpha, beta]));
    expect(next.target).toBe(alpha);
    view.set("alpha/one", { standing: "ejected" }).set("beta/two", { standing: "ready" });
    expect(sequence.resume(next, LATER)).toMatchObject({ target: beta, delayMs: 0 });
  });
});

describe("a second target that was not asked beside the first", () => {
  it("is asked after it", () => {
    expect(begin(new SettableView()).fail("server_error")?.target).toBe(beta);
  });

  it("is not, where it was asked to wait or went out of rotation meanwhile", () => {
    const waiting = new SettableView();
    const walk = begin(waiting);
    waiting.block(keyOf(beta), LATER + 60_000);
    expect(walk.fail("timeout_ttft", null, LATER)).toBeNull();
    const failing = new SettableView();
    const other = begin(failing);
    failing.set("beta/two", { standing: "ejected" });
    expect(other.fail("timeout_ttft", null, LATER)).toBeNull();
  });
});
