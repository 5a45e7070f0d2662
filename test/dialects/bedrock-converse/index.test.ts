import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bedrockConverse } from "../../../src/dialects/bedrock-converse/index.ts";
import { writeWithSdk } from "./aws-sdk.ts";

const { backend } = bedrockConverse;
const ARN = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/mi1dadi0g15f";

const path = (operation: "chat" | "embeddings" | "count_tokens", model: string, stream = false): unknown =>
  backend?.path(operation, { model, stream });

describe("bedrockConverse", () => {
  it("is asked by providers alone", () => {
    expect([bedrockConverse.surface, backend?.native, backend?.embeddings]).toEqual([null, null, null]);
    expect(backend?.streamType).toBe("application/vnd.amazon.eventstream");
  });

  it("names the model in the path, an ARN included", () => {
    expect(path("chat", "us.anthropic.claude-sonnet-4-6")).toBe("/model/us.anthropic.claude-sonnet-4-6/converse");
    expect(path("chat", "amazon.nova-lite-v1:0", true)).toBe("/model/amazon.nova-lite-v1%3A0/converse-stream");
    expect(path("chat", ARN)).toBe(`/model/${encodeURIComponent(ARN)}/converse`);
    expect(path("embeddings", "amazon.titan-embed-text-v2:0")).toBeNull();
  });

  it.each([ARN, "us.anthropic.claude-sonnet-4-20250514-v1:0", "a/b c"])(
    "has the path that the AWS SDK has for %s",
    async (model) => {
      const { path: wanted } = await writeWithSdk(model, { messages: [{ role: "user", content: [{ text: "hi" }] }] });
      expect(path("chat", model)).toBe(wanted);
    },
  );

  it("counts with the model itself: its inference profiles do not count", () => {
    expect(path("count_tokens", "us.anthropic.claude-sonnet-4-20250514-v1:0")).toBe(
      "/model/anthropic.claude-sonnet-4-20250514-v1%3A0/count-tokens",
    );
  });

  it.each([
    ["anthropic.claude-sonnet-4-20250514-v1:0", "bedrock-anthropic"],
    ["global.anthropic.claude-sonnet-4-6", "bedrock-anthropic"],
    ["us-gov.anthropic.claude-3-5-sonnet-20240620-v1:0", "bedrock-anthropic"],
    ["apac.amazon.nova-lite-v1:0", "bedrock-amazon"],
    ["zai.glm-4.7-flash", "bedrock-zai"],
    ["arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-70b-instruct-v1:0", "bedrock-meta"],
    ["arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-sonnet-4-6", "bedrock-anthropic"],
    [ARN, "bedrock"],
    ["my-import", "bedrock"],
  ])("takes %s for one of the family %s", (model, family) => {
    expect(backend?.familyOf(model)).toBe(family);
  });

  it("reads a count, and says where there is none", () => {
    const read = (name: string): unknown =>
      backend?.countTokens?.readAnswer(
        readFileSync(new URL(`../../fixtures/bedrock-count-tokens/${name}/response.json`, import.meta.url), "utf8"),
      );
    expect(read("pyd-bedrock-bedrock_count_tokens_tool_config")).toEqual({ kind: "read", tokens: 375 });
    expect(read("pyd-anthropic_bedrock_count_tokens-anthropic_bedrock_count_tokens_error")).toMatchObject({
      kind: "failed",
      failure: { class: "malformed" },
    });
    expect(backend?.countTokens?.readAnswer("{")).toMatchObject({ kind: "failed" });
  });
});
