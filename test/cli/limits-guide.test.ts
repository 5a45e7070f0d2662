import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { expectCompiled, compileText, document } from "../core/policy/compile-files.ts";

const GUIDE = readFileSync(join(import.meta.dirname, "../../docs/limits.md"), "utf8");
const SERVED =
  document("LLMProvider", "sim", "{ simulator: {} }") +
  document(
    "RoutingPolicy",
    "fast",
    "{ models: [{ name: fast }], rules: [{ name: all, groups: [{ name: g, targets: [{ provider: sim, model: m }] }] }] }",
  );

it("the guide to limits has consumers that compile, and an application that is counted under its team too", async () => {
  const [, yaml = ""] = /^```yaml\n([\s\S]*?)^```$/m.exec(GUIDE) ?? [];
  const { consumers } = expectCompiled(await compileText(SERVED + yaml.replace(/^/, "---\n")));
  const app = consumers.find(({ name }) => name === "billing-app");
  expect(app?.limits.map(({ label }) => label)).toEqual([
    "600 requests per 1m (consumer/billing-app)",
    "200000 tokens per 1m (consumer/billing-app)",
    "50 requests at once (consumer/billing-app)",
    "$250 per month (consumer/billing-app)",
    "5000000 tokens per day for fast, fast-* (consumer/billing-app)",
    "$2500 per month (consumer/finance)",
  ]);
});
