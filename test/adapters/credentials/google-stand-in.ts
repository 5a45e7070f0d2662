import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { CredentialDeps } from "../../../src/adapters/credentials/google-token.ts";

export const TOKEN_URI = "https://oauth2.googleapis.com/token";

/** How the stand-in answers next. */
export type Behaviour = "token" | "refuses" | "redirects" | "html" | "no-token" | "bad-token";

/** What was asked of the stand-in, its signature verified. */
export interface Exchange {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly header: Readonly<Record<string, unknown>>;
  readonly isSigned: boolean;
}

export interface GoogleStandIn {
  /** A service account's JSON key file. */
  readonly secret: string;
  readonly exchanges: readonly Exchange[];
  /** Reaches the stand-in in place of Google, and nothing else. */
  readonly fetch: CredentialDeps["fetch"];
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PEM = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();

export function keyFile(more: object = {}): string {
  const email = "robot@project.iam.gserviceaccount.com";
  return JSON.stringify({
    type: "service_account",
    client_email: email,
    private_key: PEM,
    private_key_id: "k1",
    token_uri: TOKEN_URI,
    ...more,
  });
}

/** Stands in for Google's token endpoint, which needs real keys: a local server that checks assertions as RFC 7523 says. */
export async function startGoogleStandIn(): Promise<GoogleStandIn> {
  const exchanges: Exchange[] = [];
  let behaviour: Behaviour = "token";
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      exchanges.push(readAssertion(new URLSearchParams(text)));
      const { body, headers, status } = answer(behaviour, exchanges.length);
      response.writeHead(status, headers).end(body);
    });
  });
  const address = await listen(server);
  return {
    secret: keyFile(),
    exchanges,
    fetch: (url, init) => (url === TOKEN_URI ? fetch(address, init) : Promise.reject(new Error(`No such address: ${url}`))),
    behave: (next) => (behaviour = next),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/token`)); // a TCP server
  });
}

function readAssertion(form: URLSearchParams): Exchange {
  const [header = "", claims = "", signature = ""] = (form.get("assertion") ?? "").split(".");
  const isGrant = form.get("grant_type") === "urn:ietf:params:oauth:grant-type:jwt-bearer";
  const publicKey = createPublicKey(keys.publicKey.export({ type: "spki", format: "pem" }));
  const isVerified = verify("RSA-SHA256", Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, "base64url"));
  return { header: parse(header), claims: parse(claims), isSigned: isGrant && isVerified };
}

function parse(part: string): Exchange["claims"] {
  return JSON.parse(Buffer.from(part, "base64url").toString()) as Exchange["claims"]; // ours
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

function answer(behaviour: Behaviour, count: number): Answer {
  const json = { "content-type": "application/json" };
  switch (behaviour) {
    case "token":
      return {
        status: 200,
        headers: json,
        body: JSON.stringify({ access_token: `ya29.${count}`, expires_in: 3600, token_type: "Bearer" }),
      };
    case "refuses":
      return { status: 400, headers: json, body: '{"error":"invalid_grant"}' };
    case "redirects":
      return { status: 302, headers: { location: "https://evil.example/" }, body: "" };
    case "html":
      return { status: 200, headers: { "content-type": "text/html" }, body: "<html>" };
    case "no-token":
      return { status: 200, headers: json, body: '{"expires_in":3600}' };
    case "bad-token":
      return { status: 200, headers: json, body: '{"access_token":"a\\r\\nb","expires_in":3600}' };
  }
}
