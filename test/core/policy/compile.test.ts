import { describe, expect, it } from "vitest";
import { compilePattern } from "../../../src/core/expression/compile-pattern.ts";
import { renderProblem } from "../../../src/core/policy/problem.ts";
import {
  compileFiles,
  compileText,
  document,
  expectCompiled,
  firstTarget,
  groupsOf,
  POLICIES_DIRECTORY,
  readYamlFiles,
} from "./compile-files.ts";

const examples = readYamlFiles(POLICIES_DIRECTORY);

const simulator = document("LLMProvider", "sim", "{ simulator: {} }");
const chat = document(
  "RoutingPolicy",
  "chat",
  "{ models: [{ name: chat }], rules: [{ name: main, groups: [{ name: only, targets: [{ provider: sim, model: sim-small }] }] }] }",
);

describe("the example policies", () => {
  it("compile without a warning", async () => {
    const result = await compileFiles(examples);
    expectCompiled(result);
    expect(result.kind === "compiled" && result.warnings).toEqual([]);
  });

  it("serve chat through the named vendors and end at the simulator", async () => {
    const { routes } = expectCompiled(await compileFiles(examples));
    const route = routes.find(({ id }) => id === "default/chat/everyone");
    const groups = groupsOf(route).map((group) => group.map(({ provider, model }) => `${provider} ${model}`));
    expect(groups).toEqual([
      ["default/openai gpt-4o-mini"],
      ["default/anthropic claude-haiku-4-5", "default/gemini gemini-2.5-flash"],
      ["default/simulator sim-small"],
    ]);
    expect(groupsOf(route)[0]?.[0]?.price).toEqual({
      inputMicroUsdPerMillion: 150_000,
      outputMicroUsdPerMillion: 600_000,
      cachedInputMicroUsdPerMillion: 75_000,
      cacheWriteMicroUsdPerMillion: 150_000,
    });
  });
});

describe("determinism", () => {
  it("gives byte-identical output for any order of the files", async () => {
    const forwards = await compileFiles(examples);
    const backwards = await compileFiles(examples.toReversed());
    expect(JSON.stringify(backwards)).toBe(JSON.stringify(forwards));
  });

  it("gives the same digest however documents are spread over files and tags are ordered", async () => {
    const consumer = document("Consumer", "app", "{ tags: { a: x, b: y } }");
    const together = expectCompiled(await compileText(simulator + chat + consumer));
    const apart = await compileFiles([
      { path: "z.yaml", text: consumer.replace("a: x, b: y", "b: y, a: x") },
      { path: "y.yaml", text: chat },
      { path: "x.yaml", text: simulator },
    ]);
    expect(JSON.stringify(expectCompiled(apart))).toBe(JSON.stringify(together));
  });

  it("gives the programs of a rule's patterns with it, in order of the patterns", async () => {
    const cel = "request.model.re2('b+') || re2(request.path, '^a') || request.model.re2('b+')";
    const spec = `{ models: [{ name: chat }], rules: [{ name: main, matches: [{ cel: "${cel}" }, { roles: [ops] }], groups: [{ name: only, targets: [{ provider: sim, model: m }] }] }] }`;
    const { routes } = expectCompiled(await compileText(simulator + document("RoutingPolicy", "chat", spec)));
    expect(routes[0]?.matches.map(({ patterns }) => Object.entries(patterns))).toEqual([
      [
        ["^a", compilePattern("^a")],
        ["b+", compilePattern("b+")],
      ],
      [],
    ]);
  });

  it("keeps epoch and generation out of the digest", async () => {
    const first = expectCompiled(await compileFiles(examples));
    const later = expectCompiled(await compileFiles(examples, { epoch: 3, generation: 9 }));
    expect(later).toMatchObject({ epoch: 3, generation: 9, digest: first.digest });
  });

  it("reports the same problems in the same order for any order of the files", async () => {
    const broken = [
      { path: "b.yaml", text: chat + chat },
      { path: "a.yaml", text: chat },
    ];
    expect(await compileFiles(broken)).toEqual(await compileFiles(broken.toReversed()));
  });
});

