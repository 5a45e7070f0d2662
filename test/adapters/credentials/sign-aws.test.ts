import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signAws } from "../../../src/adapters/credentials/sign-aws.ts";
import { runsOf } from "../../judges/runs.ts";

interface Signing {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
  readonly model: string;
  readonly operation: string;
  readonly body: string;
  readonly region: string;
  readonly service: string;
  readonly now: number;
}

/** What the stock SDK's own signer says of the same call, when it signs what AWS requires and no more. */
async function signWithSdk(signing: Signing): Promise<string> {
  const { accessKeyId, body, now, region, secretAccessKey, service, sessionToken } = signing;
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken !== null && { sessionToken }) };
  const client = new BedrockRuntimeClient({ region, credentials });
  const signer = await client.config.signer({ name: "sigv4", signingName: service, signingRegion: region, properties: {} });
  const { hostname, pathname } = new URL(urlOf(signing));
  const request = { method: "POST", protocol: "https:", hostname, path: pathname, headers: { host: hostname }, body };
  const signed = await signer.sign(request, { signingDate: new Date(now), unsignableHeaders: new Set(["x-amz-content-sha256"]) });
  return signed.headers["authorization"] ?? "";
}

function urlOf({ model, operation, region }: Signing): string {
  return `https://bedrock-runtime.${region}.amazonaws.com/model/${encodeURIComponent(model)}/${operation}`;
}

function secretOf({ accessKeyId, secretAccessKey, sessionToken }: Signing): string {
  return [accessKeyId, secretAccessKey, ...(sessionToken === null ? [] : [sessionToken])].join(":");
}

const HEADERS = { "content-type": "application/json", "user-agent": "x/1", "x-other": "y" };
const keyText = fc.stringMatching(/^[A-Za-z0-9/+=]{1,40}$/);
const model = fc.oneof(
  fc.constantFrom(
    "us.anthropic.claude-sonnet-4-20250514-v1:0",
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/mi1dadi0g15f",
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k",
  ),
  fc.stringMatching(/^[A-Za-z0-9._~:/-]{1,60}$/),
);
const signing: fc.Arbitrary<Signing> = fc.record({
  accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
  secretAccessKey: keyText,
  sessionToken: fc.option(keyText, { nil: null }),
  model,
  operation: fc.constantFrom("converse", "converse-stream", "count-tokens"),
  body: fc.oneof(fc.string({ unit: "grapheme" }), fc.json()),
  region: fc.constantFrom("us-east-1", "eu-central-1", "us-gov-west-1"),
  service: fc.constantFrom("bedrock", "sagemaker"),
  now: fc.integer({ min: 1_600_000_000_000, max: 2_500_000_000_000 }),
});

describe("signAws", () => {
  it("signs as the AWS SDK does: any body, model, key and token", { timeout: 300_000 }, async () => {
    const keys = new Map<string, ArrayBuffer>();
    await fc.assert(
      fc.asyncProperty(signing, async (drawn) => {
        const { body, now, region, service, sessionToken } = drawn;
        const signed = await signAws(
          { url: urlOf(drawn), body, headers: HEADERS, secret: secretOf(drawn), region, service, now },
          keys,
        );
        expect(signed?.["authorization"]).toBe(await signWithSdk(drawn));
        expect(signed?.["x-amz-security-token"]).toBe(sessionToken ?? undefined);
        expect(signed?.["x-amz-date"]).toBe(new Date(now).toISOString().replaceAll(/[:-]|\.\d{3}/g, ""));
      }),
      { numRuns: runsOf(300, 10_000) },
    );
  });

  it("sends the call's own headers on, and signs none of them that AWS does not read", async () => {
    const call = {
      url: "https://bedrock-runtime.us-east-1.amazonaws.com/model/a/converse",
      body: "{}",
      secret: "AKID:key",
      region: "us-east-1",
      service: "bedrock",
      now: 0,
    };
    const signed = await signAws({ ...call, headers: { ...HEADERS, "x-amz-trace": "t" } }, new Map());
    expect(signed).toMatchObject(HEADERS);
    expect(signed?.["authorization"]).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/19700101\/us-east-1\/bedrock\/aws4_request, SignedHeaders=host;x-amz-date;x-amz-trace, Signature=[0-9a-f]{64}$/,
    );
  });

  it.each(["", "AKID", "AKID:", ":key", "  "])("takes %j for no secret", async (secret) => {
    const call = { url: "https://a.example/", body: "", headers: {}, secret, region: "r", service: "s", now: 0 };
    expect(await signAws(call, new Map())).toBeNull();
  });
});
