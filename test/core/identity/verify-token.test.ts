import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { readToken } from "../../../src/core/identity/read-token.ts";
import { type KeySet, readKeySet, verifyToken } from "../../../src/core/identity/verify-token.ts";
import type { CompiledTokenRules } from "../../../src/core/policy/compiled-authentication.ts";

const NOW = Date.UTC(2027, 0, 1);
const SECONDS = NOW / 1_000;
const RULES: CompiledTokenRules = {
  issuer: "https://idp.example",
  audiences: ["fairlead"],
  keys: { kind: "jwks", url: "https://idp.example/keys" },
  algorithms: ["ES256", "RS256"],
  typ: null,
  clockSkewSeconds: 30,
  maxLifetimeSeconds: 86_400,
};
const CLAIMS = { iss: "https://idp.example", aud: "fairlead", sub: "alice", iat: SECONDS, exp: SECONDS + 300 };

let keys: KeySet;
let sign: (claims: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>) => Promise<string>;
beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  keys = readKeySet({ keys: [{ ...(await exportJWK(publicKey)), kid: "one" }] }) ?? expect.unreachable();
  sign = (claims, header = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: "one", typ: "at+jwt", ...header }).sign(privateKey);
});

const verify = async (token: string, rules: Partial<CompiledTokenRules> = {}, now = NOW) =>
  (await verifyToken(token, { ...RULES, ...rules }, { keys, now })).kind;

describe("a token", () => {
  it("shows its claims and when it expires", async () => {
    const shown = await verifyToken(await sign(CLAIMS), RULES, { keys, now: NOW });
    expect(shown).toEqual({ kind: "verified", claims: CLAIMS, expiresMs: (SECONDS + 300) * 1_000 });
  });

  it.each<[string, object, string]>([
    ["D19 just expired", { exp: SECONDS - 29 }, "verified"],
    ["D19 expired", { exp: SECONDS - 31 }, "expired"],
    ["D19 not valid yet, nearly", { nbf: SECONDS + 29 }, "verified"],
    ["D19 not valid yet", { nbf: SECONDS + 31 }, "refused"],
    ["D19 from the near future", { iat: SECONDS + 29 }, "verified"],
    ["D19 from the future", { iat: SECONDS + 31 }, "refused"],
    ["D19 without exp", { exp: undefined }, "refused"],
    ["D19 exp as text", { exp: String(SECONDS + 300) }, "refused"],
    ["D19 exp beyond any time", { exp: 1e20 }, "refused"],
    ["without iat", { iat: undefined }, "refused"],
    ["without sub", { sub: undefined }, "refused"],
    ["with a sub that breaks lines", { sub: "a\nb" }, "refused"],
    ["valid for two days", { exp: SECONDS + 172_800 }, "refused"],
    ["D17 for several audiences", { aud: ["other", "fairlead"] }, "verified"],
    ["D17 for nobody", { aud: undefined }, "refused"],
    ["D17 for a longer audience", { aud: "fairlead2" }, "refused"],
    ["D17 for a shorter audience", { aud: "fair" }, "refused"],
    ["D18 of an issuer with a slash", { iss: "https://idp.example/" }, "refused"],
    ["D18 of an issuer in another case", { iss: "https://IdP.example" }, "refused"],
  ])("%s is %s", async (_, changed, kind) => {
    const claims = Object.fromEntries(Object.entries({ ...CLAIMS, ...changed }).filter(([, value]) => value !== undefined));
    expect(await verify(await sign(claims))).toBe(kind);
  });

  it("D22 must be of the type that is asked for", async () => {
    expect(await verify(await sign(CLAIMS, { typ: "JWT" }), { typ: "at+jwt" })).toBe("refused");
    expect(await verify(await sign(CLAIMS, { typ: "application/AT+jwt" }), { typ: "at+jwt" })).toBe("verified");
  });

  it.each(["txntoken+jwt", "application/TxnToken+JWT"])("D23 of type %s is no access token", async (typ) => {
    expect(await verify(await sign(CLAIMS, { typ }))).toBe("refused");
  });

  it("is decided alike by clocks a minute apart, outside the tolerance (D28)", async () => {
    const token = await sign({ ...CLAIMS, iat: SECONDS - 100, exp: SECONDS + 100 });
    const decided = await Promise.all([-60_000, 0, 60_000].map((apart) => verify(token, {}, NOW + apart)));
    expect(decided).toEqual(["verified", "verified", "verified"]);
    const edge = await sign({ ...CLAIMS, iat: SECONDS - 100, exp: SECONDS });
    expect(await verify(edge, {}, NOW + 29_000)).toBe("verified");
    expect(await verify(edge, {}, NOW + 31_000)).toBe("expired");
  });

  it("is told apart when its key is not in the set", async () => {
    expect(await verify(await sign(CLAIMS, { kid: "two" }))).toBe("unknown-key");
  });

  it("is refused when its signature is another's", async () => {
    const [header, , signature] = (await sign(CLAIMS)).split(".");
    const [, payload] = (await sign({ ...CLAIMS, sub: "mallory" })).split(".");
    expect(await verify([header, payload, signature].join("."))).toBe("refused");
    expect(await verify([header, payload, Buffer.alloc(64).toString("base64url")].join("."))).toBe("refused");
  });
});