const BOOKS = `apiVersion: fairlead.dev/v1alpha1
kind: LLMGateway
metadata: { name: edge }
spec:
  network: { allowPrivate: ["http://127.0.0.1:8079"] }
  ledger: { lease: 30s, redis: { baseURL: "http://127.0.0.1:8079", secretKeyRef: { name: upstash-redis-rest, key: token }, requestRates: UpstashRatelimit } }
`;

it("keeps the books in the Redis that the gateway names, whose token is a variable like any other secret", async () => {
  const result = await compileText(BOOKS);
  expect(expectCompiled(result).gateway.ledger).toEqual({
    leaseMs: 30_000,
    redis: { baseUrl: "http://127.0.0.1:8079", variable: "UPSTASH_REDIS_REST_TOKEN", requestRates: "upstash-ratelimit" },
  });
  expect(result).toMatchObject({ report: { credentialVariables: ["UPSTASH_REDIS_REST_TOKEN"] } });
});

describe("defaults", () => {
  it("are those of the design when nobody says anything", async () => {
    const { gateway, routes } = expectCompiled(await compileText(simulator + chat));
    expect(gateway).toEqual({
      name: "default",
      hosts: [],
      authentication: { keyEnvironments: ["live", "test"], jwt: [], transactionTokens: null },
      roles: [],
      caps: { chatBodyBytes: 4_194_304, embeddingsBodyBytes: 8_388_608, messages: 2_048, tools: 256, liveStreams: 256 },
      retryBudget: { percent: 10, floorPerSecond: 1 },
      location: { region: null, zone: null, jurisdiction: null },
      regions: [],
      explainRoles: [],
      ledger: { leaseMs: 120_000, redis: null },
      admin: { keys: [], isTwoPerson: false },
      cache: { embedder: { kind: "hash" }, shards: 1 },
      idempotency: { concurrent: "Wait", keepMs: 86_400_000 },
    });
    expect(routes[0]).toMatchObject({
      timeouts: { ttftMs: 15_000, idleMs: 30_000, totalMs: 600_000 },
      failover: { maxAttempts: 3, hedge: null },
      mode: "Enforce",
      matches: [],
      splitBy: null,
      variants: [{ name: null, percent: 100, groups: [{ name: "only", balance: { kind: "weighted" } }] }],
      locality: { prefer: null, spill: "when-busy", jurisdictions: [] },
      priority: "interactive",
      callerPreferences: false,
      mirror: null,
      cache: null,
      require: [],
      unsupported: "Refuse",
    });
    expect(routes[0]?.failover.on).toHaveLength(14);
    expect(routes[0]?.failover.on).not.toContain("content_filter");
  });

  it("come from the gateway before they come from us, and shrink to a rule's own total", async () => {
    const gateway = document(
      "LLMGateway",
      "edge",
      "{ defaults: { timeouts: { idle: 5s, ttft: 4s }, failover: { on: [overloaded, auth] } } }",
    );
    const rushed = chat.replace("name: main,", "name: main, timeouts: { total: 3s }, cache: { exact: { ttl: 1500ms } },");
    const { routes } = expectCompiled(await compileText(gateway + simulator + rushed));
    expect(routes[0]).toMatchObject({
      timeouts: { ttftMs: 3_000, idleMs: 3_000, totalMs: 3_000 },
      failover: { on: ["overloaded", "auth"], maxAttempts: 3 },
      cache: { ttlMs: 1_500 },
    });
  });

  it("serve every host as soon as one listener names none", async () => {
    const named = document("LLMGateway", "edge", "{ listeners: [{ name: a, hostnames: [LLM.example.com] }] }");
    expect(expectCompiled(await compileText(named + simulator + chat)).gateway.hosts).toEqual(["llm.example.com"]);
    const open = named.replace("] }] }", "] }, { name: b }] }");
    expect(expectCompiled(await compileText(open + simulator + chat)).gateway.hosts).toEqual([]);
  });
});

