const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } as const;

/**
 * A JSON Web Token signed with RS256. Rejects where the key is no RSA key.
 * @see https://www.rfc-editor.org/rfc/rfc7519
 */
export async function signJwt(
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
  privateKey: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const key = await crypto.subtle.importKey("pkcs8", privateKey, ALGORITHM, false, ["sign"]);
  const text = [header, claims].map((part) => toBase64Url(new TextEncoder().encode(JSON.stringify(part)))).join(".");
  const signature = await crypto.subtle.sign(ALGORITHM.name, key, new TextEncoder().encode(text));
  return `${text}.${toBase64Url(new Uint8Array(signature))}`;
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
