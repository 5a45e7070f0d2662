import { createHmac } from "node:crypto";
import { exportSPKI, importJWK } from "jose";
import { AUDIENCE, type TokenOptions } from "../../rigs/token-issuer/token-issuer.ts";
import type { RawResponse } from "../raw-client.ts";
import { ask } from "./ask.ts";
import type { AttackCase, AttackContext, AttackExpectation } from "./attack-case.ts";

const IS_FULL = process.env["FAIRLEAD_FULL"] === "1";
const RANDOM_KIDS = IS_FULL ? 10_000 : 200;
const COOLDOWN_MS = 30_000;
const INVALID: AttackExpectation = { status: [401], code: "invalid_token" };

/** Sends a request with this token alone. */
function askWith(context: AttackContext, token: string): Promise<RawResponse> {
  return ask(context, { without: ["authorization"], headers: [["authorization", `Bearer ${token}`]] });
}

/** A case whose only token the issuer has signed. */
function signed(named: Pick<AttackCase, "id" | "title">, options: TokenOptions, expect: AttackExpectation = INVALID): AttackCase {
  return { ...named, send: async (context) => askWith(context, await context.issuer.sign(options)), expect };
}

function segment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function claimsOf({ issuer }: AttackContext): object {
  return { iss: issuer.url, aud: AUDIENCE, sub: "mallory", azp: "orders", iat: issuer.at(0), exp: issuer.at(300) };
}