describe("the operator's environment", () => {
  const openai = document(
    "LLMProvider",
    "openai",
    "{ catalogue: openai, credentials: [{ name: primary, secretKeyRef: { name: openai, key: api-key } }] }",
  );
  const policy = openai + chat.replace("provider: sim, model: sim-small", "provider: openai, model: gpt-4o-mini");

  it("replaces a base URL, allows its origin and binds the credential to it", async () => {
    const result = await compileText(policy, { environment: { OPENAI_BASE_URL: "http://127.0.0.1:9999/v1/" } });
    expect(expectCompiled(result).providers[0]).toMatchObject({
      baseUrl: "http://127.0.0.1:9999/v1",
      credentials: [{ variable: "OPENAI_API_KEY", origin: "http://127.0.0.1:9999" }],
    });
    expect(result.kind === "compiled" && result.report.overrides).toEqual(["OPENAI_BASE_URL"]);
  });

  it("still refuses metadata addresses and credentials in the URL", async () => {
    for (const [url, code] of [
      ["http://169.254.169.254/v1", "metadata_address"],
      ["http://user:secret@127.0.0.1/v1", "url_credentials"],
      ["http://127.1/v1", "private_address"],
    ]) {
      const result = await compileText(policy, { environment: { OPENAI_BASE_URL: url ?? "" } });
      expect(result).toMatchObject({ kind: "rejected", problems: [{ code, file: "environment", path: "OPENAI_BASE_URL" }] });
      expect(JSON.stringify(result)).not.toContain("secret@");
    }
  });

  it("replaces the model of every target, whose price is then known only from the catalogue", async () => {
    const targetOf = async (model: string) =>
      firstTarget(expectCompiled(await compileText(policy, { environment: { OPENAI_MODEL: model } })));
    expect(await targetOf("llama3")).toMatchObject({ model: "llama3", price: null });
    expect(await targetOf("gpt-4o")).toMatchObject({ model: "gpt-4o", price: { inputMicroUsdPerMillion: 2_500_000 } });
    expect(await compileText(policy, { environment: { OPENAI_MODEL: "a b" } })).toMatchObject({
      problems: [{ code: "invalid_value" }],
    });
  });

  it("counts an empty variable as unset", async () => {
    const result = await compileText(policy, { environment: { OPENAI_BASE_URL: "", OPENAI_MODEL: "" } });
    expect(expectCompiled(result).providers[0]?.baseUrl).toBe("https://api.openai.com/v1");
  });
});

async function authOf(spec: string) {
  const result = await compileText(document("LLMProvider", "pool", `{ ${spec} }`) + simulator + chat);
  return expectCompiled(result).providers[0]?.auth;
}

describe("providers", () => {
  it("send nothing without credentials, a bearer by default, and the bare key in other headers", async () => {
    const credentials = "credentials: [{ name: primary, secretKeyRef: { name: pool, key: token } }]";
    expect(await authOf("endpoint: { baseURL: https://llm.example.com/v1 }")).toBeNull();
    const bearer = await authOf(`endpoint: { baseURL: https://llm.example.com/v1 }, ${credentials}`);
    expect(bearer).toEqual({ kind: "header", header: "authorization", prefix: "Bearer " });
    const bare = await authOf(`endpoint: { baseURL: https://llm.example.com/v1, auth: { header: api-key } }, ${credentials}`);
    expect(bare).toEqual({ kind: "header", header: "api-key", prefix: "" });
  });

  it("may use a private origin that the gateway names, and no other port of it", async () => {
    const gateway = document("LLMGateway", "edge", "{ network: { allowPrivate: [http://10.0.0.7:8000] } }");
    const pool = document("LLMProvider", "pool", "{ endpoint: { baseURL: http://10.0.0.7:8000/v1 } }");
    expect(expectCompiled(await compileText(gateway + pool + simulator + chat)).providers[0]?.baseUrl).toBe(
      "http://10.0.0.7:8000/v1",
    );
    const moved = await compileText(gateway + pool.replace("8000/v1", "8001/v1") + simulator + chat);
    expect(moved).toMatchObject({ kind: "rejected", problems: [{ code: "private_address" }] });
  });

  it("take the price of their own entry before their longest pattern before the catalogue", async () => {
    const entries = [["sim-*", 1] as const, ["sim-sm*", 2] as const, ["sim-x", 3] as const].map(
      ([name, usd]) => `{ name: ${name}, price: { inputPerMillion: "${usd}", outputPerMillion: "0.000001" } }`,
    );
    const models = `[${entries.join(", ")}]`;
    const priced = document("LLMProvider", "sim", `{ simulator: {}, models: ${models} }`);
    const priceOf = async (model: string) =>
      firstTarget(expectCompiled(await compileText(priced + chat.replace("sim-small", model))))?.price;
    expect(await priceOf("sim-large")).toMatchObject({ inputMicroUsdPerMillion: 1_000_000, outputMicroUsdPerMillion: 1 });
    expect(await priceOf("sim-small")).toMatchObject({
      inputMicroUsdPerMillion: 2_000_000,
      cachedInputMicroUsdPerMillion: 2_000_000,
      cacheWriteMicroUsdPerMillion: 2_000_000,
    });
    expect(await priceOf("sim-x")).toMatchObject({ inputMicroUsdPerMillion: 3_000_000 });
  });
});

