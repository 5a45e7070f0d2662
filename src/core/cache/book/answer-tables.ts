import type { Entry, Epochs } from "./entry.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** The texts of an entry, sealed: what it is proposed by, and what is given. */
export interface Sealed {
  readonly head: Bytes;
  readonly body: Bytes;
}

/** A name, exact or canonical, under which an entry is found. */
export interface Name {
  readonly name: string;
  readonly entry: number;
  /** The question that it is the name of, sealed, where that is another than the entry's own. */
  readonly alias: Bytes | null;
  /** Whose question it was. */
  readonly principal: string;
}

/** Which of the entries of a name are wanted. */
export interface NameQuery {
  readonly name: string;
  readonly principal: string;
  /** Those that the principal may be given, or the others. */
  readonly isFor: boolean;
  readonly most: number;
}

/** What is kept of a scope class. */
export interface SavedClass {
  readonly scopeClass: string;
  readonly embedder: string;
  /** As the judge saved itself; null before it has learnt anything. */
  readonly judge: string | null;
  /** JSON of `ClassFigures`. */
  readonly figures: string;
  /** Epoch milliseconds. */
  readonly usedAt: number;
}

/** Where a page of vectors is. */
export interface PagePlace {
  readonly keyId: string;
  readonly dimensions: number;
  readonly scope: number;
  readonly number: number;
}

export interface SavedPage extends PagePlace {
  /** Sealed. */
  readonly bytes: Bytes;
}

/** A vector whose entry is gone. */
export interface Orphan {
  readonly entry: number;
  readonly keyId: string;
  readonly dimensions: number;
  readonly scope: number;
}

/** That an entry, by its exact name, is no answer to a question, by its own. */
export interface Refusal {
  readonly entry: string;
  readonly question: string;
  /** Whose question it was. */
  readonly principal: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Kept at most: whoever asks much could make any number of them. */
export const MOST_REFUSALS = 100_000;

export interface Totals {
  readonly entries: number;
  /** Sealed, on disk. */
  readonly bytes: number;
  /** Of vectors, in memory. */
  readonly vectorBytes: number;
}

/** Where a book of answers is kept. Calls are immediate; reads see what was written. */
export interface AnswerTables {
  /** Keeps what `work` writes whole or not at all. @throws whatever it throws, and then nothing was written */
  change<Result>(work: () => Result): Result;
  /** For an entry or a scope; never one that was given before and used. */
  nextNumber(): number;
  /** Of a scope that has vectors. */
  scopeNumber(scope: string): number | null;
  saveScope(scope: string, number: number): void;

  entry(id: number): Entry | null;
  sealed(id: number): Sealed | null;
  /** A new entry, or another answer in the place of one that is there. */
  save(entry: Entry, sealed: Sealed): void;
  update(entry: Entry): void;
  /** With their names; what had a vector becomes an orphan. */
  remove(ids: readonly number[]): void;
  totals(): Totals;
  /** How many entries there are of each class. */
  classSizes(): ReadonlyMap<string, number>;

  /** The newest first. */
  named(query: NameQuery): readonly Name[];
  addName(name: Name): void;
  /** How many names of other questions an entry has. */
  aliasesOf(id: number): number;
  dropAliasesOf(id: number): void;

  /** In the order of ids, after one. */
  entriesAfter(id: number, most: number): readonly Entry[];
  /** Those whose time is over, the earliest first. */
  gone(now: number, most: number): readonly number[];
  nextGone(): number | null;
  /** Those of the lowest rank; of these principals where some are given. */
  worst(most: number, principals: readonly string[]): readonly number[];
  /** Who has brought in more than so many. */
  heavy(most: number): readonly string[];
  broughtBy(principal: string): readonly number[];
  /** Forgets the questions of a principal: as names of others' entries, and as what it refused. */
  dropQuestionsOf(principal: string): void;

  refuse(refusal: Refusal): void;
  isRefused(entry: string, question: string): boolean;

  epochs(): Epochs;
  saveEpoch(name: string, at: number): void;

  classes(): readonly SavedClass[];
  class(scopeClass: string, embedder: string): SavedClass | null;
  saveClass(saved: SavedClass): void;

  /** Of a scope. */
  pages(keyId: string, scope: number): readonly SavedPage[];
  savePage(page: SavedPage): void;
  dropPage(place: PagePlace): void;
  orphans(keyId: string): readonly Orphan[];
  dropOrphans(orphans: readonly Orphan[]): void;

  /** Forgets what is from before a time, the oldest refusals beyond `MOST_REFUSALS`, and scopes that have no vectors any more. */
  forget(before: number): void;
}
