import { describe, expect, it } from "vitest";
import type { CompiledPolicy } from "../../../src/core/policy/compiled.ts";
import { describeChange } from "../../../src/core/policy/diff-routes.ts";
import { compileFiles, compileText, expectCompiled, POLICIES_DIRECTORY, readYamlFiles } from "./compile-files.ts";
import { EVERY_DIALECT_FIELD } from "./every-dialect-field.ts";
import { EVERY_ROUTING_FIELD } from "./every-routing-field.ts";

const key = `{ name: ci, id: 4fGq81LmZt0x, hash: "v1:${"0123456789abcdef".repeat(4)}", notBefore: 2026-01-01T00:00:00Z, expires: 2027-01-01T00:00:00Z }`;
const consumer = `apiVersion: fairlead.dev/v1alpha1
kind: Consumer
metadata: { name: app }
spec: { keys: [${key}], tags: { tier: gold }, allow: { models: [chat] } }
`;
const files = [
  ...readYamlFiles(POLICIES_DIRECTORY),
  { path: "app.yaml", text: consumer },
  { path: "dialects.yaml", text: EVERY_DIALECT_FIELD },
  { path: "routing.yaml", text: EVERY_ROUTING_FIELD },
];
const compiled = expectCompiled(await compileFiles(files));

/** Every path to a scalar of a JSON value. */
function leafPaths(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leafPaths(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([name, item]) => leafPaths(item, [...path, name]));
}

/** What stands where there was nothing. */
const INSTEAD_OF_NULL: Readonly<Record<string, unknown>> = {
  price: {
    inputMicroUsdPerMillion: 1,
    outputMicroUsdPerMillion: 1,
    cachedInputMicroUsdPerMillion: 1,
    cacheWriteMicroUsdPerMillion: 1,
  },
  capabilities: [],
  contextTokens: 1,
  maxOutputTokens: 1,
  family: "other",
  trustDomain: "example.internal",
  transactionTokens: { trustDomain: "example.internal" },
  cache: { ttlMs: 1 },
  semantic: { maxFalseHitRate: 0.02, per: "Hit", mode: "Enforce", shadowBudget: 0.03 },
  promptVersion: "7",
  negativeTtlMs: 1,
  auth: { kind: "header", header: "authorization", prefix: "" },
  notBeforeMs: 1,
  expiresMs: 1,
  request: { stream: true },
  time: { days: [1], fromMinute: 0, toMinute: 60, timeZone: "UTC" },
  cel: "request.stream",
  stream: true,
  tools: true,
  images: true,
  audio: true,
  jsonSchema: true,
  minTokens: 1,
  maxTokens: 1,
  splitBy: { kind: "caller" },
  name: "variant",
  prefer: "region",
  region: "eu-central",
  zone: "zone-a",
  jurisdiction: "EU",
  mirror: { percent: 5, target: { provider: "default/berlin", model: "copied", weight: 1, price: null, capabilities: null } },
  redis: { baseUrl: "https://eu1.upstash.io", variable: "UPSTASH_TOKEN", requestRates: "ledger" },
  hedge: { afterPercentile: 95, minDelayMs: 500, maxExtraMicroUsd: null },
  maxExtraMicroUsd: 1,
  maxInputMicroUsdPerMillion: 1,
  maxOutputMicroUsdPerMillion: 1,
  minTokensPerSecond: 1,
  p50: 1,
  p90: 1,
  p99: 1,
};

/** A copy with one field changed. */
function changed(value: unknown, [segment, ...rest]: readonly (string | number)[]): unknown {
  if (typeof value === "boolean") return !value;
  if (segment === undefined) return typeof value === "number" ? value + 1 : `${String(value)}-changed`;
  if (rest.length === 0 && value !== null && typeof value === "object" && Reflect.get(value, segment) === null) {
    return { ...value, [segment]: INSTEAD_OF_NULL[segment] };
  }
  if (Array.isArray(value)) return value.map((item, index) => (index === segment ? changed(item, rest) : item));
  return Object.fromEntries(
    Object.entries(value ?? {}).map(([name, item]) => [name, name === segment ? changed(item, rest) : item]),
  );
}

