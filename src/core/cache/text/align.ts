import { isSameWord } from "./same-word.ts";

/** The stretch between what two sequences begin and end with alike. */
export interface Difference {
  readonly before: readonly string[];
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly after: readonly string[];
}

/** What is left of two sequences of words without their common beginning and end. */
export function differenceOf(a: readonly string[], b: readonly string[]): Difference {
  const shortest = Math.min(a.length, b.length);
  let start = 0;
  while (start < shortest && isSameWord(a[start] ?? "", b[start] ?? "")) start += 1;
  let end = 0;
  while (end < shortest - start && isSameWord(a.at(-1 - end) ?? "", b.at(-1 - end) ?? "")) end += 1;
  return {
    before: a.slice(0, start),
    left: a.slice(start, a.length - end),
    right: b.slice(start, b.length - end),
    after: a.slice(a.length - end),
  };
}

/** The words of the longer sequence that the shorter has not, where the shorter is in it, in order; null where it is not. */
export function additionsOf(shorter: readonly string[], longer: readonly string[]): readonly string[] | null {
  const added: string[] = [];
  let at = 0;
  for (const word of longer) {
    if (at < shorter.length && isSameWord(shorter[at] ?? "", word)) at += 1;
    else added.push(word);
  }
  return at === shorter.length ? added : null;
}

/** What is in the first and not in the second; each as often as it is in excess. */
export function without(all: readonly string[], taken: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const word of taken) counts.set(word, (counts.get(word) ?? 0) + 1);
  return all.filter((word) => {
    const count = counts.get(word) ?? 0;
    if (count > 0) counts.set(word, count - 1);
    return count === 0;
  });
}

/** Whether both hold the same, each as often, in any order. */
export function isSameBag(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && without(a, b).length === 0;
}
