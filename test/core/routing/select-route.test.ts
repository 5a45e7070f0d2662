import { describe, expect, it } from "vitest";
import { selectRoute } from "../../../src/core/routing/select-route.ts";
import { Trace } from "../../../src/core/routing/trace.ts";
import { document, linkText } from "../policy/compile-files.ts";
import { callerOf, factsOf } from "./routing-fixtures.ts";

const GROUPS = "[{ name: only, targets: [{ provider: sim, model: sim-small }] }]";

async function rulesOf(...rules: readonly string[]) {
  const spec = `{ models: [{ name: chat }], rules: [${rules.join(", ")}] }`;
  const policy = await linkText(document("LLMProvider", "sim", "{ simulator: {} }") + document("RoutingPolicy", "chat", spec));
  return policy.findRules("default", "chat")?.rules ?? [];
}

const ruleOf = (name: string, matches = "") => `{ name: ${name}, groups: ${GROUPS}${matches && `, matches: ${matches}`} }`;

describe("rules", () => {
  const streaming = factsOf({ stream: true });

  it("are tried in order: the first that matches decides", async () => {
    const rules = await rulesOf(
      ruleOf("tools", "[{ request: { tools: true } }]"),
      ruleOf("stream", "[{ request: { stream: true } }]"),
      ruleOf("small", "[{ request: { maxTokens: 1000 } }]"),
      ruleOf("rest"),
    );
    expect(selectRoute(rules, streaming, null)?.id).toBe("default/chat/stream");
    expect(selectRoute(rules, factsOf(), null)?.id).toBe("default/chat/small");
    expect(selectRoute(rules, factsOf({ tokens: 5_000 }), null)?.id).toBe("default/chat/rest");
  });

  it("of which none matches give nothing", async () => {
    expect(selectRoute(await rulesOf(ruleOf("stream", "[{ request: { stream: true } }]")), factsOf(), null)).toBeNull();
    expect(selectRoute([], factsOf(), null)).toBeNull();
  });

  it("are written down with what was found, as far as they were tried", async () => {
    const [tools, stream] = ["[{ request: { tools: true } }]", "[{ request: { stream: false } }]"];
    const rules = await rulesOf(ruleOf("tools", tools), ruleOf("plain", stream), ruleOf("never"));
    const trace = new Trace();
    selectRoute(rules, factsOf(), trace);
    expect(trace.steps.map(({ subject, verdict, reason }) => [subject, verdict, reason])).toEqual([
      ["rule default/chat/tools", "passed over", "request.tools is false, wanted true"],
      ["rule default/chat/plain", "taken", "request.stream is false, wanted false"],
    ]);
  });
});

const key = (index: number) => ({ caller: callerOf({ keyId: `key-${index}` }) });

const session = (index: number) => ({ headers: new Map([["x-session", String(index)]]) });

const prefix = (index: number) => ({ prefix: `conversation ${index}` });

/** Variants by name and percentage, in order. */
function split(variants: Readonly<Record<string, string>>, by = ""): string {
  const list = Object.entries(variants).map(([name, percent]) => `{ name: ${name}, percent: '${percent}', groups: ${GROUPS} }`);
  return `{ name: main, split: { variants: [${list.join(", ")}]${by} } }`;
}

const CALLERS = 100_000;
const callers = Array.from({ length: CALLERS }, (_, index) => factsOf({ caller: callerOf({ consumer: `app-${index}` }) }));

/** The variant that each of the callers gets. */
async function variantsOf(rule: string): Promise<readonly string[]> {
  const rules = await rulesOf(rule);
  return callers.map((facts) => selectRoute(rules, facts, null)?.id.replace("default/chat/main/", "") ?? "nothing");
}

function shareOf(variants: readonly string[], name: string): number {
  return variants.filter((variant) => variant === name).length / CALLERS;
}

describe("a split", () => {
  it.each([
    [{ canary: "10%", stable: "90%" }],
    [{ a: "33.33%", b: "33.33%", c: "33.34%" }],
    [{ none: "0%", all: "100%" }],
    [{ all: "100%", none: "0%" }],
    [{ a: "0.5%", b: "50%", c: "49.5%" }],
  ])("gives %j their shares of the callers within one per cent", async (variants: Readonly<Record<string, string>>) => {
    const got = await variantsOf(split(variants));
    for (const [name, percent] of Object.entries(variants)) {
      expect(Math.abs(shareOf(got, name) - Number.parseFloat(percent) / 100)).toBeLessThan(0.01);
      if (percent === "0%") expect(shareOf(got, name)).toBe(0);
    }
  });

  it.each([
    ["first", (percent: number) => ({ canary: `${percent}%`, stable: `${100 - percent}%` })],
    ["last", (percent: number) => ({ stable: `${100 - percent}%`, canary: `${percent}%` })],
  ])("that grows moves nobody back from its canary, written %s", async (_, variants) => {
    const [small, large] = [await variantsOf(split(variants(10))), await variantsOf(split(variants(20)))];
    expect(small.filter((variant, index) => variant === "canary" && large[index] !== "canary")).toEqual([]);
    expect(Math.abs(shareOf(large, "canary") - 0.2)).toBeLessThan(0.01);
  });

  it("gives a caller the variant it got before a restart or another version", async () => {
    const got = await variantsOf(split({ a: "25%", b: "25%", c: "25%", d: "25%" }));
    expect(got.slice(0, 20).join("")).toBe("cbcddcacbbaacccccaac");
  });

  it("goes by the consumer unless it says otherwise", async () => {
    const halves = { a: "50%", b: "50%" };
    const count = async (by: string, facts: (index: number) => Parameters<typeof factsOf>[0]) => {
      const rules = await rulesOf(split(halves, by));
      return new Set(Array.from({ length: 50 }, (_, index) => selectRoute(rules, factsOf(facts(index)), null)?.id)).size;
    };

    expect([await count("", key), await count(", by: { by: Key }", key)]).toEqual([1, 2]);
    expect([await count("", session), await count(", by: { by: Header, header: x-session }", session)]).toEqual([1, 2]);
    expect([await count("", prefix), await count(", by: { by: Prefix }", prefix)]).toEqual([1, 2]);
  });

  it("is drawn for each rule anew", async () => {
    const rule = split({ a: "50%", b: "50%" });
    const [first, second] = [await variantsOf(rule), await rulesOf(rule.replace("name: main", "name: other"))];
    const other = callers.map((facts) => selectRoute(second, facts, null)?.id.at(-1));
    expect(first.filter((variant, index) => variant === other[index]).length / CALLERS).toBeCloseTo(0.5, 1);
  });

  it("says where the caller is", async () => {
    const trace = new Trace();
    selectRoute(await rulesOf(split({ a: "50%", b: "50%" })), factsOf(), trace);
    expect(trace.steps[1]?.subject).toMatch(/^variant default\/chat\/main\/[ab]$/);
    expect(trace.steps[1]?.reason).toMatch(/^its caller is at \d+\.\d\d% of the split$/);
  });
});
