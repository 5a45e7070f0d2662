import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGoogleTokens, type GoogleTokens } from "../../../src/adapters/credentials/google-token.ts";
import { type GoogleStandIn, keyFile, startGoogleStandIn, TOKEN_URI } from "./google-stand-in.ts";

let google: GoogleStandIn;
let tokens: GoogleTokens;
let now = 1_800_000_000_000;

beforeEach(async () => {
  google = await startGoogleStandIn();
  tokens = createGoogleTokens({ fetch: google.fetch, now: () => now });
});
afterEach(() => google.close());

describe("createGoogleTokens", () => {
  it("asks with a signed assertion of an hour", async () => {
    expect(await tokens.get(google.secret)).toEqual({ kind: "ok", token: "ya29.1" });
    const iat = Math.floor(now / 1000);
    expect(google.exchanges).toEqual([
      {
        isSigned: true,
        header: { alg: "RS256", typ: "JWT", kid: "k1" },
        claims: {
          iss: "robot@project.iam.gserviceaccount.com",
          scope: "https://www.googleapis.com/auth/cloud-platform",
          aud: TOKEN_URI,
          iat,
          exp: iat + 3600,
        },
      },
    ]);
  });

  it("keeps a token until a minute before it expires", async () => {
    await tokens.get(google.secret);
    now += 3_539_999;
    expect(await tokens.get(google.secret)).toEqual({ kind: "ok", token: "ya29.1" });
    now += 1;
    expect(await tokens.get(google.secret)).toEqual({ kind: "ok", token: "ya29.2" });
  });

  it("asks once for all who wait, and once for each key", async () => {
    const other = keyFile({ client_email: "other@project.iam.gserviceaccount.com" });
    const given = await Promise.all([google.secret, google.secret, other, google.secret].map((secret) => tokens.get(secret)));
    expect(google.exchanges).toHaveLength(2);
    expect(new Set(given.map((token) => JSON.stringify(token))).size).toBe(2);
  });

  it.each([
    ["refuses", "refused"],
    ["redirects", "unreachable"],
    ["html", "unreachable"],
    ["no-token", "unreachable"],
    ["bad-token", "unreachable"],
  ] as const)("fails where Google %s, which leaves the credential %s, and asks again the next time", async (behaviour, kind) => {
    google.behave(behaviour);
    expect(await tokens.get(google.secret)).toMatchObject({ kind });
    google.behave("token");
    expect(await tokens.get(google.secret)).toMatchObject({ kind: "ok" });
  });

  it("fails where nobody answers", async () => {
    const down = createGoogleTokens({ fetch: () => Promise.reject(new Error("down")), now: () => now });
    expect(await down.get(google.secret)).toEqual({
      kind: "unreachable",
      message: "The request to Google for an access token failed.",
    });
  });

  it.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["no email", keyFile({ client_email: "" })],
    ["no key", keyFile({ private_key: "-----BEGIN PRIVATE KEY-----" })],
    ["a key that is none", keyFile({ private_key: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----" })],
    ["another key format", keyFile({ private_key: "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----" })],
    ["plain HTTP", keyFile({ token_uri: "http://oauth2.googleapis.com/token" })],
    ["another host", keyFile({ token_uri: "https://evil.example/token" })],
    ["a host that ends alike", keyFile({ token_uri: "https://evilgoogleapis.com/token" })],
    ["a user in the address", keyFile({ token_uri: "https://oauth2.googleapis.com@evil.example/" })],
    ["another port", keyFile({ token_uri: "https://oauth2.googleapis.com:8443/token" })],
    ["no address", keyFile({ token_uri: "oauth2" })],
  ])("asks nobody with a key file of %s, and says nothing of the key", async (_, secret) => {
    const answer = await tokens.get(secret);
    expect(answer.kind).toBe("refused");
    expect(JSON.stringify(answer)).not.toContain("PRIVATE KEY-----");
    expect(google.exchanges).toEqual([]);
  });

  it("takes other addresses of Google", async () => {
    const asked: string[] = [];
    const answering = createGoogleTokens({
      now: () => now,
      fetch: (url) => {
        asked.push(url);
        return Promise.resolve(Response.json({ access_token: "t", expires_in: 3600 }));
      },
    });
    expect(await answering.get(keyFile({ token_uri: "https://sts.googleapis.com/v1/token" }))).toEqual({
      kind: "ok",
      token: "t",
    });
    expect(asked).toEqual(["https://sts.googleapis.com/v1/token"]);
  });
});
