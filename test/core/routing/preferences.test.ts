import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Preferences, readPreferences, routeFor } from "../../../src/core/routing/preferences.ts";
import { TargetOrder } from "../../../src/core/routing/target-order.ts";
import { groupOf, orderOf, priceOf, routeOf, sequencingOf, target } from "./routing-fixtures.ts";
import { SettableView } from "./settable-view.ts";

function read(wish: unknown): Preferences {
  const result = readPreferences(JSON.stringify(wish));
  if (result.kind === "refused") throw new Error(result.message);
  return result.preferences;
}

const small = target("openai/small", { price: priceOf(150_000) });
const large = target("openai/large", { price: priceOf(2_500_000) });
const claude = target("anthropic/claude", { price: priceOf(800_000) });
const own = target("pool/own");
const route = routeOf([groupOf([small, large]), groupOf([claude]), groupOf([own])]);
const ALL = ["openai/small", "openai/large", "anthropic/claude", "pool/own"];

const preferred = (wish: unknown, view = new SettableView()): readonly string[] =>
  orderOf(route, { preferences: read(wish), view, draw: () => 0 });

describe("a caller's wish", () => {
  it.each([
    [{}, ALL],
    [{ order: ["pool", "anthropic"] }, ["pool/own", "anthropic/claude", "openai/small", "openai/large"]],
    [{ order: ["openai/large"] }, ["openai/large", "openai/small", "anthropic/claude", "pool/own"]],
    [{ order: ["openai", "openai/large"] }, ALL],
    [{ order: ["nobody"] }, ALL],
    [{ order: ["pool"], allow_fallbacks: false }, ["pool/own"]],
    [{ allow_fallbacks: false }, ALL],
    [{ only: ["openai"] }, ["openai/small", "openai/large"]],
    [{ only: ["openai/small", "pool"] }, ["openai/small", "pool/own"]],
    [{ ignore: ["openai/small", "pool"] }, ["openai/large", "anthropic/claude"]],
    [{ only: ["openai"], ignore: ["openai"] }, []],
    [{ only: ["open"] }, []],
    [{ sort: "price" }, ["openai/small", "anthropic/claude", "openai/large", "pool/own"]],
    [{ sort: "price", order: ["pool"] }, ["pool/own", "openai/small", "anthropic/claude", "openai/large"]],
    [{ max_price: { prompt: 0.8 } }, ["openai/small", "anthropic/claude"]],
    [{ max_price: { completion: 0.2 } }, ["openai/small"]],
    [{ max_price: { prompt: 5, completion: 0.1 } }, []],
    [{ max_price: {}, order: null, sort: null }, ALL],
  ])("%j gives %j", (wish, order) => {
    expect(preferred(wish)).toEqual(order);
  });

  it("sorts by what was measured", () => {
    const view = new SettableView()
      .set("openai/small", { loadMs: 900, tokensPerSecond: 20 })
      .set("openai/large", { loadMs: 800, tokensPerSecond: 40 })
      .set("anthropic/claude", { loadMs: 700, tokensPerSecond: 80 })
      .set("pool/own", { loadMs: 600, tokensPerSecond: 60 });
    expect(preferred({ sort: "throughput" }, view)).toEqual(["anthropic/claude", "pool/own", "openai/large", "openai/small"]);
    expect(preferred({ sort: "latency" }, view).at(-1)).toBe("openai/small");
  });

  it("does not bring back what is out of rotation, and says so when nobody is left", () => {
    const view = new SettableView().set("pool/own", { standing: "ejected" });
    expect(preferred({ order: ["pool"] }, view)).toEqual(["openai/small", "openai/large", "anthropic/claude"]);
    const order = new TargetOrder(route, sequencingOf({ preferences: read({ only: ["nobody"] }) }));
    expect(order.next()).toBeNull();
    expect(order.noTarget).toEqual({ kind: "preferences" });
  });

  it("holds the parameters it requires", () => {
    expect(read({ require_parameters: true }).requireParameters).toBe(true);
    expect(read({}).requireParameters).toBe(false);
  });
});

describe("a header that is refused", () => {
  const names = Array.from({ length: 33 }, (_, index) => `p${index}`);
  it.each([
    ["nothing", ""],
    ["no JSON", "order=openai"],
    ["a list", "[]"],
    ["null", "null"],
    ["a number", "7"],
    ["a name alone", '"openai"'],
    ["an unknown field", '{"provider":["openai"]}'],
    ["a prototype", '{"__proto__":{"only":["openai"]}}'],
    ["a constructor", '{"constructor":{}}'],
    ["a name instead of a list", '{"order":"openai"}'],
    ["names that are none", '{"only":[1]}'],
    ["a list in a list", '{"ignore":[["openai"]]}'],
    ["too many names", JSON.stringify({ order: names })],
    ["another sort", '{"sort":"random"}'],
    ["a sort of another type", '{"sort":["price"]}'],
    ["a flag of another type", '{"allow_fallbacks":"false"}'],
    ["a flag of another type", '{"require_parameters":1}'],
    ["a bare price", '{"max_price":1}'],
    ["a price as text", '{"max_price":{"prompt":"1"}}'],
    ["a negative price", '{"max_price":{"prompt":-1}}'],
    ["an infinite price", '{"max_price":{"completion":1e999}}'],
    ["too long a text", `{"order":["${"x".repeat(4_096)}"]}`],
    ["too deep a text", `${"[".repeat(2_000)}${"]".repeat(2_000)}`],
  ])("holds %s: %s", (_, text) => {
    const result = readPreferences(text);
    expect(result.kind).toBe("refused");
    expect(result.kind === "refused" && result.message).toMatch(/^'x-fairlead-prefer' cannot be read: .{1,200}$/s);
  });

  it("never throws, whatever it holds", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(["read", "refused"]).toContain(readPreferences(text).kind);
      }),
      { seed: 20_261_124, numRuns: 500 },
    );
  });
});

describe("a route for a caller who requires that a target is told all", () => {
  const dropping = routeOf([groupOf([small])], { callerPreferences: true, unsupported: "Drop" });

  it("drops nothing", () => {
    expect(routeFor(dropping, read({ require_parameters: true }))).toEqual({
      ...dropping,
      unsupported: "Refuse",
    });
  });

  it("is the very same where it drops nothing anyway, where nobody asks, and where callers may not choose", () => {
    const all = read({ require_parameters: true });
    const strict = { ...dropping, unsupported: "Refuse" } as const;
    const deaf = { ...dropping, callerPreferences: false };
    expect(routeFor(strict, all)).toBe(strict);
    expect(routeFor(deaf, all)).toBe(deaf);
    expect(routeFor(dropping, read({}))).toBe(dropping);
    expect(routeFor(dropping, null)).toBe(dropping);
  });
});
