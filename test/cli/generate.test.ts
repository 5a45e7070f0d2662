import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { generateFiles, runGenerate, staleFiles } from "../../src/cli/generate.ts";
import { toStructuralSchema } from "../../src/cli/structural-schema.ts";
import { createWorkplace } from "./temporary-policies.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("generated files", () => {
  it("are fresh; otherwise run `npx fairlead generate`", async () => {
    expect(await staleFiles(ROOT)).toEqual([]);
  });

  it("are written once and then reported as fresh", async () => {
    const { io, out, err } = await createWorkplace();
    expect(await runGenerate(["--check"], io)).toBe(1);
    expect(err[0]).toContain("is stale");
    expect(await runGenerate([], io)).toBe(0);
    expect(out.at(-1)).toMatch(/^13 generated files, \d+ changed\.$/);
    expect(await runGenerate(["--check"], io)).toBe(0);
    expect(await runGenerate(["--wrong"], io)).toBe(2);
  });
});

/** Every schema object of a tree, with its path. */
function nodes(value: unknown, path = "$"): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
  if (typeof value !== "object" || value === null) return [];
  const node = value as Readonly<Record<string, unknown>>; // parsed YAML, walked as it comes
  return [[path, node] as const, ...Object.entries(node).flatMap(([name, child]) => nodes(child, `${path}.${name}`))];
}

describe("custom resource definitions", () => {
  const definitions = [...generateFiles()].filter(([path]) => path.startsWith("deploy/crds/"));

  it.each(definitions)("%s is structural", (_, text) => {
    const all = nodes(parse(text));
    for (const [path, node] of all) {
      for (const word of ["$ref", "anyOf", "oneOf", "allOf", "propertyNames", "const"])
        expect(node, path).not.toHaveProperty(word);
      expect(node["additionalProperties"], path).not.toBe(false);
      if (node["properties"] !== undefined) expect(node["type"], path).toBe("object");
    }
    expect(all.length).toBeGreaterThan(50);
  });

  it.each(definitions)("%s bounds every list and text of the spec, and describes every field", (_, text) => {
    const schema: unknown = parse(text).spec.versions[0].schema.openAPIV3Schema.properties.spec;
    for (const [path, node] of nodes(schema)) {
      if (node["type"] === "array") expect(node, path).toHaveProperty("maxItems");
      if (node["type"] === "string" && node["enum"] === undefined) expect(node, path).toHaveProperty("maxLength");
      if (/\.properties\.[^.]+$/.test(path)) expect(node, path).toHaveProperty("description");
    }
  });

  it("name group, version, category and status", () => {
    const definition: unknown = parse(generateFiles().get("deploy/crds/routing-policy.yaml") ?? "");
    expect(definition).toMatchObject({
      metadata: { name: "routingpolicies.fairlead.dev" },
      spec: {
        group: "fairlead.dev",
        scope: "Namespaced",
        names: { kind: "RoutingPolicy", shortNames: ["rp"], categories: ["fairlead"] },
        versions: [{ name: "v1alpha1", served: true, storage: true, subresources: { status: {} } }],
      },
    });
  });
});

describe("toStructuralSchema", () => {
  it("strips additionalProperties: false and keeps descriptions and bounds", () => {
    const schema = z.strictObject({ a: z.int().min(1).max(3).optional().describe("A.") });
    expect(toStructuralSchema(schema)).toEqual({
      type: "object",
      properties: { a: { type: "integer", minimum: 1, maximum: 3, description: "A." } },
    });
  });

  it("turns records into maps without propertyNames", () => {
    expect(toStructuralSchema(z.record(z.string().max(5), z.string()))).toEqual({
      type: "object",
      additionalProperties: { type: "string" },
    });
  });

  it.each([
    ["a union", z.strictObject({ a: z.array(z.union([z.string(), z.int()])) })],
    ["a reference", z.strictObject({ a: z.array(z.strictObject({ b: z.unknown() })) })],
  ])("refuses %s and names its path", (_, schema) => {
    expect(() => toStructuralSchema(schema)).toThrow("$.a[]");
  });
});

describe("editor schemas", () => {
  it("pick the kind's schema and hold no Kubernetes words", () => {
    const files = generateFiles();
    const policy: unknown = JSON.parse(files.get("policies/schema/policy.schema.json") ?? "");
    const references = nodes(policy).flatMap(([, node]) => node["$ref"] ?? []);
    expect(references).toEqual(
      ["llm-gateway", "llm-provider", "routing-policy", "consumer"].map((file) => `${file}.schema.json`),
    );
    const provider = files.get("policies/schema/llm-provider.schema.json") ?? "";
    expect(provider).not.toContain("x-kubernetes");
    expect(JSON.parse(provider)).toMatchObject({
      additionalProperties: false,
      properties: { spec: { oneOf: [{ required: ["catalogue"] }, {}, {}] } },
    });
  });

  it("refuse unknown fields everywhere", () => {
    for (const [path, text] of generateFiles()) {
      if (!path.endsWith(".schema.json") || path.endsWith("/policy.schema.json")) continue;
      const objects = nodes(JSON.parse(text)).filter(([, node]) => node["type"] === "object");
      expect(objects.length, path).toBeGreaterThan(1);
      for (const [place, node] of objects) expect(node, `${path} ${place}`).toHaveProperty("additionalProperties");
    }
  });
});
