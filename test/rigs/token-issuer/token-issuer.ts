import { createServer, type ServerResponse } from "node:http";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { closeNow, HOST, listen } from "../chaos-upstream/listen.ts";

/** How a token differs from what the issuer usually signs; undefined leaves a claim or parameter out. */
export interface TokenOptions {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Which of the issuer's keys signs. Default: the newest that is published. */
  readonly key?: IssuerKey;
}

export interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** An issuer of tokens on loopback: it publishes its keys in good and bad ways, and signs whatever it is told. */
export interface TokenIssuer {
  /** What `iss` says; its configuration can be discovered under it. */
  readonly url: string;
  readonly jwksURI: string;
  /** How often a path was asked for. */
  fetches(path: string): number;
  /** A key that is published from now on, and signs. */
  addKey(alg?: string): Promise<IssuerKey>;
  /** It is published no more. */
  withdraw(kid: string): void;
  /** Every answer is a 503 until it is called with false. */
  breakDown(isDown: boolean): void;
  sign(options?: TokenOptions): Promise<string>;
  /** A time as claims have it, so many seconds from now. */
  at(seconds: number): number;
  close(): Promise<void>;
}

export const AUDIENCE = "https://fairlead.example";
const LIFETIME_SECONDS = 300;
const HUGE_BYTES = 100_000_000;
/** Longer than anybody should wait. */
const SLOW_MS = 60_000;

/** Starts an issuer with one ES256 key. Paths: `/keys`, `/redirect`, `/huge`, `/slow`, `/text` and the discovery document. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  const keys: IssuerKey[] = [];
  const published = new Set<string>();
  const fetches = new Map<string, number>();
  let isDown = false;
  let url = "";
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    fetches.set(path, (fetches.get(path) ?? 0) + 1);
    const set = JSON.stringify({ keys: keys.filter(({ kid }) => published.has(kid)).map(({ jwk }) => jwk) });
    if (isDown) response.writeHead(503).end();
    else answer(response, path, { url, set });
  });
  url = `http://${HOST}:${await listen(server, 0)}`;
  const issuer: TokenIssuer = {
    url,
    jwksURI: `${url}/keys`,
    fetches: (path) => fetches.get(path) ?? 0,
    addKey: async (alg = "ES256") => {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
      const kid = `key-${keys.length + 1}`;
      const key = { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: "sig" } };
      keys.push(key);
      published.add(kid);
      return key;
    },
    withdraw: (kid) => void published.delete(kid),
    breakDown: (down) => {
      isDown = down;
    },
    sign: ({ claims = {}, header = {}, key = keys.findLast(({ kid }) => published.has(kid)) } = {}) => {
      if (key === undefined) throw new Error("The issuer publishes no key.");
      const usual = { iss: url, aud: AUDIENCE, sub: "alice", azp: "orders", iat: at(0), exp: at(LIFETIME_SECONDS) };
      const parameters = defined({ alg: key.alg, kid: key.kid, typ: "at+jwt", ...header });
      // Whatever stands in the header is signed, so that nothing but it can be why a token is refused.
      return new SignJWT(defined({ ...usual, ...claims }))
        .setProtectedHeader({ alg: key.alg, ...parameters })
        .sign(key.privateKey, { crit: { exp: true } });
    },
    at,
    close: () => closeNow(server),
  };
  await issuer.addKey();
  return issuer;
}

function at(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

function answer(response: ServerResponse, path: string, { set, url }: { readonly url: string; readonly set: string }): void {
  switch (path) {
    case "/keys":
      return void response.writeHead(200, { "content-type": "application/jwk-set+json" }).end(set);
    case "/.well-known/openid-configuration":
      return void response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }));
    case "/text":
      return void response.writeHead(200, { "content-type": "text/plain" }).end("no JSON");
    case "/redirect":
      return void response.writeHead(302, { location: `${url}/keys` }).end();
    case "/huge":
      return void response.writeHead(200, { "content-type": "application/json" }).end(Buffer.alloc(HUGE_BYTES, " "));
    case "/slow":
      return void setTimeout(() => response.writeHead(200).end(set), SLOW_MS).unref();
    default:
      return void response.writeHead(404).end();
  }
}

function defined(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
