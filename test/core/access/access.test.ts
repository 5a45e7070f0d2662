import { describe, expect, it } from "vitest";
import { accessOf, featuresUsed, type Roles } from "../../../src/core/access/access.ts";
import type { CompiledAccess, CompiledUses } from "../../../src/core/policy/compiled-access.ts";
import type { Feature } from "../../../src/core/policy/schema/access.ts";
import { NO_FEATURES } from "../../../src/dialects/canonical/request-features.ts";

const NOW = Date.UTC(2027, 0, 1);
const uses = (stated: Partial<CompiledUses>): CompiledUses => ({
  models: null,
  features: null,
  providers: null,
  regions: null,
  tags: {},
  expiresMs: null,
  ...stated,
});
const target = (label: string, region: string | null = null) => ({ label, location: { region, zone: null, jurisdiction: null } });

interface Described {
  readonly allow?: readonly Partial<CompiledUses>[];
  readonly block?: readonly Partial<CompiledUses>[];
}

const rules = ({ allow = [], block = [] }: Described): CompiledAccess => ({ allow: allow.map(uses), block: block.map(uses) });

function access(own: Described, roles: Readonly<Record<string, Described>> = {}, now = NOW) {
  const known: Roles = new Map(Object.entries(roles).map(([name, described]) => [name, { name, ...rules(described) }]));
  return accessOf(
    { access: rules(own), roles: [...Object.keys(roles), "unlisted"], tags: { tier: "gold" } },
    { now, roles: known },
  );
}

const judge = (own: Described, used: readonly Feature[] = [], model = "fast") =>
  access(own).judge({ model, readFeatures: () => new Set(used) });

const asked = (own: Described, label: string, region: string | null = null): boolean => {
  const judged = judge(own);
  return judged.kind === "allowed" && (judged.targets?.mayAsk(target(label, region)) ?? true);
};

const partition = (own: Described) => {
  const judged = judge(own);
  return judged.kind === "allowed" ? judged.targets?.partition : null;
};

describe("access", () => {
  it("is to everything where nothing is said, and reads nothing of the request", () => {
    const judged = access({}).judge({ model: "any", readFeatures: () => expect.unreachable() });
    expect(judged).toEqual({ kind: "allowed", targets: null });
  });

  it("is denied to everything else once something is allowed", () => {
    expect([judge({ allow: [{ models: ["fa*"] }] }).kind, judge({ allow: [{ models: ["slow"] }] }).kind]).toEqual([
      "allowed",
      "model",
    ]);
  });

  it("is the sum of what a caller and its roles are allowed", () => {
    const both = access({ allow: [{ models: ["one"] }] }, { writer: { allow: [{ models: ["two"] }] } });
    expect(["one", "two", "three"].map((model) => both.mayUse(model))).toEqual([true, true, false]);
  });

  it("stays denied when what was allowed has expired", () => {
    const until = { allow: [{ models: ["fast"], expiresMs: NOW }] };
    expect([access(until, {}, NOW - 1).mayUse("fast"), access(until).mayUse("fast"), access(until).mayUse("slow")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("is blocked whatever allows it, until that expires", () => {
    const own = { allow: [{ models: ["fast"] }], block: [{ models: ["fa*"], expiresMs: NOW + 1 }] };
    expect([access(own).mayUse("fast"), access(own, {}, NOW + 1).mayUse("fast")]).toEqual([false, true]);
  });

  it("counts where the caller has the tags alone", () => {
    expect(access({ allow: [{ tags: { tier: "gold" }, models: ["fast"] }] }).mayUse("fast")).toBe(true);
    expect(access({ allow: [{ tags: { tier: "free" }, models: ["fast"] }] }).mayUse("fast")).toBe(false);
    expect(access({ block: [{ tags: { tier: "free" } }] }).mayUse("fast")).toBe(true);
  });
});

describe("features", () => {
  it("must all be covered by one entry", () => {
    const own = { allow: [{ features: ["tools"] as const }, { features: ["images", "stream"] as const }] };
    expect([[], ["tools"], ["images"], ["stream", "images"]].map((used) => judge(own, used as Feature[]).kind)).toEqual(
      Array.from({ length: 4 }, () => "allowed"),
    );
    expect(judge(own, ["tools", "images"])).toEqual({ kind: "features", features: [] });
    expect(judge(own, ["audio", "tools"])).toEqual({ kind: "features", features: ["audio"] });
  });

  it("that are blocked are named", () => {
    expect(judge({ block: [{ features: ["audio", "images"] }] }, ["images", "tools"])).toEqual({
      kind: "features",
      features: ["images"],
    });
    expect(judge({ block: [{ features: ["images"], models: ["slow"] }] }, ["images"]).kind).toBe("allowed");
  });

  it("of a request that cannot be read may be any", () => {
    const facts = { features: NO_FEATURES, operation: "chat", stream: false } as const;
    expect([...featuresUsed(facts, [])]).toEqual([]);
    expect([...featuresUsed(facts, ["unknown"])]).toEqual(["tools", "images", "audio", "jsonSchema", "reasoning"]);
    expect([...featuresUsed(facts, ["files", "audio"])]).toEqual(["tools", "images", "audio", "jsonSchema", "reasoning"]);
    expect([...featuresUsed(facts, ["audio"])]).toEqual(["audio"]);
    expect([...featuresUsed({ ...facts, operation: "embeddings", stream: true }, [])]).toEqual(["stream", "embeddings"]);
  });
});

describe("targets", () => {
  it("are those of the providers and regions that are allowed", () => {
    const own = { allow: [{ providers: ["openai"] }, { providers: ["pool"], regions: ["eu"] }] };
    expect(asked(own, "openai/gpt")).toBe(true);
    expect(asked(own, "openai-eu/gpt")).toBe(false);
    expect(asked(own, "pool/llama", "eu")).toBe(true);
    expect([asked(own, "pool/llama", "us"), asked(own, "pool/llama")]).toEqual([false, false]);
  });

  it("are not those that are blocked", () => {
    const own = {
      allow: [{ models: ["fast"] }],
      block: [{ regions: ["us"] }, { providers: ["cheap"] }, { models: ["slow"], providers: ["pool"] }],
    };
    expect([asked(own, "a/m", "us"), asked(own, "cheap/m", "eu"), asked(own, "pool/m", "eu"), asked(own, "a/m")]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it("of an entry that does not cover the request count for nothing", () => {
    const own = { allow: [{ models: ["other"] }, { providers: ["pool"], models: ["fast"] }] };
    expect([asked(own, "pool/m"), asked(own, "other/m")]).toEqual([true, false]);
  });

  it("tell stored answers apart", () => {
    expect(partition({ block: [{ providers: ["a"] }] })).not.toBe(partition({ block: [{ providers: ["b"] }] }));
    expect(partition({ allow: [{ providers: ["a"] }] })).not.toBe(partition({ block: [{ providers: ["a"] }] }));
  });
});
