import type { NotAuthorised } from "../../ports/authoriser.ts";
import { type GoogleKey, readGoogleKey } from "./google-key.ts";
import { signJwt } from "./sign-jwt.ts";

export type GoogleToken = { readonly kind: "ok"; readonly token: string } | NotAuthorised;

/** Network and clock of the credentials that are computed. */
export interface CredentialDeps {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface GoogleTokens {
  /** An access token for the service account whose JSON key file this is. Never rejects. */
  get(secret: string): Promise<GoogleToken>;
}

interface StoredToken {
  readonly token: string;
  /** Epoch milliseconds from which it is not used any more. */
  readonly staleAt: number;
}

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const ASSERTION_SECONDS = 3600;
/** A token is not used in the last minute of its life. */
const MARGIN_MS = 60_000;
const PATIENCE_MS = 10_000;
/** More service accounts than one gateway has. */
const MAX_KEYS = 64;

/**
 * Access tokens of service accounts, kept until a minute before they expire. One request is under way for a key at a time;
 * who waits for another's waits no longer than that may take, for it ends with the request it belongs to.
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
export function createGoogleTokens(deps: CredentialDeps): GoogleTokens {
  const stored = new Map<string, StoredToken>();
  const underWay = new Map<string, Promise<GoogleToken>>();
  const begin = (secret: string): Promise<GoogleToken> => {
    const asked = obtain(secret, deps).then((obtained) => {
      underWay.delete(secret);
      if (obtained.kind !== "ok") return obtained;
      if (stored.size >= MAX_KEYS) stored.clear();
      stored.set(secret, obtained);
      return { kind: "ok", token: obtained.token } as const;
    });
    underWay.set(secret, asked);
    return within(PATIENCE_MS, asked);
  };
  return {
    async get(secret) {
      const known = stored.get(secret);
      if (known !== undefined && deps.now() < known.staleAt) return { kind: "ok", token: known.token };
      const others = underWay.get(secret);
      if (others === undefined) return begin(secret);
      const answer = await within(PATIENCE_MS, others);
      if (answer.kind !== "ok") underWay.delete(secret);
      return answer;
    },
  };
}

type Obtained = ({ readonly kind: "ok" } & StoredToken) | NotAuthorised;

/** What Google answers to a key that it does not take; anything else is trouble of its own. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403]);

async function obtain(secret: string, deps: CredentialDeps): Promise<Obtained> {
  const key = readGoogleKey(secret);
  if (typeof key === "string") return refused(key);
  const startedAt = deps.now();
  const assertion = await assert(key, startedAt).catch(() => null);
  if (assertion === null) return refused("The service account's private_key cannot sign.");
  try {
    const response = await deps.fetch(key.tokenUri, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ grant_type: GRANT, assertion }).toString(),
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      const message = `Google answered ${response.status} to the request for an access token.`;
      return REFUSALS.has(response.status) ? refused(message) : unreachable(message);
    }
    return readToken(await response.json(), startedAt);
  } catch {
    return unreachable("The request to Google for an access token failed.");
  }
}

function assert({ email, keyId, privateKey, tokenUri }: GoogleKey, nowMs: number): Promise<string> {
  const issuedAt = Math.floor(nowMs / 1000);
  const claims = { iss: email, scope: SCOPE, aud: tokenUri, iat: issuedAt, exp: issuedAt + ASSERTION_SECONDS };
  return signJwt({ alg: "RS256", typ: "JWT", ...(keyId !== null && { kid: keyId }) }, claims, privateKey);
}

function readToken(body: unknown, startedAt: number): Obtained {
  if (typeof body !== "object" || body === null) return unreachable("Google gave no access token.");
  const { access_token: token, expires_in: seconds }: { access_token?: unknown; expires_in?: unknown } = body;
  if (typeof token !== "string" || !/^[\u0021-\u007e]+$/.test(token)) return unreachable("Google gave no access token.");
  const lifetimeMs = typeof seconds === "number" && seconds > 0 ? seconds * 1000 : 0;
  return { kind: "ok", token, staleAt: startedAt + lifetimeMs - MARGIN_MS };
}

function refused(message: string): NotAuthorised {
  return { kind: "refused", message };
}

function unreachable(message: string): NotAuthorised {
  return { kind: "unreachable", message };
}

function within(milliseconds: number, answer: Promise<GoogleToken>): Promise<GoogleToken> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(unreachable("The access token did not come in time.")), milliseconds);
    void answer.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
