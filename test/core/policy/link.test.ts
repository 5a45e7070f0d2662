import { describe, expect, it } from "vitest";
import type { LinkedPolicy } from "../../../src/core/policy/linked.ts";
import { RouteTable } from "../../../src/core/policy/route-table.ts";
import { factsOf, orderOf } from "../routing/routing-fixtures.ts";
import { SettableView } from "../routing/settable-view.ts";
import { compileText, document, expectCompiled, linked, linkText } from "./compile-files.ts";

const price = (usd: number): string => `price: { inputPerMillion: "${usd}", outputPerMillion: "${usd}" }`;
const PROVIDERS = [
  ["berlin", "EU", `models: [{ name: a, capabilities: [tools] }, { name: b, capabilities: [vision] }, { name: c }]`],
  ["oregon", "US", `models: [{ name: a, ${price(1)} }, { name: b, ${price(2)} }, { name: c, ${price(8)} }]`],
]
  .map(([name = "", jurisdiction = "", models = ""]) =>
    document(
      "LLMProvider",
      name,
      `{ endpoint: { baseURL: 'https://${name}.example.com' }, location: { jurisdiction: ${jurisdiction} }, ${models} }`,
    ),
  )
  .join("");
const targets = (...names: readonly string[]): string =>
  `targets: [${names.map((name) => `{ provider: ${name.replace("/", ", model: ")} }`).join(", ")}]`;
const policyOf = (model: string, rule: string, { mode = "Enforce", name = "chat" } = {}): string =>
  document("RoutingPolicy", name, `{ mode: ${mode}, models: [{ name: ${model} }], rules: [{ name: main, ${rule} }] }`);

async function routeOf(rule: string) {
  const policy = await linkText(PROVIDERS + policyOf("chat", rule));
  return policy.findRules("default", "chat")?.rules[0]?.variants[0]?.route;
}

const labels = (list: readonly { readonly label: string }[] | undefined) => list?.map(({ label }) => label);

const limited = (limit: string) =>
  routeOf(
    `groups: [{ name: all, balance: { leastCost: { ${limit} } }, ${targets("oregon/c", "oregon/b", "berlin/a", "oregon/a")} }]`,
  );

describe("a rule's targets", () => {
  it("are those inside its jurisdictions, also when all of them are out of rotation", async () => {
    const route = await routeOf(
      `locality: { jurisdictions: [EU] }, groups: [{ name: all, ${targets("oregon/a", "berlin/a")} }, { name: us, ${targets("oregon/b")} }]`,
    );
    expect(labels(route?.targets)).toEqual(["berlin/a"]);
    const view = new SettableView().set("berlin/a", { standing: "ejected" });
    expect(route && orderOf(route, { view })).toEqual(["berlin/a"]);
  });

  it("are those that can do what it requires, or of which nothing is known", async () => {
    const route = await routeOf(`require: [vision], groups: [{ name: all, ${targets("berlin/a", "berlin/b", "berlin/c")} }]`);
    expect(labels(route?.targets)).toEqual(["berlin/b", "berlin/c"]);
  });

  it("are those within the price limits of their balance, of which an unknown price is not one", async () => {
    expect(labels((await limited('maxInputPerMillion: "2"'))?.targets)).toEqual(["oregon/b", "oregon/a"]);
    expect(labels((await limited('maxOutputPerMillion: "1.99"'))?.targets)).toEqual(["oregon/a"]);
    expect(labels((await limited("minTokensPerSecond: 5"))?.targets)).toHaveLength(4);
  });

  it("know their price relative to the median of their group", async () => {
    const route = await routeOf(`groups: [{ name: all, ${targets("oregon/a", "oregon/b", "oregon/c", "berlin/a")} }]`);
    expect(route?.targets.map(({ costFactor }) => costFactor)).toEqual([0.5, 1, 4, 1]);
  });
});

const mirror = (target: string): string => `mirror: { percent: 5%, target: { provider: ${target.replace("/", ", model: ")} } }`;

