import { describe, expect, it } from "vitest";
import { compileText, document } from "./compile-files.ts";

const PLACES = ["berlin EU", "lyon FR", "oregon US"]
  .map((entry) => {
    const [name = "", jurisdiction = ""] = entry.split(" ");
    return document(
      "LLMProvider",
      name,
      `{ endpoint: { baseURL: 'https://${name}.example.com' }, location: { jurisdiction: ${jurisdiction} } }`,
    );
  })
  .join("");
const NOWHERE = document("LLMProvider", "nowhere", "{ endpoint: { baseURL: 'https://nowhere.example.com' } }");
const group = (provider: string): string => `{ name: ${provider}, targets: [{ provider: ${provider}, model: a }] }`;
const policy = (name: string, rule: string, mode = ""): string =>
  document("RoutingPolicy", name, `{ ${mode} models: [{ name: ${name} }], rules: [{ name: main, ${rule} }] }`);

async function problemsOf(text: string) {
  const result = await compileText(PLACES + NOWHERE + text);
  const problems = result.kind === "compiled" ? result.warnings : result.problems;
  return { kind: result.kind, codes: problems.map(({ code }) => code), found: problems.map(({ found }) => found) };
}

describe("jurisdictions", () => {
  const allowed = "locality: { jurisdictions: [EU, FR] }";

  it("warn of targets outside them, which are never asked, and of a copy that is never sent", async () => {
    const mirror = "mirror: { percent: 5%, target: { provider: oregon, model: copied } }";
    const text = policy("chat", `${allowed}, ${mirror}, groups: [${group("berlin")}, ${group("oregon")}, ${group("nowhere")}]`);
    expect(await problemsOf(text)).toEqual({
      kind: "compiled",
      codes: ["excluded_target", "excluded_target", "excluded_target"],
      found: ["oregon/copied in US", "oregon/a in US", "nowhere/a in no known jurisdiction"],
    });
  });

  it("say nothing where every target is inside one, or none is named", async () => {
    expect(await problemsOf(policy("chat", `${allowed}, groups: [${group("berlin")}, ${group("lyon")}]`))).toMatchObject({
      codes: [],
    });
    expect(await problemsOf(policy("chat", `groups: [${group("oregon")}]`))).toMatchObject({ codes: [] });
  });

  it("refuse a rule none of whose targets is inside", async () => {
    const text = policy("chat", `${allowed}, groups: [${group("oregon")}]`);
    expect(await problemsOf(text)).toMatchObject({ kind: "rejected", codes: ["no_allowed_target"] });
  });
});

const gateway = (spec: string): string => document("LLMGateway", "main", `{ ${spec} }`);
const nearest = (prefer: string): string =>
  policy("chat", `locality: { prefer: ${prefer}, spill: Never }, groups: [${group("berlin")}]`);

/** The warnings of policies that compile. */
async function warningsOf(text: string): Promise<readonly string[]> {
  const result = await compileText(PLACES + text);
  expect(result.kind).toBe("compiled");
  return (result.kind === "compiled" ? result.warnings : []).map(({ code, message }) => `${code}: ${message}`);
}

describe("what is near", () => {
  it.each([
    ["Region", "", "so no target is near: set LLMGateway.spec.location.region or spec.regions"],
    ["Zone", "", "so no target is near: set LLMGateway.spec.location.region and .zone"],
    ["Zone", "location: { region: eu }", "so only the region counts: set LLMGateway.spec.location.region and .zone"],
    [
      "Zone",
      "regions: [{ region: eu, continents: [EU] }]",
      "so only the region counts: set LLMGateway.spec.location.region and .zone",
    ],
  ])("is worth a word for `prefer: %s` under a gateway with {%s}", async (prefer, spec, told) => {
    const warned = [expect.stringMatching(/^unknown_place: spec\.rules\[0\]\.locality\.prefer: /)];
    const found = await warningsOf(gateway(spec) + nearest(prefer));
    expect(found).toEqual(warned);
    expect(found[0]).toContain(told);
    if (spec === "") expect(await warningsOf(nearest(prefer))).toEqual(found);
  });

  it.each([
    ["Region", "location: { region: eu }"],
    ["Region", "regions: [{ region: eu, continents: [EU] }]"],
    ["Zone", "location: { region: eu, zone: a }"],
  ])("is known for `prefer: %s` under a gateway with %s", async (prefer, spec) => {
    expect(await warningsOf(gateway(spec) + nearest(prefer))).toEqual([]);
  });
});

