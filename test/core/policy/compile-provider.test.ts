import { describe, expect, it } from "vitest";
import type { CompiledProvider } from "../../../src/core/policy/compiled.ts";
import { compileText, expectCompiled } from "./compile-files.ts";

const CREDENTIALS = "credentials: [{ name: primary, secretKeyRef: { name: pool, key: token } }]";
const ENDPOINT_QUIRKS = {
  streamUsage: true,
  repair: true,
  maxTokensField: "max_tokens",
  developerRole: false,
  callIds: "any",
  anthropicVersion: "2023-06-01",
};

async function compileSpec(spec: string, environment: Readonly<Record<string, string>> = {}): Promise<CompiledProvider> {
  const text = `apiVersion: fairlead.dev/v1alpha1\nkind: LLMProvider\nmetadata: { name: pool }\nspec: { ${spec} }\n`;
  const [provider] = expectCompiled(await compileText(text, { environment })).providers;
  if (provider === undefined) throw new Error("No provider was compiled.");
  return provider;
}

describe("an endpoint", () => {
  it("of which nothing but its address is said speaks openai-chat, is mended, and is asked for what most know", async () => {
    expect(await compileSpec("endpoint: { baseURL: https://llm.example.com/v1 }")).toMatchObject({
      dialect: "openai-chat",
      natives: ["openai-chat"],
      family: null,
      paths: {},
      auth: null,
      quirks: ENDPOINT_QUIRKS,
    });
  });

  it.each([
    ["openai-chat", true],
    ["openai-responses", true],
    ["openai-completions", true],
    ["anthropic-messages", false],
    ["gemini", false],
    ["bedrock-converse", false],
  ])("of dialect %s is mended unless told otherwise: %s", async (dialect, repair) => {
    const endpoint = `endpoint: { baseURL: https://llm.example.com/v1, dialect: ${dialect} }`;
    expect((await compileSpec(endpoint)).quirks.repair).toBe(repair);
    expect((await compileSpec(`${endpoint}, repair: ${repair ? "Disabled" : "Enabled"}`)).quirks.repair).toBe(!repair);
  });

  it("keeps what it says of itself, its own dialect first", async () => {
    const spec = `endpoint: { baseURL: https://llm.example.com, alsoSpeaks: [openai-responses, anthropic-messages], family: house,
      paths: { chat: "/v2/chat?api-version=2026-01", count_tokens: "/count/{model}" }, maxTokensField: max_completion_tokens,
      developerRole: "Enabled", callIds: Alnum9, streamUsage: "Disabled", anthropicVersion: 2026-10-21 }`;
    expect(await compileSpec(spec)).toMatchObject({
      natives: ["openai-chat", "openai-responses", "anthropic-messages"],
      family: "house",
      paths: { chat: "/v2/chat?api-version=2026-01", count_tokens: "/count/{model}" },
      quirks: {
        streamUsage: false,
        repair: true,
        maxTokensField: "max_completion_tokens",
        developerRole: true,
        callIds: "alnum9",
        anthropicVersion: "2026-10-21",
      },
    });
  });

  it("is signed for, or sent a service account's token, when it says so", async () => {
    const at = "endpoint: { baseURL: https://llm.example.com, auth:";
    expect((await compileSpec(`${at} { sigv4: { region: eu-west-1, service: bedrock } } }, ${CREDENTIALS}`)).auth).toEqual({
      kind: "sigv4",
      region: "eu-west-1",
      service: "bedrock",
    });
    const named = await compileSpec(`${at} { sigv4: { region: us-gov-west-1, service: execute-api } } }, ${CREDENTIALS}`);
    expect(named.auth).toMatchObject({ region: "us-gov-west-1", service: "execute-api" });
    const google = await compileSpec(`${at} { googleServiceAccount: {} } }, ${CREDENTIALS}`);
    expect(google.auth).toEqual({ kind: "google-service-account" });
  });

  it("keeps the dialects its policy states wherever the environment moves it", async () => {
    const spec = "endpoint: { baseURL: https://llm.example.com/v1, alsoSpeaks: [openai-responses] }";
    const moved = await compileSpec(spec, { POOL_BASE_URL: "http://127.0.0.1:9999/v1" });
    expect(moved.natives).toEqual(["openai-chat", "openai-responses"]);
  });
});

describe("a simulator", () => {
  it("speaks openai-chat, cleanly", async () => {
    expect(await compileSpec("simulator: {}")).toMatchObject({
      natives: ["openai-chat"],
      quirks: { ...ENDPOINT_QUIRKS, repair: false },
    });
  });
});

describe("a catalogue row", () => {
  it("brings dialects, auth and quirks, and its repair can be switched", async () => {
    expect(await compileSpec(`catalogue: openai, ${CREDENTIALS}`)).toMatchObject({
      dialect: "openai-chat",
      natives: ["openai-chat", "openai-responses", "openai-completions"],
      auth: { kind: "header", header: "authorization", prefix: "Bearer " },
      quirks: { repair: false, maxTokensField: "max_completion_tokens", developerRole: true },
    });
    expect(await compileSpec(`catalogue: anthropic, ${CREDENTIALS}`)).toMatchObject({
      dialect: "anthropic-messages",
      natives: ["anthropic-messages"],
      auth: { header: "x-api-key", prefix: "" },
      quirks: { repair: false },
    });
    expect((await compileSpec(`catalogue: mistral, repair: "Disabled", ${CREDENTIALS}`)).quirks).toMatchObject({
      repair: false,
      callIds: "alnum9",
      streamUsage: false,
    });
  });

  it("with regions is asked and signed for in the region of the policy", async () => {
    expect(await compileSpec(`catalogue: bedrock, aws: { region: eu-central-1 }, ${CREDENTIALS}`)).toMatchObject({
      baseUrl: "https://bedrock-runtime.eu-central-1.amazonaws.com",
      auth: { kind: "sigv4", region: "eu-central-1", service: "bedrock" },
      credentials: [{ origin: "https://bedrock-runtime.eu-central-1.amazonaws.com" }],
    });
  });

  it("without a base URL of its own takes the policy's, or the environment's", async () => {
    const spec = `catalogue: azure-openai, ${CREDENTIALS}`;
    const written = await compileSpec(`${spec}, baseURL: https://acme.openai.azure.com/openai/v1`);
    expect(written.baseUrl).toBe("https://acme.openai.azure.com/openai/v1");
    const given = await compileSpec(spec, { POOL_BASE_URL: "https://acme.openai.azure.com/openai/v1" });
    expect(given).toMatchObject({ baseUrl: written.baseUrl, natives: ["openai-chat", "openai-responses"] });
  });

  it("says only its main dialect of a server that the environment puts in its place", async () => {
    const elsewhere = { POOL_BASE_URL: "http://127.0.0.1:9999/v1" };
    const moved = await compileSpec(`catalogue: openai, ${CREDENTIALS}`, elsewhere);
    expect(moved).toMatchObject({ natives: ["openai-chat"], quirks: { repair: false } });
    const same = await compileSpec(`catalogue: openai, ${CREDENTIALS}`, { POOL_BASE_URL: "https://api.openai.com/v1/" });
    expect(same.natives).toHaveLength(3);
    const software = await compileSpec("catalogue: vllm", elsewhere);
    expect(software.natives).toContain("anthropic-messages");
  });
});
