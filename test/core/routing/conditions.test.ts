import { describe, expect, it } from "vitest";
import type { RouteFacts } from "../../../src/core/routing/route-facts.ts";
import { selectRoute } from "../../../src/core/routing/select-route.ts";
import { Trace } from "../../../src/core/routing/trace.ts";
import { compileText, document, expectCompiled, linked, linkText } from "../policy/compile-files.ts";
import { callerOf, factsOf } from "./routing-fixtures.ts";

/** The rules of one policy whose only rule applies when `matches` says so. */
async function rulesFor(matches: string) {
  const groups = "groups: [{ name: only, targets: [{ provider: sim, model: sim-small }] }]";
  const spec = `{ models: [{ name: chat }, { name: chat-* }], rules: [{ name: main, matches: ${matches}, ${groups} }] }`;
  const provider = document("LLMProvider", "sim", "{ simulator: {} }");
  const policy = await linkText(provider + document("RoutingPolicy", "chat", spec));
  return policy.findRules("default", "chat")?.rules ?? [];
}

async function isMatch(matches: string, detail: Partial<RouteFacts> = {}): Promise<boolean> {
  return selectRoute(await rulesFor(matches), factsOf(detail), null) !== null;
}

const gold = { caller: callerOf({ tags: { tier: "gold", team: "blue-2" }, roles: ["dev", "ops"], consumer: "billing" }) };
const headers = (...entries: readonly (readonly [string, string])[]) => ({ headers: new Map(entries) });
const holding = (features: Partial<RouteFacts["features"]>) => ({ features: { ...factsOf().features, ...features } });
const at = (time: string) => ({ now: Date.parse(time) });

type Row = readonly [matches: string, held: Partial<RouteFacts>, not: Partial<RouteFacts>];
const FIELDS: readonly Row[] = [
  ["[{ models: [chat] }]", {}, { model: "chat-2" }],
  ["[{ models: [chat-*] }]", { model: "chat-2" }, {}],
  ["[{ models: [chat-1, chat-2] }]", { model: "chat-2" }, { model: "chat-20" }],
  ["[{ callers: [app, billing] }]", gold, { caller: callerOf({ consumer: "billing2" }) }],
  ["[{ roles: [ops, admin] }]", gold, { caller: callerOf({ roles: ["dev"] }) }],
  ["[{ tags: { tier: gold } }]", gold, { caller: callerOf({ tags: { tier: "silver" } }) }],
  ["[{ tags: { tier: gold } }]", gold, {}],
  ["[{ tags: { tier: '*' } }]", gold, {}],
  ["[{ tags: { team: 'blue-*' } }]", gold, { caller: callerOf({ tags: { team: "blue" } }) }],
  ["[{ headers: { x-team: red } }]", headers(["x-team", "red"]), headers(["x-team", "redder"])],
  ["[{ headers: { x-team: red } }]", headers(["x-team", "red"]), {}],
  ["[{ headers: { x-team: 'red*' } }]", headers(["x-team", "redder"]), headers(["x-team", "re"])],
  ["[{ headers: { x-team: '*' } }]", headers(["x-team", ""]), headers(["x-tea", "red"])],
  ["[{ paths: [/v1/messages] }]", { path: "/v1/messages" }, { path: "/v1/messages/count_tokens" }],
  ["[{ paths: ['/v1beta/*'] }]", { path: "/v1beta/models/x:generateContent" }, { path: "/v1" }],
  ["[{ request: { stream: true } }]", { stream: true }, { stream: false }],
  ["[{ request: { stream: false } }]", { stream: false }, { stream: true }],
  ["[{ request: { tools: true } }]", holding({ tools: true }), {}],
  ["[{ request: { images: true } }]", holding({ images: true }), {}],
  ["[{ request: { audio: false } }]", {}, holding({ audio: true })],
  ["[{ request: { jsonSchema: true } }]", holding({ jsonSchema: true }), {}],
  ["[{ request: { minTokens: 100 } }]", { tokens: 100 }, { tokens: 99 }],
  ["[{ request: { maxTokens: 100 } }]", { tokens: 100 }, { tokens: 101 }],
  ["[{ request: { minTokens: 100, maxTokens: 100 } }]", { tokens: 100 }, { tokens: 0 }],
  ["[{ time: { from: '08:00', to: '18:00' } }]", at("2026-11-24T08:00:00Z"), at("2026-11-24T18:00:00Z")],
  ["[{ time: { from: '22:00', to: '06:00' } }]", at("2026-11-24T05:59:00Z"), at("2026-11-24T06:00:00Z")],
  ["[{ time: { from: '20:00' } }]", at("2026-11-24T23:59:59Z"), at("2026-11-25T00:00:00Z")],
  ["[{ time: { to: '06:00' } }]", at("2026-11-24T00:00:00Z"), at("2026-11-24T06:00:00Z")],
  ["[{ time: { days: [Sun, Sat] } }]", at("2026-11-22T12:00:00Z"), at("2026-11-23T12:00:00Z")],
  ["[{ time: { days: [Mon], timeZone: Europe/Berlin } }]", at("2026-11-22T23:30:00Z"), at("2026-11-22T22:30:00Z")],
  ["[{ cel: 'caller.tags.tier == \"gold\" && request.tokens < 4000' }]", gold, { ...gold, tokens: 4_000 }],
  ["[{ cel: '\"ops\" in caller.roles' }]", gold, {}],
  ['[{ cel: \'request.headers["x-team"] == "red"\' }]', headers(["x-team", "red"]), headers(["x-team", "blue"])],
  ["[{ cel: 're2(request.model, \"^chat-[0-9]+$\")' }]", { model: "chat-12" }, { model: "chat-x" }],
  ["[{ cel: 'request.images || request.messages > 2' }]", holding({ messages: 3 }), holding({ messages: 2 })],
];

