import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Embedder } from "../../src/core/cache/embedder.ts";
import { linkPolicy } from "../../src/core/policy/link.ts";
import { DIALECT_FACTS } from "../../src/dialects/index.ts";
import { compileText, expectCompiled } from "../core/policy/compile-files.ts";

const GUIDE = readFileSync(join(import.meta.dirname, "../../docs/embedders.md"), "utf8");
const [OWN = "", WORKERS_AI = "", PROVIDER = ""] = [...GUIDE.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml]) => yaml);

/** A gateway with a line of the guide, beside a provider of the catalogue. */
function gatewayWith(line: string): string {
  return `apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: openai }
spec: { catalogue: openai, credentials: [{ name: only, secretKeyRef: { name: openai, key: api-key } }] }
---
apiVersion: fairlead.dev/v1alpha1
kind: LLMGateway
metadata: { name: local }
spec:
  cache:
    ${line}`;
}

async function embedderOf(text: string): Promise<Embedder | null> {
  const policy = expectCompiled(await compileText(text));
  return linkPolicy(policy, { readSecret: () => "secret", dialects: DIALECT_FACTS }).embedder;
}

it("the guide to embedders has policies that compile, and what they say is asked", async () => {
  expect(await embedderOf(OWN)).toMatchObject({
    kind: "http",
    url: "http://127.0.0.1:8100/v1/embeddings",
    dimensions: 384,
    prefix: "",
  });
  expect(await embedderOf(gatewayWith(WORKERS_AI))).toEqual({ kind: "workers-ai", model: "@cf/baai/bge-m3", dimensions: 1_024 });
  const headers = { authorization: "Bearer secret" };
  expect(await embedderOf(gatewayWith(PROVIDER))).toMatchObject({
    kind: "http",
    model: "text-embedding-3-small",
    dimensions: 512,
    headers,
  });
});