describe("problems", () => {
  it("of form and of reference come in one run", async () => {
    const broken = chat.replace("provider: sim,", "provider: sym,").replace("name: main,", "name: main, fallover: {},");
    const result = await compileText(simulator + broken);
    expect(result).toMatchObject({
      kind: "rejected",
      problems: [{ code: "unknown_field" }, { code: "unknown_provider", suggestion: "sim" }],
    });
  });

  it("of a provider do not make its references dangle", async () => {
    const broken = simulator.replace("simulator: {}", "simulator: {}, modells: []");
    expect(await compileText(broken + chat)).toMatchObject({
      kind: "rejected",
      problems: [{ code: "unknown_field", suggestion: "models" }],
    });
    const unreadable = await compileText(`${simulator.replace("{ simulator", "{ simulator: [")}${chat}`);
    expect(unreadable.kind === "rejected" && unreadable.problems.map(({ code }) => code)).not.toContain("unknown_provider");
  });

  it("name file, document, line, column, path, finding, what is allowed and the nearest name", async () => {
    const result = await compileText(simulator + chat.replace("provider: sim,", "provider: sin,"));
    const [problem] = result.kind === "rejected" ? result.problems : [];
    expect(problem).toEqual({
      code: "unknown_provider",
      severity: "error",
      file: "policy.yaml",
      document: 2,
      line: 10,
      column: 102,
      path: "spec.rules[0].groups[0].targets[0].provider",
      found: '"sin" in namespace default',
      allowed: ["sim"],
      suggestion: "sim",
      message: expect.stringContaining("did you mean"),
    });
    expect(problem && renderProblem(problem)).toMatch(/^policy\.yaml:10:102 unknown_provider: spec\.rules/);
  });

  it("never print what looks like a key", async () => {
    const key = "sk-proj-abcdefghijklmnopqrstuvwxyz";
    const result = await compileText(
      document("LLMProvider", "openai", `{ catalogue: ${key}, endpoint: { baseURL: https://u:${key}@x.com } }`),
    );
    expect(JSON.stringify(result)).not.toContain("abcdefgh");
  });

  it("are warnings where the policy still works", async () => {
    const gateway = document("LLMGateway", "edge", "{ network: { allowPrivate: ['http://llm.example.com'] } }");
    const keyless = document("LLMProvider", "openai", "{ catalogue: openai }");
    const credentials = "credentials: [{ name: primary, secretKeyRef: { name: pool, key: token } }]";
    const plain = document("LLMProvider", "plain", `{ endpoint: { baseURL: http://llm.example.com/v1 }, ${credentials} }`);
    const other = document("LLMProvider", "other", `{ endpoint: { baseURL: https://llm.example.com/v1 }, ${credentials} }`);
    const consumer = document("Consumer", "app", "{ allow: { models: [chat, chatt, c*] } }");
    const text = gateway + keyless + plain + other + simulator + chat + consumer;
    const result = await compileText(text, { environment: { SIM_BASE_URL: "http://x" } });
    const codes = result.kind === "compiled" ? result.warnings.map(({ code }) => code).toSorted() : [];
    expect(codes).toEqual(["missing_credentials", "plain_http", "shared_secret", "unserved_model", "unused_variable"]);
    expect(await compileText("")).toMatchObject({ kind: "compiled", warnings: [{ code: "no_routes" }] });
    expect(await compileFiles([])).toMatchObject({ kind: "compiled", policy: { routes: [], providers: [], consumers: [] } });
  });
});