describe("a copy", () => {
  const groups = `groups: [{ name: all, ${targets("berlin/a")} }]`;

  it("goes to the target that is named, for its share of the requests", async () => {
    expect((await routeOf(`${mirror("oregon/a")}, ${groups}`))?.mirror).toMatchObject({
      share: 0.05,
      target: { label: "oregon/a" },
    });
  });

  it("leaves the jurisdictions of its rule no more than the request does", async () => {
    const inside = "locality: { jurisdictions: [EU] }";
    expect((await routeOf(`${inside}, ${mirror("oregon/a")}, ${groups}`))?.mirror).toBeNull();
    expect((await routeOf(`${inside}, ${mirror("berlin/b")}, ${groups}`))?.mirror).not.toBeNull();
  });
});

const rule = (model: string): string => `groups: [{ name: only, ${targets(model)} }]`;

const firstOf = (policy: LinkedPolicy, model: string, tenant = "default"): string | undefined =>
  policy.findRules(tenant, model)?.rules[0]?.variants[0]?.route.targets[0]?.label;

const rulesNamed = (id: string) => [{ id, matches: [], splitBy: null, variants: [] }];

describe("a virtual model is found", () => {
  it("by its exact name, then by its longest prefix, and by no other tenant", async () => {
    const entries = [["gpt-*", "a"] as const, ["gpt-4*", "b"] as const, ["gpt-4o", "c"] as const];
    const text = entries.map(([name, model], index) => policyOf(name, rule(`berlin/${model}`), { name: `p${index}` })).join("");
    const policy = await linkText(PROVIDERS + text);
    expect(["gpt-4o", "gpt-4o-mini", "gpt-4", "gpt-3", "gpt-"].map((model) => firstOf(policy, model))).toEqual([
      "berlin/c",
      "berlin/b",
      "berlin/b",
      "berlin/a",
      "berlin/a",
    ]);
    expect(["gpt", "claude", "", "__proto__"].map((model) => firstOf(policy, model))).toEqual(Array(4).fill(undefined));
    expect(firstOf(policy, "gpt-4o", "other")).toBeUndefined();
    expect(policy.listModels("default")).toEqual(["gpt-*", "gpt-4*", "gpt-4o"]);
  });

  it("with the shadows beside it, which alone serve nobody", async () => {
    const policy = await linkText(
      PROVIDERS +
        policyOf("chat", rule("berlin/a")) +
        policyOf("chat", rule("berlin/b"), { mode: "Shadow", name: "tried" }) +
        policyOf("alone", rule("berlin/c"), { mode: "Shadow", name: "alone" }),
    );
    expect(policy.findRules("default", "chat")?.shadows.map(([first]) => first?.id)).toEqual(["default/tried/main"]);
    expect(policy.findRules("default", "alone")).toBeNull();
    expect(policy.listModels("default")).toEqual(["chat"]);
  });

  it("with the limits of the name that serves it, and of no other", async () => {
    const rules = "rules: [{ name: main, groups: [{ name: g, targets: [{ provider: sim, model: m }] }] }]";
    const enforced = `[{ name: fast, limits: [{ requests: 5, per: 1m }] }, { name: x-*, budgets: [{ usd: "9", per: day }] }, { name: x-free }]`;
    const shadow = `[{ name: fast, limits: [{ requests: 1, per: 1m }] }]`;
    const text =
      document("LLMProvider", "sim", "{ simulator: {} }") +
      document("RoutingPolicy", "now", `{ models: ${enforced}, ${rules} }`) +
      document("RoutingPolicy", "tried", `{ mode: Shadow, models: ${shadow}, ${rules} }`);
    const policy = linked(expectCompiled(await compileText(text)));
    const told = ["fast", "x-large", "x-free"].map((model) =>
      policy.findRules("default", model)?.limits.map(({ label }) => label),
    );
    expect(told).toEqual([["5 requests per 1m (model/fast)"], ["$9 per day (model/x-*)"], []]);
  });

  it("among ten thousand as among ten", () => {
    const table = new RouteTable();

    for (let index = 0; index < 10_000; index += 1) {
      const name = index % 10 === 0 ? `family-${index}-*` : `model-${index}`;
      table.add({ models: [name], limits: [], mode: "Enforce", rules: rulesNamed(name) });
    }
    for (let index = 0; index < 10_000; index += 1) {
      const name = index % 10 === 0 ? `family-${index}-x` : `model-${index}`;
      expect(table.find(name)?.rules[0]?.id).toBe(index % 10 === 0 ? `family-${index}-*` : name);
    }
    expect(table.find("model-10000")).toBeNull();
    expect(table.find("family-11-x")).toBeNull();
    expect(table.names()).toHaveLength(10_000);
  });
});

