/** FNV-1a over UTF-16 code units: an unsigned 32-bit number that depends on nothing but the text. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** Eight hex digits, for ids. */
export function toHex(seed: number): string {
  return (seed >>> 0).toString(16).padStart(8, "0");
}

/** One member of a list, chosen by the seed; the list is never empty. */
export function choose<T>(seed: number, first: T, ...others: readonly T[]): T {
  const index = (seed >>> 0) % (others.length + 1);
  return index === 0 ? first : (others[index - 1] ?? first);
}
