const SHORTEST = 4;

/**
 * What is common to a word's forms, roughly: `installing`, `installs`, `installed` → `install`. For measuring what two texts share, where a
 * wrong meeting costs little; whether two texts ask the same is never decided by it.
 */
export function stemOf(word: string): string {
  const base = word.endsWith("'s") ? word.slice(0, -2) : word;
  if (base.length < SHORTEST) return base;
  return undouble(withoutEnding(base));
}

/** The first that fits, with the least length of a word that has it and what stands in its place. */
const ENDINGS = [
  ["ies", 5, "y"],
  ["ing", 6, ""],
  ["ed", 5, ""],
  ["ss", 4, "ss"],
  ["us", 4, "us"],
  ["es", 5, ""],
  ["s", 4, ""],
  ["ly", 6, ""],
] as const;

function withoutEnding(word: string): string {
  const found = ENDINGS.find(([ending, length]) => word.length >= length && word.endsWith(ending));
  return found === undefined ? word : word.slice(0, -found[0].length) + found[2];
}

/** `stopp` → `stop`, and without the `e` that `-ing` takes away. */
function undouble(stem: string): string {
  if (stem.length >= SHORTEST && stem.at(-1) === stem.at(-2) && !/[lsz]$/.test(stem)) return stem.slice(0, -1);
  return stem.length >= SHORTEST && stem.endsWith("e") ? stem.slice(0, -1) : stem;
}