const CHEAP = "{ name: cheap, price: { inputPerMillion: '0.1', outputPerMillion: '0.4' } }";
const DEAR = "{ name: dear, price: { inputPerMillion: '2.5', outputPerMillion: '10' } }";
const PRICED = document(
  "LLMProvider",
  "priced",
  `{ endpoint: { baseURL: 'https://priced.example.com' }, models: [${CHEAP}, ${DEAR}, { name: untold }] }`,
);

/** The cheapest of the models, within limits. */
function cheapest(limits: string, ...names: readonly string[]): string {
  const targets = names.map((name) => `{ provider: priced, model: ${name} }`).join(", ");
  return policy("chat", `groups: [{ name: only, balance: { leastCost: { ${limits} } }, targets: [${targets}] }]`);
}

describe("prices that leastCost allows", () => {
  it("refuse a group of which nobody is left, and say what each costs", async () => {
    expect(await problemsOf(PRICED + cheapest("maxInputPerMillion: '1'", "dear", "untold"))).toEqual({
      kind: "rejected",
      codes: ["no_affordable_target"],
      found: ["priced/dear at $2.5 in and $10 out; priced/untold of unknown price"],
    });
    expect(await problemsOf(PRICED + cheapest("maxOutputPerMillion: '0.3'", "cheap"))).toMatchObject({
      codes: ["no_affordable_target"],
    });
  });

  it("warn of targets whose price is not known, which are never asked, and not of those that are too dear", async () => {
    expect(await problemsOf(PRICED + cheapest("maxInputPerMillion: '1'", "cheap", "untold", "dear"))).toEqual({
      kind: "compiled",
      codes: ["unpriced_target"],
      found: ["priced/untold"],
    });
  });

  it("say nothing where no price is limited, or of a provider that is not there", async () => {
    expect(await problemsOf(PRICED + cheapest("maxTtft: { p90: 2s }", "untold", "dear"))).toMatchObject({ codes: [] });
    expect(await problemsOf(cheapest("maxInputPerMillion: '1'", "cheap"))).toMatchObject({ codes: ["unknown_provider"] });
  });
});

const rule = (callers: string): string => policy("chat", `matches: [{ callers: [${callers}] }], groups: [${group("berlin")}]`);

describe("consumers that a rule names", () => {
  it("are worth a word when there is none of that name in the namespace", async () => {
    const consumer = document("Consumer", "billing", "{}");
    expect(await problemsOf(consumer + rule("billing"))).toMatchObject({ kind: "compiled", codes: [] });
    expect(await problemsOf(consumer + rule("biling"))).toEqual({
      kind: "compiled",
      codes: ["unknown_consumer"],
      found: ['"biling"'],
    });
    const elsewhere = consumer.replace("name: billing", "name: billing, namespace: other");
    expect(await problemsOf(elsewhere + rule("billing"))).toMatchObject({ codes: ["unknown_consumer"] });
  });
});

const to = (...models: readonly string[]): string =>
  `groups: [${models.map((model, index) => `{ name: g${index}, model: ${model} }`).join(", ")}]`;

const eight = (next: number): string => to(...Array.from({ length: 8 }, () => `m${next}`));

describe("virtual models that groups name", () => {
  it("may lead on and join again, as long as nothing leads back", async () => {
    const text = [
      policy("a", to("b", "c", "b")),
      policy("b", to("d")),
      policy("c", to("d")),
      policy("d", `groups: [${group("berlin")}]`),
    ].join("");
    expect(await problemsOf(text)).toMatchObject({ kind: "compiled", codes: [] });
  });

  it("are looked through once, however many ways lead to them", async () => {
    const chain = Array.from({ length: 25 }, (_, index) => policy(`m${index}`, eight(index + 1)));
    const text = chain.join("") + policy("m25", `groups: [${group("berlin")}]`);
    expect(await problemsOf(text)).toMatchObject({ kind: "compiled", codes: [] });
  });

  it("of a loop are named once for each of its groups, and not for those that only lead into it", async () => {
    const text = policy("a", to("b")) + policy("b", to("c")) + policy("c", to("b"));
    expect(await problemsOf(text)).toEqual({
      kind: "rejected",
      codes: ["fallback_cycle", "fallback_cycle"],
      found: ["default/b → default/c → default/b", "default/c → default/b → default/c"],
    });
  });

  it("may be those that a shadow would serve, too: a shadow leads nowhere back", async () => {
    const text =
      policy("a", `groups: [${group("berlin")}]`) + policy("a", to("a"), "mode: Shadow,").replace("name: a }", "name: s }");
    expect(await problemsOf(text)).toMatchObject({ kind: "compiled", codes: [] });
  });
});
