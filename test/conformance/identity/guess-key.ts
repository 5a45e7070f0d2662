import { createApiKey, type KeyEnvironment } from "../../../src/core/api-key.ts";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** A well-formed key with that id and a secret that nobody was given. */
export function guessKey(id: string, environment: KeyEnvironment = "live"): string {
  return createApiKey({ plane: "data", environment }, (length) =>
    length === id.length ? Uint8Array.from(id, (digit) => BASE62.indexOf(digit)) : crypto.getRandomValues(new Uint8Array(length)),
  );
}
