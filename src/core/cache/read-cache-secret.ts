import { fromBase64Url } from "../base64-url.ts";

/** The variable that holds the cache's secret. */
export const CACHE_SECRET_VARIABLE = "FAIRLEAD_CACHE_SECRET";

const LEAST_BYTES = 32;

/** The deployment's secret from its base64url text; null where there is none, or fewer than 32 bytes. */
export function readCacheSecret(text: string | undefined): Uint8Array<ArrayBuffer> | null {
  const bytes = fromBase64Url(text ?? "");
  return bytes === null || bytes.byteLength < LEAST_BYTES ? null : bytes;
}
