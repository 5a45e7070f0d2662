import { describe, expect, it } from "vitest";
import { compileText, expectCompiled, firstTarget } from "./compile-files.ts";

const PROVIDERS = `apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: openai }
spec:
  catalogue: openai
  credentials: [{ name: primary, secretKeyRef: { name: openai, key: api-key } }]
  models:
    - { name: gpt-4o* }
    - { name: gpt-4o, capabilities: [vision, tools, vision] }
    - { name: gpt-4o-m*, contextTokens: 9000 }
---
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: voyage }
spec:
  catalogue: voyage
  credentials: [{ name: primary, secretKeyRef: { name: voyage, key: api-key } }]
---
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: pool }
spec: { endpoint: { baseURL: https://llm.example.com/v1 } }
`;

function policyFor(targets: string, rest = ""): string {
  return `${PROVIDERS}---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: chat }
spec: { models: [{ name: chat }], rules: [{ name: main, groups: [{ name: only, targets: [${targets}] }]${rest} }] }
`;
}

async function targetOf(provider: string, model: string, environment: Readonly<Record<string, string>> = {}) {
  const result = await compileText(policyFor(`{ provider: ${provider}, model: ${model} }`), { environment });
  return firstTarget(expectCompiled(result));
}

describe("what is known of a model", () => {
  it("is the catalogue's, fact by fact replaced by the provider's own entries, the most specific first", async () => {
    expect(await targetOf("openai", "gpt-4o-mini")).toMatchObject({
      contextTokens: 9_000,
      maxOutputTokens: 16_384,
      price: { inputMicroUsdPerMillion: 150_000 },
      capabilities: expect.arrayContaining(["tools", "logprobs"]),
    });
    expect(await targetOf("openai", "gpt-4o")).toMatchObject({ capabilities: ["tools", "vision"], contextTokens: 128_000 });
  });

  it("is the row's where the row has no such model", async () => {
    const nothing = { price: null, contextTokens: null, maxOutputTokens: null };
    expect(await targetOf("voyage", "voyage-9")).toMatchObject({ ...nothing, capabilities: ["embeddings"] });
    expect(await targetOf("openai", "gpt-4o", { OPENAI_MODEL: "llama3" })).toMatchObject({ ...nothing, capabilities: null });
  });

  it("is nothing of an endpoint's model that is not listed", async () => {
    expect(await targetOf("pool", "any")).toMatchObject({
      price: null,
      capabilities: null,
      contextTokens: null,
      maxOutputTokens: null,
    });
  });
});

async function problemsOf(targets: string, required: string) {
  const result = await compileText(policyFor(targets, `, require: [${required}]`));
  const problems = result.kind === "compiled" ? result.warnings : result.problems;
  return { kind: result.kind, codes: problems.map(({ code }) => code), found: problems.map(({ found }) => found) };
}

describe("a rule that requires capabilities", () => {
  it("compiles to them, each once and in the order of their table, with what happens to what cannot be said", async () => {
    const text = policyFor("{ provider: openai, model: gpt-4o }", ", require: [vision, tools, vision], unsupported: Drop");
    expect(expectCompiled(await compileText(text)).routes[0]).toMatchObject({
      require: ["tools", "vision"],
      unsupported: "Drop",
    });
  });

  it("is refused when every target lacks one", async () => {
    const targets = "{ provider: openai, model: gpt-4o }, { provider: voyage, model: voyage-4 }";
    expect(await problemsOf(targets, "vision, audio_input")).toEqual({
      kind: "rejected",
      codes: ["no_capable_target"],
      found: ["openai/gpt-4o without audio_input; voyage/voyage-4 without vision and audio_input"],
    });
  });

  it("warns of targets that will never be asked, and of those of which nothing is known", async () => {
    const targets = ["openai, model: gpt-4o", "voyage, model: voyage-4", "pool, model: any"].map(
      (name) => `{ provider: ${name} }`,
    );
    expect(await problemsOf(targets.join(", "), "vision")).toEqual({
      kind: "compiled",
      codes: ["incapable_target", "unknown_capability"],
      found: ["voyage/voyage-4 without vision", "pool/any"],
    });
    expect(await problemsOf("{ provider: pool, model: any }", "logprobs")).toMatchObject({ codes: ["unknown_capability"] });
  });

  it("says nothing where a target's provider is broken or missing, which is reported by itself", async () => {
    expect(await problemsOf("{ provider: nowhere, model: any }", "vision")).toMatchObject({ codes: ["unknown_provider"] });
  });
});
