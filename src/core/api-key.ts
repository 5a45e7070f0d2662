/**
 * API keys: `fl_<live|test>_<id:12>_<secret:40><crc:6>`, base62. The checksum refuses garbage without any look-up and
 * lets scanners work offline; it is not security. Admin keys start with `fla_`. Length 67 (68 for admin keys).
 */
const API_KEY = /^(fla?)_(live|test)_([0-9A-Za-z]{12})_([0-9A-Za-z]{40})([0-9A-Za-z]{6})$/;
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CRC_LENGTH = 6;
/** Largest multiple of 62 below 256: bytes at or above it are drawn again, so that every digit is equally likely. */
const REJECTION_LIMIT = 248;

export const KEY_ENVIRONMENTS = ["live", "test"] as const;
export type KeyEnvironment = (typeof KEY_ENVIRONMENTS)[number];

export interface ApiKeyParts {
  readonly plane: "data" | "admin";
  readonly environment: KeyEnvironment;
  readonly id: string;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 (IEEE) of an ASCII string, as six base62 digits. */
function checksum(text: string): string {
  let crc = 0xffffffff;
  for (let index = 0; index < text.length; index++) {
    crc = (CRC_TABLE[(crc ^ text.charCodeAt(index)) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  let rest = (crc ^ 0xffffffff) >>> 0;
  let encoded = "";
  for (let position = 0; position < CRC_LENGTH; position++) {
    encoded = BASE62.charAt(rest % 62) + encoded;
    rest = Math.floor(rest / 62);
  }
  return encoded;
}

/** The public parts of a well-formed key, or null: wrong shape or wrong checksum. No look-up happens here. */
export function parseApiKey(text: string): ApiKeyParts | null {
  const match = API_KEY.exec(text);
  if (match === null) return null;
  const body = text.slice(0, -CRC_LENGTH);
  if (checksum(body) !== match[5]) return null;
  return {
    plane: match[1] === "fla" ? "admin" : "data",
    environment: match[2] === "live" ? "live" : "test",
    id: match[3] ?? "",
  };
}

/** A new key. `randomBytes(n)` gives n random bytes; the secret holds 238 bits. */
export function createApiKey(kind: Omit<ApiKeyParts, "id">, randomBytes: (length: number) => Uint8Array): string {
  const body = `${kind.plane === "admin" ? "fla" : "fl"}_${kind.environment}_${randomDigits(12, randomBytes)}_${randomDigits(40, randomBytes)}`;
  return body + checksum(body);
}

function randomDigits(length: number, randomBytes: (length: number) => Uint8Array): string {
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < REJECTION_LIMIT && text.length < length) text += BASE62.charAt(byte % 62);
    }
  }
  return text;
}