it("puts the groups of another virtual model in as they are served, of the same tenant alone", async () => {
  const policy = await linkText(
    PROVIDERS +
      policyOf("chat", `groups: [{ name: own, ${targets("berlin/a")} }, { name: other, model: fast-1 }]`) +
      policyOf("fast-*", `groups: [{ name: own, ${targets("oregon/b")} }]`, { name: "fast" }),
  );
  const route = policy.findRules("default", "chat")?.rules[0]?.variants[0]?.route;
  const rulesOf = (model: string) => policy.findRules("default", model);
  expect(route && orderOf(route, { facts: factsOf(), rulesOf })).toEqual(["berlin/a", "oregon/b"]);
});

it("knows what it has by the whole names that kills go by", async () => {
  const app = document("Consumer", "app", `{ keys: [{ name: ci, id: 4fGq81LmZt0x, hash: "v1:${"0".repeat(64)}" }] }`);
  const keyed = `{ endpoint: { baseURL: 'https://keyed.example.com' }, credentials: [{ name: main, secretKeyRef: { name: keyed, key: key } }] }`;
  const policy = await linkText(PROVIDERS + document("LLMProvider", "keyed", keyed) + app + policyOf("fast-*", rule("keyed/a")));
  expect(policy.names("target", "default/keyed/a")).toBe(true);
  expect(policy.names("model", "default/fast-2")).toBe(true);
  expect(policy.names("credential", "default/keyed#main")).toBe(true);
  expect(policy.names("credential", "default/berlin#none")).toBe(true);
  expect(["default/app", "4fGq81LmZt0x"].map((id) => policy.names("caller", id))).toEqual([true, true]);
  for (const id of [
    "default/keyed/b",
    "keyed/a",
    "default/default/keyed/a",
    "default/fast-*",
    "default/slow",
    "default/keyed#other",
  ]) {
    for (const kind of ["target", "model", "credential", "caller"] as const)
      expect(policy.names(kind, id), `${kind} ${id}`).toBe(false);
  }
});

describe("a document that the compiler would refuse", () => {
  const KEYED = `${document("LLMProvider", "keyed", `{ endpoint: { baseURL: 'https://keyed.example.com/v1' }, credentials: [{ name: main, secretKeyRef: { name: keyed, key: key } }] }`)}${policyOf("chat", `groups: [{ name: all, ${targets("keyed/a")} }]`)}`;

  it.each([
    [
      "reads a variable of the router's own",
      (text: string) => text.replace("KEYED_KEY", "FAIRLEAD_KEY_PEPPER"),
      /reserved_variable/u,
    ],
    [
      "sends a credential to another origin than its own",
      (text: string) => text.replace('"baseUrl":"https://keyed.', '"baseUrl":"https://elsewhere.'),
      /credential_origin_mismatch/u,
    ],
  ])("is not served where it %s", async (_what, edit, refused) => {
    const compiled = expectCompiled(await compileText(KEYED));
    expect(() => linked(compiled)).not.toThrow();
    const edited = edit(JSON.stringify(compiled));
    expect(edited).not.toBe(JSON.stringify(compiled));
    expect(() => linked(JSON.parse(edited))).toThrow(refused);
  });
});
