import { stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runCompile } from "../../src/cli/compile.ts";
import type { CompiledPolicy } from "../../src/core/policy/compiled.ts";
import { createWorkplace } from "./temporary-policies.ts";

const SEMANTIC_ROUTE = `
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: faq }
spec:
  models: [{ name: faq }]
  rules:
    - name: everyone
      groups: [{ name: all, targets: [{ provider: simulator, model: sim-small }] }]
      cache: { exact: { ttl: 1h }, semantic: { maxFalseHitRate: 2% } }
`;
const ARGUMENTS = ["policies", "--out", "dist/policy.json"];

it("writes the compiled policy, the same bytes every time", async () => {
  const { io, read } = await createWorkplace();
  expect(await runCompile(ARGUMENTS, io)).toBe(0);
  const first = await read("dist/policy.json");
  const policy = JSON.parse(first) as CompiledPolicy; // our own output, a line above
  expect(policy).toMatchObject({ formatVersion: 5, epoch: 1, generation: 1, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const longAgo = new Date("2020-01-01");
  await utimes(join(io.cwd, "dist/policy.json"), longAgo, longAgo);
  expect(await runCompile(ARGUMENTS, io)).toBe(0);
  expect(await read("dist/policy.json")).toBe(first);
  expect((await stat(join(io.cwd, "dist/policy.json"))).mtime).toEqual(longAgo);
});

it("names secrets and never holds them", async () => {
  const { io, read } = await createWorkplace({ OPENAI_API_KEY: "sk-top-secret" });
  await runCompile(ARGUMENTS, io);
  const text = await read("dist/policy.json");
  expect(text).toContain("OPENAI_API_KEY");
  expect(text).not.toContain("top-secret");
});

it("keeps the good file when the policies have become bad", async () => {
  const { io, err, read, write } = await createWorkplace();
  await runCompile(ARGUMENTS, io);
  const good = await read("dist/policy.json");
  await write("policies/routing.yaml", "kind: RoutingPolicy\n");
  expect(await runCompile(ARGUMENTS, io)).toBe(1);
  expect(await read("dist/policy.json")).toBe(good);
  expect(err.at(-1)).toBe("policies: not compiled; dist/policy.json is unchanged.");
});

it("takes epoch and generation, and explains a wrong command line", async () => {
  const { io, err, read } = await createWorkplace();
  expect(await runCompile([...ARGUMENTS, "--epoch", "2", "--generation", "40"], io)).toBe(0);
  expect(JSON.parse(await read("dist/policy.json"))).toMatchObject({ epoch: 2, generation: 40 });
  for (const args of [
    [],
    ["policies"],
    [...ARGUMENTS, "--epoch", "-1"],
    [...ARGUMENTS, "--epoch", "x"],
    ["a", "b", "--out", "c"],
  ]) {
    expect(await runCompile(args, io), args.join(" ")).toBe(2);
  }
  expect(err.every((line) => line.includes("Usage: fairlead compile"))).toBe(true);
  expect(await runCompile(["nowhere", "--out", "x"], io)).toBe(1);
});

it("writes which store of answers a Worker has: with the semantic tier where a route has one", async () => {
  const { io, read, write } = await createWorkplace();
  const args = [...ARGUMENTS, "--answers", "dist/answers.js"];
  expect(await runCompile(args, io)).toBe(0);
  expect(await read("dist/answers.js")).toMatch(/^export \{ AnswerStore \} from ".*\/answer-store-object\.ts";\n$/u);
  await write("policies/semantic.yaml", SEMANTIC_ROUTE);
  expect(await runCompile(args, io)).toBe(0);
  expect(await read("dist/answers.js")).toMatch(/^export \{ AnswerStore \} from ".*\/semantic-answer-store\.ts";\n$/u);
});

it("writes what a Worker needs to reach the Redis that the policies name, and nothing where they name none", async () => {
  const { io, read, write } = await createWorkplace();
  const args = [...ARGUMENTS, "--redis", "dist/redis.js"];
  expect(await runCompile(args, io)).toBe(0);
  expect(await read("dist/redis.js")).toBe("export default null;\n");
  const ledger = `  ledger: { redis: { baseURL: "https://eu1.upstash.io", secretKeyRef: { name: upstash, key: token } } }`;
  await write("policies/gateway.yaml", `${await read("policies/gateway.yaml")}\n${ledger}\n`);
  expect(await runCompile(args, io)).toBe(0);
  expect(await read("dist/redis.js")).toMatch(/^export \{ default \} from ".*redis-ledger\.ts";\n$/u);
});