/** A token that is signed with a secret, which is what the issuer publishes. */
function signedWithSecret(context: AttackContext, kid: string, secret: string): string {
  const text = `${segment({ alg: "HS256", typ: "at+jwt", kid })}.${segment(claimsOf(context))}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

async function publicKeyTexts(context: AttackContext): Promise<readonly string[]> {
  const { keys }: { keys: readonly object[] } = JSON.parse(await (await fetch(context.issuer.jwksURI)).text());
  const jwk = keys[0] ?? {};
  return [await exportSPKI((await importJWK(jwk, "ES256")) as CryptoKey), JSON.stringify(jwk)]; // an asymmetric key is no bytes
}

/** Sends a good token, then one made of it. */
async function afterSuccess(context: AttackContext, forge: (token: string) => string | Promise<string>): Promise<RawResponse> {
  const token = await context.issuer.sign();
  const good = await askWith(context, token);
  return good.status === 200 ? askWith(context, await forge(token)) : good;
}

/** The payload of a token, with another subject at its end, where the first hundred characters of the whole stay the same. */
function withOtherSubject(token: string): string {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const claims: object = JSON.parse(Buffer.from(payload, "base64url").toString());
  return [header, segment({ ...claims, extra: "x".repeat(100), sub: "mallory" }), signature].join(".");
}

const NONE: readonly AttackCase[] = ["none", "None", "nOnE"].map((alg) => ({
  id: "D10",
  title: `alg ${alg}`,
  send: (context) => askWith(context, `${segment({ alg, typ: "at+jwt" })}.${segment(claimsOf(context))}.AA`),
  expect: INVALID,
}));

const KIDS: readonly unknown[] = ["../../dev/null", "' UNION SELECT", "k".repeat(10_000), "__proto__", ["key-1"], { a: 1 }];

const TIMES: readonly (readonly [title: string, claims: (at: (seconds: number) => number) => object, code: string])[] = [
  ["without exp", () => ({ exp: undefined }), "invalid_token"],
  ["exp as text", (at) => ({ exp: String(at(300)) }), "invalid_token"],
  ["exp 1e20", () => ({ exp: 1e20 }), "invalid_token"],
  ["expired 31 s ago", (at) => ({ iat: at(-300), exp: at(-31) }), "expired_token"],
  ["not valid for another 35 s", (at) => ({ nbf: at(35) }), "invalid_token"],
  ["issued in the future", (at) => ({ iat: at(35) }), "invalid_token"],
];

/** Attacks D10–D22 and C11: tokens of an issuer. Withdrawn keys (D27) and clocks (D28) are tested where time can be set. */
export const tokenAttacks: readonly AttackCase[] = [
  signed({ id: "D17", title: "a token of the issuer is accepted" }, {}, { status: [200] }),
  ...NONE,
  ...["PEM", "JWK"].map((form, index): AttackCase => ({
    id: "D11",
    title: `HS256 with the public key's ${form} as the secret`,
    send: async (context) => askWith(context, signedWithSecret(context, "key-1", (await publicKeyTexts(context))[index] ?? "")),
    expect: INVALID,
  })),
  ...["RS512", "ES384", "PS384"].map((alg): AttackCase => ({
    id: "D12",
    title: `${alg}, which is not accepted`,
    send: async (context) => {
      const key = await context.issuer.addKey(alg);
      const response = await askWith(context, await context.issuer.sign({ key }));
      context.issuer.withdraw(key.kid);
      return response;
    },
    expect: INVALID,
  })),
  ...KIDS.map((kid) =>
    signed(
      { id: "D13", title: `kid ${JSON.stringify(kid).slice(0, 40)}` },
      { header: { kid } },
      { ...INVALID, check: (_, context) => fetchFault(context) },
    ),
  ),
  {
    id: "D14",
    title: `${RANDOM_KIDS} random kids`,
    send: (context) => askWithRandomKids(context, RANDOM_KIDS),
    expect: { ...INVALID, check: (_, context) => fetchFault(context) },
  },
  ...["jku", "x5u", "jwk", "x5c"].map((name): AttackCase => ({
    id: "D15",
    title: `${name} in the header`,
    send: async (context) => {
      const place = `${context.issuer.url}/evil`;
      const values: Readonly<Record<string, unknown>> = { jku: place, x5u: place, jwk: { kty: "EC" }, x5c: ["MII"] };
      return askWith(context, await context.issuer.sign({ header: { [name]: values[name] } }));
    },
    expect: {
      ...INVALID,
      check: (_, { issuer }) => (issuer.fetches("/evil") === 0 ? null : "the token's own address was asked"),
    },
  })),
  signed({ id: "D16", title: "crit in the header" }, { header: { crit: ["exp"], exp: 1 } }),
  signed({ id: "D16", title: "b64: false in the header" }, { header: { b64: false } }),
  signed(
    { id: "D17", title: "one audience of several" },
    { claims: { aud: ["https://other.example", AUDIENCE] } },
    { status: [200] },
  ),
  signed({ id: "D17", title: "no audience" }, { claims: { aud: undefined } }),
  signed({ id: "D17", title: "the beginning of our audience" }, { claims: { aud: AUDIENCE.slice(0, -1) } }),
  ...["/", "\u200b", "%20"].map((end): AttackCase => ({
    id: "D18",
    title: `an issuer that ends in ${JSON.stringify(end)}`,
    send: async (context) => askWith(context, await context.issuer.sign({ claims: { iss: context.issuer.url + end } })),
    expect: INVALID,
  })),
  ...TIMES.map(([title, claims, code]): AttackCase => ({
    id: "D19",
    title,
    send: async (context) =>
      askWith(context, await context.issuer.sign({ claims: { ...claims((seconds) => context.issuer.at(seconds)) } })),
    expect: { status: [401], code },
  })),
  {
    id: "D19",
    title: "25 s on either side are tolerated",
    send: async ({ issuer, ...context }) =>
      askWith({ ...context, issuer }, await issuer.sign({ claims: { iat: issuer.at(25), nbf: issuer.at(25) } })),
    expect: { status: [200] },
  },
  {
    id: "D20",
    title: "the first hundred characters of a token that was accepted",
    send: (context) => afterSuccess(context, withOtherSubject),
    expect: { ...INVALID, upstreamCalls: 1 },
  },
  ...[
    ["padding", (token: string) => `${token}=`],
    ["bytes after the signature", (token: string) => `${token}AAAA`],
    ["a signature of zeros", (token: string) => `${token.slice(0, token.lastIndexOf("."))}.${"A".repeat(86)}`],
  ].map(([title, forge]): AttackCase => ({
    id: "D21",
    title: String(title),
    send: (context) => afterSuccess(context, forge as (token: string) => string), // the second of each pair
    expect: { ...INVALID, upstreamCalls: 1 },
  })),
  signed({ id: "D22", title: "an ID token as an access token" }, { header: { typ: "JWT" }, claims: { nonce: "n" } }),
  signed({ id: "D23", title: "a transaction token as an access token" }, { header: { typ: "txntoken+jwt" } }),
  {
    id: "D23",
    title: "a token in the address",
    send: async (context) =>
      ask(context, { without: ["authorization"], path: `/v1/chat/completions?key=${await context.issuer.sign()}` }),
    expect: { status: [401], code: "invalid_api_key" },
  },
  signed(
    { id: "D17", title: "a genuine token that is nobody's here" },
    { claims: { azp: "unknown" } },
    { status: [403], code: "unmapped_identity" },
  ),
  ...["redirect", "huge", "slow"].map((path): AttackCase => ({
    id: "C11",
    title: `a key set that is ${path}`,
    ...(path === "slow" ? { slow: true } : {}),
    send: async (context) => askWith(context, await context.issuer.sign({ claims: { iss: `https://${path}.example` } })),
    expect: {
      status: [401],
      code: "jwks_unavailable",
      check: (_, context) => (context.issuer.fetches(`/${path}`) === 1 ? null : `${context.issuer.fetches(`/${path}`)} fetches`),
    },
  })),
];

const AT_ONCE = 20;

/** Sends so many tokens, each with a kid that no key has. The answer that is not a 401, or else the last. */
export async function askWithRandomKids(context: AttackContext, count: number): Promise<RawResponse> {
  const send = async (index: number): Promise<RawResponse> =>
    askWith(context, await context.issuer.sign({ header: { kid: `random-${index}` } }));
  let last = await send(0);
  for (let index = 1; index < count; index += AT_ONCE) {
    const few = Array.from({ length: Math.min(AT_ONCE, count - index) }, (_, offset) => send(index + offset));
    const answers = await Promise.all(few);
    last = answers.find(({ status }) => status !== 401) ?? last;
  }
  return last;
}

/** How often the issuer's keys have been looked for: each time its configuration is read. */
export function keyFetches({ issuer }: Pick<AttackContext, "issuer">): number {
  return issuer.fetches("/.well-known/openid-configuration");
}

/** The first set, and one more for each 30 s since the lab began. */
function fetchFault(context: AttackContext): string | null {
  const most = 1 + Math.floor((performance.now() - context.startedAt) / COOLDOWN_MS);
  const seen = keyFetches(context);
  return seen <= most ? null : `${seen} fetches, at most ${most}`;
}
