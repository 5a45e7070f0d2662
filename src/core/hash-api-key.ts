const encoder = new TextEncoder();

/** HMAC-SHA-256 of the whole key under the pepper, lower-case hex. High-entropy keys need no slow hash. */
export async function hashApiKey(apiKey: string, pepper: string): Promise<string> {
  const key = await crypto.subtle.importKey("raw", encoder.encode(pepper), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(apiKey)));
  return Array.from(mac, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
