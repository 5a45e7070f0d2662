import { describe, expect, it } from "vitest";
import { createAuthoriser } from "../../../src/adapters/credentials/authorise.ts";
import { authoriserContract } from "../../ports/authoriser.contract.ts";

const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
const pair = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
if (!("privateKey" in pair)) throw new Error("The algorithm makes a pair.");
const { privateKey, publicKey } = pair;
const der = await crypto.subtle.exportKey("pkcs8", privateKey);
if (!(der instanceof ArrayBuffer)) throw new Error("The format is bytes.");
const secret = JSON.stringify({
  client_email: "robot@project.iam.gserviceaccount.com",
  private_key: `-----BEGIN PRIVATE KEY-----\n${btoa(String.fromCharCode(...new Uint8Array(der)))}\n-----END PRIVATE KEY-----\n`,
  token_uri: "https://oauth2.googleapis.com/token",
});

async function answer(_url: string, { body }: RequestInit): Promise<Response> {
  const form = new URLSearchParams(await new Response(body ?? null).text());
  const [header = "", claims = "", signature = ""] = (form.get("assertion") ?? "").split(".");
  const bytes = Uint8Array.from(atob(signature.replaceAll("-", "+").replaceAll("_", "/")), (character) =>
    character.charCodeAt(0),
  );
  const isSigned = await crypto.subtle.verify(ALGORITHM.name, publicKey, bytes, new TextEncoder().encode(`${header}.${claims}`));
  return isSigned ? Response.json({ access_token: "ya29.x", expires_in: 3600 }) : Response.json({}, { status: 400 });
}

describe("computed credentials in workerd", () => {
  authoriserContract(() => ({
    authoriser: createAuthoriser({ fetch: answer, now: () => 1_800_000_000_000 }),
    works: [
      { kind: "sigv4", secret: "AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG", region: "us-east-1", service: "bedrock" },
      { kind: "google-service-account", secret },
    ],
    fails: [{ kind: "google-service-account", secret: '{"private_key":"hunter2"}' }],
  }));

  it("asks for a token with an assertion that verifies", async () => {
    const authoriser = createAuthoriser({ fetch: answer, now: () => 0 });
    const given = await authoriser.authorise(
      { url: "https://a.example/", body: "", headers: {} },
      { kind: "google-service-account", secret },
    );
    expect(given).toEqual({ kind: "ok", headers: { authorization: "Bearer ya29.x" } });
  });
});
