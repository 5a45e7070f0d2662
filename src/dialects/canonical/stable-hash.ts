const PRIMES = [0x01000193, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f] as const;

/** 32 hex characters that depend on `text` alone. Tells names and ids apart; it protects nothing. FNV-1a, four times. */
export function stableHash(text: string): string {
  let hex = "";
  for (const prime of PRIMES) {
    let hash = 0x811c9dc5 ^ prime;
    for (let index = 0; index < text.length; index++) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash ^ (hash >>> 16), prime);
    hex += ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, "0");
  }
  return hex;
}
