import { describe, expect, it } from "vitest";
import { linkPolicy } from "../../../src/core/policy/link.ts";
import type { LinkedPolicy } from "../../../src/core/policy/linked.ts";
import { DIALECT_FACTS } from "../../../src/dialects/index.ts";
import { compileText, expectCompiled } from "./compile-files.ts";

const RULE = "{ name: main, groups: [{ name: only, targets: [{ provider: tei, model: any }] }] }";

/** A policy whose rule and gateway say that of their caches. */
function policyWith({ embedder = "", rule = "" }: { readonly embedder?: string; readonly rule?: string }): string {
  return `apiVersion: fairlead.dev/v1alpha1
kind: LLMGateway
metadata: { name: edge }
spec: { network: { allowPrivate: ["http://127.0.0.1:8080"] }${embedder === "" ? "" : `, cache: { embedder: ${embedder} }`} }
---
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: tei }
spec:
  endpoint: { baseURL: "http://127.0.0.1:8080/v1" }
  credentials: [{ name: only, secretKeyRef: { name: tei, key: key } }]
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: chat }
spec: { models: [{ name: chat }], rules: [${RULE.replace("name: main,", `name: main, ${rule}`)}] }
`;
}

async function link(text: string, secrets: Readonly<Record<string, string>> = {}): Promise<LinkedPolicy> {
  return linkPolicy(expectCompiled(await compileText(text)), { readSecret: (name) => secrets[name], dialects: DIALECT_FACTS });
}

describe("a rule's cache", () => {
  it("is what it says, with what it leaves out", async () => {
    const rule = "cache: { exact: { ttl: 1h }, semantic: { maxFalseHitRate: 2% }, charge: 25%, tags: [b, a], coalesce: {} },";
    const [route] = expectCompiled(await compileText(policyWith({ rule }))).routes;
    expect(route?.cache).toEqual({
      ttlMs: 3_600_000,
      staleWhileRevalidateMs: 0,
      staleIfErrorMs: 0,
      semantic: { maxFalseHitRate: 0.02, per: "Hit", mode: "Enforce", shadowBudget: 0.03 },
      sharedBy: "Consumer",
      coalesce: true,
      chargeShare: 0.25,
      tags: ["a", "b"],
      promptVersion: null,
      negativeTtlMs: null,
    });
  });

  it("is none where it keeps nothing", async () => {
    const [route] = expectCompiled(await compileText(policyWith({ rule: "cache: {}," }))).routes;
    expect(route?.cache).toBeNull();
  });
});

describe("the embedder", () => {
  const embedder = '{ provider: tei, model: e5, dimensions: 384, prefix: "query: " }';

  it("is asked where its provider is, by its provider's credential", async () => {
    expect((await link(policyWith({ embedder }), { TEI_KEY: "k" })).embedder).toMatchObject({
      kind: "http",
      url: "http://127.0.0.1:8080/v1/embeddings",
      headers: { authorization: "Bearer k" },
      model: "e5",
      dimensions: 384,
      prefix: "query: ",
    });
  });

  it("is none while its provider has no credential, and is local where none is named", async () => {
    expect((await link(policyWith({ embedder }))).embedder).toBeNull();
    expect((await link(policyWith({}))).embedder).toEqual({ kind: "hash" });
    const workersAi = '{ workersAi: { model: "@cf/baai/bge-m3" } }';
    expect((await link(policyWith({ embedder: workersAi }))).embedder).toEqual({
      kind: "workers-ai",
      model: "@cf/baai/bge-m3",
      dimensions: 1_024,
    });
  });
});
