import { fromBase64Url } from "../../base64-url.ts";

const IV_BYTES = 12;
const KEY_BYTES = 32;
const KEY_ID_BYTES = 8;
const utf8 = new TextEncoder();

/** Random bytes, so many. */
export type Random = (bytes: number) => Uint8Array<ArrayBuffer>;

/** Reads and writes under one tenant's key (AES-256-GCM). What was sealed by another name, or under another key, does not open. */
export class Seal {
  /** Tells keys apart and reveals none. */
  readonly keyId: string;
  readonly #key: CryptoKey;
  readonly #random: Random;

  private constructor(keyId: string, key: CryptoKey, random: Random) {
    this.keyId = keyId;
    this.#key = key;
    this.#random = random;
  }

  /** Null where `contentsKey` is not 32 bytes in base64url. */
  static async of(contentsKey: string, random: Random): Promise<Seal | null> {
    const bytes = fromBase64Url(contentsKey);
    if (bytes?.length !== KEY_BYTES) return null;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    return new Seal(hex(digest.subarray(0, KEY_ID_BYTES)), key, random);
  }

  async seal(plain: Uint8Array<ArrayBuffer>, name: string): Promise<Uint8Array<ArrayBuffer>> {
    const iv = this.#random(IV_BYTES);
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8.encode(name) }, this.#key, plain);
    const bytes = new Uint8Array(IV_BYTES + sealed.byteLength);
    bytes.set(iv);
    bytes.set(new Uint8Array(sealed), IV_BYTES);
    return bytes;
  }

  /** Null where it was not sealed so. */
  async open(sealed: Uint8Array<ArrayBuffer>, name: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const iv = sealed.subarray(0, IV_BYTES);
    const parameters = { name: "AES-GCM", iv, additionalData: utf8.encode(name) };
    const plain = await crypto.subtle.decrypt(parameters, this.#key, sealed.subarray(IV_BYTES)).catch(() => null);
    return plain === null ? null : new Uint8Array(plain);
  }

  sealText(text: string, name: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.seal(new Uint8Array(utf8.encode(text)), name);
  }

  async openText(sealed: Uint8Array<ArrayBuffer>, name: string): Promise<string | null> {
    const plain = await this.open(sealed, name);
    return plain === null ? null : new TextDecoder().decode(plain);
  }
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
