import { parseRecord } from "../../core/json/parse-record.ts";

/** What is read of a service account's JSON key file. */
export interface GoogleKey {
  readonly email: string;
  /** Null where the file does not say. */
  readonly keyId: string | null;
  readonly tokenUri: string;
  /** PKCS #8, DER. */
  readonly privateKey: Uint8Array<ArrayBuffer>;
}

const TOKEN_HOST = ".googleapis.com";
const PEM = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/;

/**
 * The key in a JSON key file, or what is wrong with it, in words that hold nothing of it. A key names where its tokens come
 * from: only Google is asked.
 * @see https://docs.cloud.google.com/iam/docs/keys-create-delete
 */
export function readGoogleKey(secret: string): GoogleKey | string {
  const file = parseRecord(secret);
  if (file === null) return "The service account's key is not a JSON object.";
  const { client_email: email, private_key: pem, private_key_id: keyId, token_uri: tokenUri } = file;
  if (typeof email !== "string" || email === "") return "The service account's key has no client_email.";
  if (typeof tokenUri !== "string" || !isGoogle(tokenUri)) return "The service account's token_uri is not an address of Google.";
  const privateKey = typeof pem === "string" ? readPem(pem) : null;
  if (privateKey === null) return "The service account's private_key is not a PKCS #8 key in PEM.";
  return { email, keyId: typeof keyId === "string" ? keyId : null, tokenUri, privateKey };
}

function isGoogle(tokenUri: string): boolean {
  if (!URL.canParse(tokenUri)) return false;
  const { hostname, port, protocol, username } = new URL(tokenUri);
  return protocol === "https:" && hostname.endsWith(TOKEN_HOST) && port === "" && username === "";
}

function readPem(pem: string): Uint8Array<ArrayBuffer> | null {
  const base64 = PEM.exec(pem)?.[1];
  if (base64 === undefined) return null;
  try {
    return Uint8Array.from(atob(base64.replaceAll(/\s/g, "")), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
