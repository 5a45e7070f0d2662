import type { AnswerRow } from "./answer-row.ts";

/** A request as it arrives, and which answer is right for it. */
export interface Arrival {
  readonly text: string;
  /** Of a text that nobody shares an answer with, a name of its own. */
  readonly answer: string;
  readonly isAlone: boolean;
}

export interface StreamOptions {
  /** At most so many; fewer where the texts run out: none comes twice. */
  readonly arrivals: number;
  /** Share of texts that nobody shares an answer with. */
  readonly outOfScope: number;
  /** Share of the answers that are other ones from the middle of the stream on: what was cached of them before is wrong then. */
  readonly drift: number;
  /** Of Zipf's law over the answers, those with most texts first: 0 is all alike. */
  readonly exponent: number;
  readonly draw: () => number;
}

/**
 * Arrivals as traffic has them: few answers asked for often, many seldom, and texts that no answer serves. What is out of scope are
 * rows without an answer; where there are none, those whose answer has no other row.
 */
export function buildStream(rows: readonly AnswerRow[], options: StreamOptions): readonly Arrival[] {
  const { arrivals, draw, drift, outOfScope } = options;
  const { alone, shared } = partition(rows);
  const strangers = shuffled(alone, draw);
  const answers = new ZipfQueue(shared, options);
  const changed = new Set([...new Set(rows.map(({ answer }) => answer))].filter(() => draw() < drift));
  const stream: Arrival[] = [];
  while (stream.length < arrivals) {
    const stranger = draw() < outOfScope ? strangers.pop() : undefined;
    const row = stranger ?? answers.next();
    if (row === null) break;
    const arrival = arrivalOf(row, stranger !== undefined, stream.length);
    const isChanged = stream.length >= arrivals / 2 && changed.has(row.answer);
    stream.push(isChanged ? { ...arrival, answer: `${arrival.answer}, changed` } : arrival);
  }
  return stream;
}

/** Rows in the file's own order, each text once. */
export function streamOf(rows: readonly AnswerRow[]): readonly Arrival[] {
  return distinct(rows).map((row, at) => arrivalOf(row, row.answer === "", at));
}

function arrivalOf({ answer, text }: AnswerRow, isAlone: boolean, at: number): Arrival {
  return { text: text.trim(), answer: isAlone ? `nobody else's ${at}` : answer, isAlone };
}

function partition(rows: readonly AnswerRow[]) {
  const groups = Map.groupBy(distinct(rows), ({ answer }) => answer);
  const named = [...groups].filter(([answer]) => answer !== "").map(([, group]) => group);
  const unnamed = groups.get("") ?? [];
  if (unnamed.length > 0) return { alone: unnamed, shared: named };
  return { alone: named.filter(({ length }) => length === 1).flat(), shared: named.filter(({ length }) => length > 1) };
}

function distinct(rows: readonly AnswerRow[]): readonly AnswerRow[] {
  return [...new Map(rows.map((row) => [row.text.trim(), row])).values()];
}

/** Gives texts of answers drawn by Zipf's law, none twice; what is used up comes no more. */
class ZipfQueue {
  readonly #groups: AnswerRow[][];
  readonly #exponent: number;
  readonly #draw: () => number;
  #sums: readonly number[] = [];

  constructor(groups: readonly (readonly AnswerRow[])[], { draw, exponent }: StreamOptions) {
    this.#draw = draw;
    this.#exponent = exponent;
    this.#groups = groups.map((group) => shuffled(group, draw)).toSorted((one, other) => other.length - one.length);
    this.#weigh();
  }

  next(): AnswerRow | null {
    const total = this.#sums.at(-1) ?? 0;
    if (total === 0) return null;
    const point = this.#draw() * total;
    const group = this.#groups[firstAbove(this.#sums, point)];
    const row = group?.pop();
    if (group?.length === 0) this.#weigh();
    return row ?? null;
  }

  /** An answer keeps its rank when others are used up. */
  #weigh(): void {
    let sum = 0;
    this.#sums = this.#groups.map(({ length }, rank) => (sum += length === 0 ? 0 : (rank + 1) ** -this.#exponent));
  }
}

function firstAbove(sums: readonly number[], point: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > point) high = middle;
    else low = middle + 1;
  }
  return low;
}

function shuffled<Item>(items: readonly Item[], draw: () => number): Item[] {
  const left = [...items];
  for (let at = left.length - 1; at > 0; at -= 1) {
    const other = Math.floor(draw() * (at + 1));
    const [one, two] = [left[at], left[other]];
    if (one !== undefined && two !== undefined) [left[at], left[other]] = [two, one];
  }
  return left;
}