describe("describeChange", () => {
  it("says nothing about equal policies, whatever their generation", async () => {
    const again = expectCompiled(await compileFiles(files, { epoch: 7, generation: 8 }));
    expect(describeChange(compiled, again)).toEqual([]);
  });

  it("notices a change of every single field of the document", () => {
    const stamps = new Set(["formatVersion", "epoch", "generation", "digest"]);
    const paths = leafPaths(compiled).filter(([first]) => !stamps.has(String(first)));
    expect(paths.length).toBeGreaterThan(400);
    for (const path of paths) {
      // The shape stays what it was; only one field differs.
      const after = changed(compiled, path) as CompiledPolicy;
      expect(describeChange(compiled, after), path.join(".")).not.toEqual([]);
    }
  });

  it("tells a pattern, and not its program", async () => {
    const changedRouting = EVERY_ROUTING_FIELD.replace("^every-[0-9]", "^every-[1-9]");
    const changedFiles = files.map((file) => (file.text === EVERY_ROUTING_FIELD ? { ...file, text: changedRouting } : file));
    const [change = "", ...others] = describeChange(compiled, expectCompiled(await compileFiles(changedFiles)));
    expect(change).toContain("^every-[1-9]");
    expect(change).not.toContain("[3,1,4,1");
    expect(others).toEqual([]);
  });

  it("notices what is added, removed and reordered", () => {
    const [first, ...others] = compiled.routes;
    const turned = first?.variants.map((variant) => ({ ...variant, groups: variant.groups.toReversed() })) ?? [];
    const reversed = first && { ...first, variants: turned };
    expect(describeChange(compiled, { ...compiled, routes: others })).toEqual([`Route ${first?.id ?? ""} is gone.`]);
    expect(describeChange({ ...compiled, routes: others }, compiled)).toEqual([`Route ${first?.id ?? ""} is new.`]);
    expect(describeChange(compiled, { ...compiled, routes: compiled.routes.toReversed() })).toHaveLength(1);
    expect(describeChange(compiled, { ...compiled, routes: reversed ? [reversed, ...others] : [] })).toHaveLength(1);
  });

  it.each([
    ["dialect: bedrock-converse", "dialect: gemini", "destination", "dialects forwarded as they come"],
    ["[openai-chat]", "[openai-chat, openai-responses]", "dialects forwarded as they come"],
    ["stream: /stream/{model}", "stream: /s/{model}", "paths"],
    ["family: house", "family: other", "family of reasoning"],
    ["region: eu-central-1, service: bedrock", "region: eu-west-1, service: bedrock", "auth"],
    ["{ googleServiceAccount: {} }", "{ header: x-api-key }", "auth"],
    ["repair: Disabled", "repair: Enabled", "quirks"],
    ["developerRole: Enabled", "developerRole: Disabled", "quirks"],
    ["capabilities: [tools, vision]", "capabilities: [tools]", "abilities"],
    ["contextTokens: 1000", "contextTokens: 2000", "token limits"],
    ["maxOutputTokens: 100", "maxOutputTokens: 200", "token limits"],
    ['cacheWritePerMillion: "2.5"', 'cacheWritePerMillion: "3"', "prices"],
    ["require: [tools]", "require: [vision]", "capabilities required"],
    ["unsupported: Drop", "unsupported: Refuse", "what a target cannot be told"],
  ])("names what changed from %s to %s", async (from, to, ...facets) => {
    expect(EVERY_DIALECT_FIELD).toContain(from);
    const [before, after] = await Promise.all(
      [EVERY_DIALECT_FIELD, EVERY_DIALECT_FIELD.replace(from, to)].map(async (text) => expectCompiled(await compileText(text))),
    );
    const changes = before === undefined || after === undefined ? [] : describeChange(before, after);
    expect(changes.map((change) => /: ([^:]+) was /.exec(change)?.[1])).toEqual(facets);
  });

  it.each([
    ["models: [every-*]", "models: [every]", "conditions"],
    ["08:00, to: 17:30", "22:00, to: 06:00", "conditions"],
    ["tier: gold, team", "tier: silver, team", "conditions"],
    ["by: { by: Key }", "by: { by: Prefix }", "split by"],
    ["canary, percent: 12.5%", "canary, percent: 2.5%", "groups"],
    ["costWeight: 40%", "costWeight: 50%", "balance"],
    ["header: x-session", "header: x-other", "balance"],
    ["spill: WhenUnavailable", "spill: Never", "locality"],
    ["zone: zone-a", "zone: zone-b", "places"],
    ["priority: Batch", "priority: Interactive", "priority"],
    ["callerPreferences: Allow", "callerPreferences: Ignore", "callers' preferences"],
    ["mirror: { percent: 5%", "mirror: { percent: 6%", "mirror"],
    ["afterPercentile: 90", "afterPercentile: 91", "hedge"],
    ["exact: { ttl: 1h", "exact: { ttl: 2h", "cache"],
    ["maxFalseHitRate: 2%", "maxFalseHitRate: 5%", "cache"],
    ["charge: 25%", "charge: 50%", "cache"],
    ["elsewhere, model: tried", "elsewhere, model: tired", "groups"],
  ])("names what changed in a rule from %s to %s", async (from, to, facet) => {
    expect(EVERY_ROUTING_FIELD).toContain(from);
    const edited = EVERY_ROUTING_FIELD.replaceAll("percent: 87.5%", to.endsWith(" 2.5%") ? "percent: 97.5%" : "percent: 87.5%")
      .replace(from, to)
      .replace("models: [{ name: tried }]", "models: [{ name: tried }, { name: tired }]");
    const original = EVERY_ROUTING_FIELD.replace("models: [{ name: tried }]", "models: [{ name: tried }, { name: tired }]");
    const [before, after] = await Promise.all([original, edited].map(async (text) => expectCompiled(await compileText(text))));
    const changes = before === undefined || after === undefined ? [] : describeChange(before, after);
    expect(new Set(changes.map((change) => /: ([^:]+) was /.exec(change)?.[1]))).toEqual(new Set([facet]));
  });

  it("says what was and what is, in one sentence each", async () => {
    const before = expectCompiled(await compileFiles(files));
    const edited = files.map(({ path, text }) => ({
      path,
      text: text.replace("total: 2m", "total: 3m").replace("revoked: false", ""),
    }));
    expect(describeChange(before, expectCompiled(await compileFiles(edited)))).toEqual([
      "Route default/chat/everyone: total time was 120000 ms, is 180000 ms.",
    ]);
  });

  it("tells a consumer that may call nothing from one that may call everything", async () => {
    const open = expectCompiled(await compileText(consumer.replace(", allow: { models: [chat] }", "")));
    const closed = expectCompiled(await compileText(consumer.replace("[chat]", "[]")));
    expect(describeChange(open, closed)).toEqual([
      expect.stringMatching(/^Consumer default\/app: allowed was \(all\), is .*"models":\[\]/),
    ]);
  });
});