describe("the form of a token", () => {
  it.each([
    ["D21 padded", (token: string) => `${token}=`],
    ["D21 with bytes after the signature", (token: string) => `${token}.AAAA`],
    ["D21 with spare bits", (token: string) => token.slice(0, -1) + withSpareBit(token.at(-1) ?? "")],
    ["D21 in plain base64", (token: string) => `${token.slice(0, -4)}+/AA`],
    ["of one part", () => "abc"],
    ["longer than a token may be", (token: string) => token + "A".repeat(16_384)],
  ])("%s is refused", async (_, change) => {
    const token = await sign(CLAIMS);
    expect(readToken(token).kind).toBe("read");
    expect(readToken(change(token)).kind).toBe("refused");
  });

  it.each([
    ["D15", { jku: "https://evil.example/keys" }],
    ["D15", { x5u: "https://evil.example/cert" }],
    ["D15", { jwk: { kty: "EC" } }],
    ["D15", { x5c: ["MII"] }],
    ["D16", { crit: ["exp"] }],
    ["D16", { b64: false }],
    ["D13", { kid: ["one"] }],
    ["D13", { kid: "k".repeat(10_000) }],
    ["D13", { kid: "one key" }],
    ["", { typ: 7 }],
  ])("%s a header with %o is refused", (_, header) => {
    expect(readToken(`${segment({ alg: "ES256", ...header })}.${segment(CLAIMS)}.AAAA`).kind).toBe("refused");
  });
});

describe("a key set", () => {
  it.each([
    ["nothing", null],
    ["no list", { keys: {} }],
    ["more keys than an issuer has", { keys: Array.from({ length: 51 }, () => ({ kty: "EC" })) }],
    ["a list of texts", { keys: ["key"] }],
  ])("is none: %s", (_, document) => {
    expect(readKeySet(document)).toBeNull();
  });

  it("D11 with a secret in it verifies nothing", async () => {
    const secret = new TextEncoder().encode("a public key's PEM, used as a secret");
    const token = await new SignJWT(CLAIMS).setProtectedHeader({ alg: "HS256", kid: "s" }).sign(secret);
    const shared = readKeySet({ keys: [{ kty: "oct", kid: "s", k: Buffer.from(secret).toString("base64url") }] });
    const shown = await verifyToken(token, RULES, { keys: shared ?? expect.unreachable(), now: NOW });
    expect(shown).toEqual({ kind: "refused", reason: "its algorithm is not accepted" });
  });
});

function withSpareBit(character: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return alphabet.charAt(alphabet.indexOf(character) | 1);
}

function segment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
