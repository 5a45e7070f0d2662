/** Of every hashed vector. */
export const HASHED_DIMENSIONS = 512;

/** What each kind of feature adds, exact in binary: sums do not depend on their order, nor on the machine. */
const WORD = 1;
const PAIR = 0.5;
const LETTERS = 0.5;

/** What a word's hash begins with, so that no two kinds of features meet; a pair's is the hash of the word before. */
const WORD_SEED = 0x811c9dc5;
const LETTERS_SEED = 0x2c1b3c6d;
const BOUNDARY = 32;

/**
 * What a text's words, pairs of words and runs of three and four letters are, hashed into signed features, of length 1: texts that share
 * words and spellings are near, which is all it knows of meaning. Equal on every platform. Zero where a text has no word.
 */
export function hashEmbed(text: string): Float32Array<ArrayBuffer> {
  const sums = new Float32Array(HASHED_DIMENSIONS);
  let before = 0;
  for (const word of text
    .normalize("NFKC")
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []) {
    const hash = hashUnits(word, WORD_SEED);
    addFeature(sums, hash, WORD);
    if (before !== 0) addFeature(sums, hashUnits(word, before), PAIR);
    addLetters(sums, word);
    before = hash;
  }
  const length = Math.sqrt(sums.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? sums : sums.map((value) => value / length);
}

/** Runs of three and four letters, the word's edges among them. */
function addLetters(sums: Float32Array, word: string): void {
  const unitAt = (at: number): number => (at < 0 || at >= word.length ? BOUNDARY : word.charCodeAt(at));
  for (let start = -1; start < word.length - 1; start += 1) {
    const three = hashUnit(hashUnit(hashUnit(LETTERS_SEED, unitAt(start)), unitAt(start + 1)), unitAt(start + 2));
    addFeature(sums, three, LETTERS);
    if (start + 3 <= word.length) addFeature(sums, hashUnit(three, unitAt(start + 3)), LETTERS);
  }
}

/** One of the features, up or down, both by its hash. */
function addFeature(sums: Float32Array, hash: number, weight: number): void {
  const mixed = mix(hash);
  const at = mixed % HASHED_DIMENSIONS;
  sums[at] = (sums[at] ?? 0) + (mixed < 0x80000000 ? weight : -weight);
}

function hashUnits(word: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < word.length; at += 1) hash = hashUnit(hash, word.charCodeAt(at));
  return hash;
}

/** A step of FNV-1a, over UTF-16. @see http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashUnit(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

/** The finaliser of MurmurHash3: every bit of the hash counts for each bit of the place. Below 2³². */
function mix(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}
