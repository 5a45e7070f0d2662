import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CAPABILITIES } from "../../src/core/capability.ts";
import { checkBaseUrl } from "../../src/core/policy/check-base-url.ts";
import { endpointSchema } from "../../src/core/policy/schema/endpoint.ts";
import { labelSchema, modelNameSchema } from "../../src/core/policy/schema/values.ts";
import { CATALOGUE } from "../../src/providers/catalogue.ts";

const TODAY = "2026-11-21";
const rows = Object.entries(CATALOGUE);
const models = rows.flatMap(([row, { models: table }]) =>
  Object.entries(table).map(([name, model]) => [`${row} ${name}`, name, model] as const),
);

describe("the catalogue", () => {
  it("has at least 100 rows, of every dialect that is asked natively", () => {
    expect(rows.length).toBeGreaterThanOrEqual(100);
    expect(new Set(rows.map(([, { dialect }]) => dialect))).toEqual(
      new Set(["openai-chat", "openai-responses", "anthropic-messages", "gemini", "bedrock-converse"]),
    );
  });

  it("lists only destinations a gateway can allow, without trailing slash", () => {
    for (const [name, { baseUrl, baseUrlForm, isSelfHosted }] of rows) {
      expect(baseUrl === null, name).toBe(baseUrlForm !== null);
      const text = (baseUrl ?? baseUrlForm ?? "").replace("{region}", "us-east-1").replace(/[A-Z]{2,}/, "acme");
      const origin = new URL(text).origin;
      const allowed = new Set(isSelfHosted ? [origin] : []);
      expect(checkBaseUrl(text, allowed), name).toMatchObject({ kind: "accepted", isPlainPublic: false });
      expect(text.endsWith("/"), name).toBe(false);
      expect(new URL(text).hostname === "127.0.0.1", name).toBe(isSelfHosted);
    }
  });

  it.each(rows)("%s is a row that policies can name and that names where it comes from", (name, row) => {
    expect(labelSchema.safeParse(name).success).toBe(true);
    expect(row.docs).toMatch(/^https:\/\/[^\s]+$/);
    expect(row.asOf).toMatch(/^20\d\d-(0[1-9]|1[0-2])$/);
    expect(row.asOf <= TODAY.slice(0, 7)).toBe(true);
    expect(row.alsoSpeaks).not.toContain(row.dialect);
    expect(new Set(row.alsoSpeaks).size).toBe(row.alsoSpeaks.length);
    expect(row.capabilities ?? []).toEqual(CAPABILITIES.filter((capability) => row.capabilities?.includes(capability)));
    expect(Object.keys(row.models).length > 0 || row.offersMore).toBe(true);
    const paths = endpointSchema.safeParse({ baseURL: "https://llm.example.com", paths: row.paths });
    expect(paths.success).toBe(true);
  });

  it("mends everyone who imitates OpenAI but whose streams were not found clean", () => {
    const openai = rows.filter(([, { dialect }]) => dialect.startsWith("openai-"));
    const clean = openai.filter(([, { quirks }]) => !quirks.repair).map(([name]) => name);
    expect(clean.toSorted()).toEqual(["azure-openai", "openai", "openai-responses-api"]);
    const others = rows.filter(([, { dialect }]) => !dialect.startsWith("openai-"));
    expect(others.filter(([, { quirks }]) => quirks.repair)).toEqual([]);
  });

  it("replays sealed reasoning only to its author: who imitates a format is a family of its own", () => {
    const authors = new Set(rows.filter(([, { family }]) => family === null).map(([name]) => name));
    expect(authors).toEqual(
      new Set([
        "openai",
        "openai-responses-api",
        "anthropic",
        "azure-anthropic",
        "bedrock-mantle-anthropic",
        "gemini",
        "vertex-gemini",
        "vertex-gemini-express",
        "bedrock",
        "bedrock-api-key",
      ]),
    );
  });
});

describe("price tables", () => {
  it("hold at least 200 models of at least 15 providers", () => {
    expect(new Set(models.map(([, , { source }]) => new URL(source).hostname)).size).toBeGreaterThanOrEqual(15);
    expect(new Set(models.map(([, name, { source }]) => `${source} ${name}`)).size).toBeGreaterThanOrEqual(200);
  });

  it.each(models)("%s says what it costs in whole micro-dollars, where that stands and when it did", (_, name, model) => {
    const { inputMicroUsdPerMillion: input, cachedInputMicroUsdPerMillion: cached } = model.price;
    expect(modelNameSchema.safeParse(name).success).toBe(true);
    expect(Object.values(model.price).every((amount) => Number.isSafeInteger(amount) && amount >= 0)).toBe(true);
    expect(cached).toBeLessThanOrEqual(input);
    expect(model.source).toMatch(/^https:\/\/[^\s]+$/);
    expect(model.asOf).toMatch(/^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/);
    expect(model.asOf <= TODAY).toBe(true);
    expect(Number.isSafeInteger(model.contextTokens) && model.contextTokens > 0).toBe(true);
    expect(model.maxOutputTokens ?? 1).toBeGreaterThan(0);
    expect(model.maxOutputTokens ?? 1).toBeLessThanOrEqual(model.contextTokens);
    expect((model.capabilities ?? []).every((capability) => CAPABILITIES.includes(capability))).toBe(true);
  });

  it("charge cache writes of Claude one and a quarter of the input price, and everyone else's at least as much as input", () => {
    for (const [label, name, { price }] of models) {
      const { inputMicroUsdPerMillion: input, cacheWriteMicroUsdPerMillion: write } = price;
      if (name.includes("claude")) expect(write, label).toBe(Math.round(input * 1.25));
      else expect(write, label).toBeGreaterThanOrEqual(input);
    }
    expect(CATALOGUE["anthropic"]?.models["claude-haiku-4-5"]?.price).toEqual({
      inputMicroUsdPerMillion: 1_000_000,
      outputMicroUsdPerMillion: 5_000_000,
      cachedInputMicroUsdPerMillion: 100_000,
      cacheWriteMicroUsdPerMillion: 1_250_000,
      cacheWriteHourMicroUsdPerMillion: 2_000_000,
    });
  });

  it("give embeddings no output price and no other capability", () => {
    const embeddings = models.filter(([, , { capabilities }]) => capabilities?.includes("embeddings") === true);
    expect(embeddings.length).toBeGreaterThan(10);
    for (const [label, , { capabilities, price }] of embeddings) {
      expect(capabilities, label).toEqual(["embeddings"]);
      expect(price.outputMicroUsdPerMillion, label).toBe(0);
    }
  });
});

describe("the guide to adding a provider", () => {
  const root = join(import.meta.dirname, "../..");
  const guide = readFileSync(join(root, "src/providers/README.md"), "utf8");
  const diffs = [...guide.matchAll(/```diff\n--- a\/(\S+)\n[^\n]+\n([^`]+)```/g)];

  it("shows rows as they stand", () => {
    expect(diffs).toHaveLength(2);
    for (const [, path = "", body = ""] of diffs) {
      const source = readFileSync(join(root, path), "utf8");
      const added = body.split("\n").flatMap((line) => (line.startsWith("+") ? [line.slice(1)] : []));
      expect(added.length).toBeGreaterThan(4);
      expect(added.filter((line) => !source.split("\n").includes(line))).toEqual([]);
    }
  });

  it("names a recording that is there", () => {
    const [folder] = /router-pyd-huggingface-\w+/.exec(guide) ?? [];
    expect(existsSync(join(root, "test/fixtures/openai-compat", folder ?? "missing", "case.json"))).toBe(true);
  });
});
