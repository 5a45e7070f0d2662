import { BedrockRuntimeClient, ConverseCommand, type ConverseCommandInput } from "@aws-sdk/client-bedrock-runtime";
import { isRecord } from "../../../src/core/json/is-record.ts";

/** What the stock SDK was about to send. */
interface Sent {
  readonly path: string;
  readonly body: Uint8Array;
}

/**
 * The body that the AWS SDK writes for this request: it drops every member that Converse does not have, and refuses a wrong
 * type. Base64 becomes the bytes it stands for on the way in.
 */
export async function writeWithSdk(
  model: string,
  body: Readonly<Record<string, unknown>>,
): Promise<{ readonly path: string; readonly body: string }> {
  const sent: Sent[] = [];
  const client = new BedrockRuntimeClient({
    region: "us-east-1",
    credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
    requestHandler: {
      handle: (request: Sent) => {
        sent.push(request);
        return Promise.reject(new Error("nothing is sent"));
      },
    },
    maxAttempts: 1,
  });
  const input = { ...toBytes(body), modelId: model } as unknown as ConverseCommandInput; // the SDK is the judge of that
  await client.send(new ConverseCommand(input)).catch((error: unknown) => {
    if (sent.length === 0) throw error;
  });
  const [request] = sent;
  if (request === undefined) throw new Error("The SDK wrote no request.");
  return { path: request.path, body: new TextDecoder().decode(request.body) };
}

function toBytes(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, memberBytes(key, member)]));
}

function memberBytes(key: string, member: unknown): unknown {
  if ((key === "bytes" || key === "redactedContent") && typeof member === "string")
    return new Uint8Array(Buffer.from(member, "base64"));
  // Schemas and inputs are documents: what is in them is nobody's business.
  if (key === "json" || key === "input" || key === "additionalModelRequestFields") return member;
  if (Array.isArray(member)) return member.map((item: unknown) => (isRecord(item) ? toBytes(item) : item));
  return isRecord(member) ? toBytes(member) : member;
}