describe("a field alone", () => {
  it.each(FIELDS)("%s holds for %o and not for %o", async (matches, held, not) => {
    expect(await isMatch(matches, held)).toBe(true);
    expect(await isMatch(matches, not)).toBe(false);
  });
});

describe("a condition in CEL", () => {
  it.each(["caller.tags.tier == 'gold'", "request.headers['x-team'] == 'red'", "100 / (request.tokens - 100) > 0"])(
    "that cannot be evaluated does not hold: %s",
    async (cel) => {
      expect(await isMatch(`[{ cel: "${cel}" }]`)).toBe(false);
    },
  );

  it("sees no credential", async () => {
    const secret = headers(["authorization", "Bearer secret"], ["x-team", "red"]);
    expect(await isMatch(`[{ cel: "'authorization' in request.headers" }]`, secret)).toBe(false);
    expect(await isMatch(`[{ cel: "request.headers.exists(name, request.headers[name].contains('secret'))" }]`, secret)).toBe(
      false,
    );
    expect(await isMatch(`[{ cel: "size(request.headers) == 1 && request.headers['x-team'] == 'red'" }]`, secret)).toBe(true);
  });

  it("may have patterns that JavaScript's own members are called like", async () => {
    const cel = "request.model.re2('__proto__') || request.model.re2('constructor') || request.model.re2('12')";
    expect(await isMatch(`[{ cel: "${cel}" }]`, { model: "chat-__proto__" })).toBe(true);
    expect(await isMatch(`[{ cel: "${cel}" }]`, { model: "chat-12" })).toBe(true);
    expect(await isMatch(`[{ cel: "${cel}" }]`, { model: "chat-1" })).toBe(false);
  });

  it.each([[{}], [{ "^chat": { prefix: "", needs: "", classes: [0x110000, 0], sets: [], code: [0, 0, 0] } }]])(
    "is refused when the policy holds no program of a pattern: %j",
    async (patterns) => {
      const groups = "groups: [{ name: only, targets: [{ provider: sim, model: sim-small }] }]";
      const cel = "request.model.re2('^chat') && request.path.re2('toString')";
      const spec = `{ models: [{ name: chat }], rules: [{ name: main, matches: [{ cel: "${cel}" }], ${groups} }] }`;
      const provider = document("LLMProvider", "sim", "{ simulator: {} }");
      const policy = expectCompiled(await compileText(provider + document("RoutingPolicy", "chat", spec)));
      const routes = policy.routes.map((route) => ({
        ...route,
        matches: route.matches.map((match) => ({ ...match, patterns })),
      }));
      expect(() => linked({ ...policy, routes })).toThrow(
        `The condition ${cel} cannot be used: the policy has no program of this pattern`,
      );
    },
  );
});

describe("several conditions", () => {
  it("of one entry must all hold, and one entry of several", async () => {
    const both = "[{ tags: { tier: gold, team: 'blue-*' }, roles: [ops], request: { stream: true } }]";
    expect(await isMatch(both, { ...gold, stream: true })).toBe(true);
    expect(await isMatch(both, gold)).toBe(false);
    expect(await isMatch(both, { ...gold, stream: true, caller: callerOf({ tags: gold.caller.tags }) })).toBe(false);
    const either = "[{ tags: { tier: gold } }, { request: { stream: true } }]";
    expect(await isMatch(either, gold)).toBe(true);
    expect(await isMatch(either, { stream: true })).toBe(true);
    expect(await isMatch(either)).toBe(false);
  });

  it("hold in every combination exactly where each of them holds", async () => {
    const parts = [
      ["tags: { tier: gold }", { tags: { tier: "gold" } }],
      ["roles: [ops]", { roles: ["ops"] }],
      ["callers: [billing]", { consumer: "billing" }],
    ] as const;
    const chosen = (bits: number) => parts.filter((_, bit) => (bits & (1 << bit)) !== 0);
    for (let wanted = 0; wanted < 8; wanted += 1) {
      const rules = await rulesFor(
        `[{ ${chosen(wanted)
          .map(([text]) => text)
          .join(", ")} }]`,
      );
      for (let given = 0; given < 8; given += 1) {
        const caller = callerOf(Object.assign({}, ...chosen(given).map(([, facts]) => facts)));
        expect(selectRoute(rules, factsOf({ caller }), null) !== null).toBe((given & wanted) === wanted);
      }
    }
  });
});

it("looks at nothing that no condition asks for", async () => {
  const rules = await rulesFor("[{ tags: { tier: gold } }, { request: { stream: true } }]");
  const facts = Object.defineProperties(factsOf({ stream: true }), {
    features: { get: () => expect.unreachable("A body was read.") },
    tokens: { get: () => expect.unreachable("Tokens were counted.") },
  });
  expect(selectRoute(rules, facts, null)).not.toBeNull();
});

it("says what was found and what was wanted", async () => {
  const matches = "[{ tags: { tier: gold } }, { headers: { x-team: 'red*' } }, { request: { minTokens: 200 } }]";
  const trace = new Trace();
  selectRoute(await rulesFor(matches), factsOf(headers(["x-team", "blue"])), trace);
  expect(trace.steps).toEqual([
    {
      level: 0,
      subject: "rule default/chat/main",
      verdict: "passed over",
      reason:
        "tag tier is not there, wanted gold; and header x-team is blue, wanted red*; and request has about 100 tokens, wanted 200 to any",
    },
  ]);
});
